"""Base of the Rasa components that learn nothing."""

from typing import Any, Dict

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from typing_extensions import Self


class UntrainedComponent(GraphComponent):
    """A component that is made from its options alone: it stores nothing and loads nothing."""

    def __init__(self, config: Dict[str, Any]) -> None:
        """Check and keep the options."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Return the component."""
        return cls(config)
