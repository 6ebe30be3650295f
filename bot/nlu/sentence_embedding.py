"""Rasa component SentenceEmbedding: the meaning of a message as a vector, for the intent classifier."""

from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding.encoder import SentenceEncoder
from bot.nlu.glossary_translation import text_in_english
from bot.nlu.options import checked_options, text_or_none, whole_number
from bot.settings import Settings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(GraphComponent):
    """Adds the sentence embedding as a dense feature of the whole message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: model folder (None: the package's), cache (None: VAR_DIR/cache), longest input."""
        return {"folder": None, "cache": None, "max_tokens": 64}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        options = checked_options(
            type(self),
            config,
            {
                "folder": text_or_none(),
                "cache": text_or_none(),
                "max_tokens": whole_number(8, 512),
            },
        )
        self._name = name
        cache = Path(options["cache"]) if options["cache"] else Settings.from_environment().var / "cache"
        self._encoder = SentenceEncoder.load(cache, options["folder"], options["max_tokens"])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEmbedding":
        """Load the network, building it first where needed."""
        return cls(config, execution_context.node_name)

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the embedding to each message that has text."""
        messages_with_text = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([text_in_english(message) for message in messages_with_text])
        for message, vector in zip(messages_with_text, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the embedding to each training example."""
        self.process(training_data.training_examples)
        return training_data
