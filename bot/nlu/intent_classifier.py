"""Rasa component HybridIntentClassifier: gives a message its intent, with a confidence that falls for foreign ones."""

import logging
from typing import Any, Dict, List, Optional, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.glossary_translation import text_in_english
from bot.nlu.intent_model import IntentModel
from bot.nlu.options import checked_options, numbers_named, text_list, whole_number
from bot.nlu.scope import MEASURED, ScopeWeights
from bot.nlu.sentence_embedding import SentenceEmbedding
from bot.nlu.typo_repair import text_to_classify
from bot.nlu.words import split_words

logger = logging.getLogger(__name__)
_TELLING = 1000
"""So many characters are read: who writes more says what it is about before, and the embedding reads still fewer."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks the intents by n-grams and sentence embedding together."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return what must stand before this component."""
        return [SentenceEmbedding]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: length of the ranking, intents without an answer, how to tell foreign messages."""
        return {"ranking_length": 10, "foreign_intents": ["out_of_scope"], "scope_weights": MEASURED.as_options()}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        self._options = checked_options(
            type(self),
            config,
            {
                "ranking_length": whole_number(1, 1000),
                "foreign_intents": text_list(),
                "scope_weights": numbers_named(*ScopeWeights._fields),
            },
        )
        self._weights = ScopeWeights(**self._options["scope_weights"])
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "HybridIntentClassifier":
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples and store the model; with fewer than two intents there is nothing to learn."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT) and message.get(INTENT)]
        intents = [message.get(INTENT) for message in examples]
        if len(set(intents)) < 2:
            logger.warning("HybridIntentClassifier has learnt nothing: the training data holds fewer than two intents.")
        else:
            texts, translations = _texts(examples)
            foreign = self._options["foreign_intents"]
            self._model = IntentModel.fit(texts, translations, _vectors(examples), intents, foreign)
        with self._model_storage.write_to(self._resource) as folder:
            if self._model is not None:
                self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "HybridIntentClassifier":
        """Load the model; where nothing was learnt every message stays without an intent."""
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder) if IntentModel.is_in(folder) else None
        return cls(config, model_storage, resource, model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of each message."""
        # Signs and emoji alone say nothing: whatever is nearest to them is nearest by chance.
        worded = [message for message in messages if split_words(message.get(TEXT) or "")]
        rankings = dict(zip(map(id, worded), self._rank(worded), strict=True))
        for message in messages:
            ranking = rankings.get(id(message), [])
            message.set(INTENT, ranking[0] if ranking else _intent(None, 0.0), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _rank(self, messages: List[Message]) -> List[List[Dict[str, Any]]]:
        """Return the ranking of each message; together they take little longer than one."""
        if self._model is None or not messages:
            return [[] for _ in messages]
        length = self._options["ranking_length"]
        rankings = self._model.rank(*_texts(messages), _vectors(messages), self._weights, length)
        return [[_intent(intent, confidence) for intent, confidence in ranking] for ranking in rankings]


def _texts(messages: List[Message]) -> Tuple[List[str], List[str]]:
    """Return the texts of messages, then the same in English as far as the glossary knows their words."""
    return (
        [text_to_classify(message)[:_TELLING] for message in messages],
        [text_in_english(message)[:_TELLING] for message in messages],
    )


def _vectors(messages: List[Message]) -> np.ndarray:
    return np.vstack([_vector(message) for message in messages])


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise ValueError(
            "HybridIntentClassifier finds no sentence embedding: put SentenceEmbedding before it in config.yml."
        )
    return sentence.features


def _intent(name: Optional[str], confidence: float) -> Dict[str, Any]:
    return {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
