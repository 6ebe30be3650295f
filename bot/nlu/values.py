"""Rasa component ValueExtractor: semesters, years, terms, course languages, ordinals, and who the student is."""

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITY_ATTRIBUTE_TYPE, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import add_entities, make_entity
from bot.nlu.options import checked_options, text_list
from bot.nlu.phrase_patterns import phrase_patterns
from bot.nlu.student_phrases import student_phrases


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the values that resources/phrases.yml and resources/student_phrases.yml describe."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: the entities to extract."""
        return {"entities": ["semester", "study_year", "term", "course_language", "ordinal", "nationality", "stay"]}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._entities = frozenset(checked_options(type(self), config, {"entities": text_list()})["entities"])
        self._patterns = phrase_patterns()
        self._student = student_phrases()

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
            text = message.get(TEXT) or ""
            found = [
                make_entity(self.name, phrase.entity, phrase.value, phrase.start, phrase.end)
                for phrase in self._patterns.find(text)
            ]
            for phrase in self._student.find(text):
                country = {"country": phrase.country} if phrase.country else {}
                found.append(make_entity(self.name, phrase.entity, phrase.value, phrase.start, phrase.end, **country))
            add_entities(message, [entity for entity in found if entity[ENTITY_ATTRIBUTE_TYPE] in self._entities])
        return messages
