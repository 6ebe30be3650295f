"""Rasa component ValueExtractor: semesters, years of study, terms, course languages and ordinals."""

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import add_entities, make_entity
from bot.nlu.options import checked_options, text_list
from bot.nlu.phrase_patterns import phrase_patterns


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the values that resources/phrases.yml describes."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: the entities to extract."""
        return {"entities": ["semester", "study_year", "term", "course_language", "ordinal"]}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._entities = frozenset(checked_options(type(self), config, {"entities": text_list()})["entities"])
        self._patterns = phrase_patterns()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ValueExtractor":
        """Return the component; it learns nothing."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the values of each message to its entities."""
        for message in messages:
            phrases = self._patterns.find(message.get(TEXT) or "")
            add_entities(
                message,
                [
                    make_entity(self.name, phrase.entity, phrase.value, phrase.start, phrase.end)
                    for phrase in phrases
                    if phrase.entity in self._entities
                ],
            )
        return messages
