"""Rasa component LanguageIdentifier: the language of a message, and the language that the student asks for."""

import re
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import DEFAULT_LANGUAGE, OTHER_LANGUAGES, SUPPORTED_LANGUAGES
from bot.nlu.entities import add_entities, make_entity
from bot.nlu.examples import read_examples
from bot.nlu.language_model import Judgement, LanguageModel
from bot.nlu.options import checked_options, number_between, text, whole_number
from bot.nlu.phrase_patterns import Phrase, phrase_patterns
from bot.settings import PROJECT_ROOT

_OF_NO_LANGUAGE = re.compile(r"\bnon[- ]?(?:eu|eea)\b", re.IGNORECASE)
"""English for a place, though both its words are French ones."""
LANGUAGE = "language"
REQUESTED_LANGUAGE = "requested_language"
OTHER_LANGUAGE = "other_language"
"""Key of the parse data: the language of a message that the assistant can name but not speak."""
LIKELY_LANGUAGE = "likely_language"
"""Key of the message, for the components after this one: its likeliest language, sure or not."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(GraphComponent, EntityExtractorMixin):
    """Adds `language` when it is sure, and `requested_language` for "in English please"."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: folder with a folder of examples per language, least lead and least words to be sure."""
        return {"examples": "data/nlu", "margin": 0.2, "min_words": 3}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[LanguageModel] = None,
    ) -> None:
        self._options = checked_options(
            type(self),
            config,
            {
                "examples": text(),
                "margin": number_between(0, 1),
                "min_words": whole_number(1, 20),
            },
        )
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._patterns = phrase_patterns()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageIdentifier":
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the files themselves: Rasa's training data no longer tells in which folder an example stood."""
        folder = PROJECT_ROOT / Path(self._options["examples"])
        self._model = LanguageModel.fit(read_examples(folder))
        with self._model_storage.write_to(self._resource) as target:
            self._model.save(target)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LanguageIdentifier":
        """Load the model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LanguageModel.load(folder))

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the language of each message and the one that it asks for."""
        for message in messages:
            self._add_languages(message, message.get(TEXT) or "")
        return messages

    def _add_languages(self, message: Message, written: str) -> None:
        phrases = self._patterns.find(written)
        wishes = [phrase for phrase in phrases if phrase.entity == REQUESTED_LANGUAGE]
        judgement = self._judge(_OF_NO_LANGUAGE.sub(" ", written))
        message.set(LIKELY_LANGUAGE, judgement.likely)
        language = next((wish.value for wish in wishes if _is_plain(wish, phrases)), None) or judgement.sure
        entities = [make_entity(self.name, REQUESTED_LANGUAGE, wish.value, wish.start, wish.end) for wish in wishes[:1]]
        if language in OTHER_LANGUAGES:
            message.set(OTHER_LANGUAGE, language, add_to_output=True)
            language = DEFAULT_LANGUAGE  # what the answer will be in
        if language in SUPPORTED_LANGUAGES:
            entities.append(make_entity(self.name, LANGUAGE, language, 0, len(written)))
        add_entities(message, entities)

    def _judge(self, written: str) -> Judgement:
        if self._model is None:
            return Judgement(DEFAULT_LANGUAGE, None)
        return self._model.judge(written, self._options["margin"], self._options["min_words"])


def _is_plain(wish: Phrase, phrases: List[Phrase]) -> bool:
    """Say whether the wish can only be about the answer: "and in French?" may be about the courses."""
    return not any(phrase.entity != wish.entity and phrase.start == wish.start for phrase in phrases)
