"""Replaces `ModelMetadata.from_dict`: Rasa imports every class that the model was trained with, to serve it.

Among them is the check of the recipe, which imports all of Rasa's neural components, and TensorFlow with them. The
graph of a training is read when something asks for it, which serving does not.
"""

from functools import cached_property
from typing import Any, Dict

from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.storage.storage import ModelMetadata

_read_at_once = ModelMetadata.from_dict


class TrainingGraph(GraphSchema):
    """A graph whose nodes are made, and their classes imported, when they are looked at."""

    def __init__(self, serialized: Dict[str, Any]) -> None:
        """Take the graph as the model's metadata holds it."""
        self._serialized = serialized

    @cached_property
    def nodes(self) -> Dict[str, SchemaNode]:
        """Return the nodes by their names."""
        return GraphSchema.from_dict(self._serialized).nodes


def read_metadata(serialized: Dict[str, Any]) -> ModelMetadata:
    """Return the metadata of a model with the training's graph still unread."""
    metadata = _read_at_once({**serialized, "train_schema": {"nodes": {}}})
    metadata.train_schema = TrainingGraph(serialized["train_schema"])
    return metadata


def install() -> None:
    """Make Rasa use it."""
    ModelMetadata.from_dict = staticmethod(read_metadata)
