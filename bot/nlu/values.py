"""Rasa component ValueExtractor: semesters, dates, amounts, countries and the like, and who the student is."""

from typing import Any, Dict, Iterator, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITY_ATTRIBUTE_TYPE, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.dates import dates
from bot.nlu.entities import add_entities, make_entity
from bot.nlu.options import checked_options, text_list
from bot.nlu.phrase_patterns import phrase_patterns
from bot.nlu.quantities import quantities
from bot.nlu.student_phrases import student_phrases
from bot.nlu.untrained import UntrainedComponent

_ENTITIES = (
    *("semester", "study_year", "term", "course_language", "ordinal", "nationality", "stay"),
    *("country", "amount", "duration_months", "date", "period", "extent", "room_kind"),
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueExtractor(UntrainedComponent, EntityExtractorMixin):
    """Adds the values that phrases.yml, student_phrases.yml, quantities.yml and dates.yml under resources/ describe."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: the entities to extract."""
        return {"entities": list(_ENTITIES)}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._entities = frozenset(checked_options(type(self), config, {"entities": text_list()})["entities"])
        self._patterns = phrase_patterns()
        self._student = student_phrases()
        self._quantities = quantities()
        self._dates = dates()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the values of each message to its entities."""
        for message in messages:
            found = self._found(message.get(TEXT) or "")
            add_entities(message, [entity for entity in found if entity[ENTITY_ATTRIBUTE_TYPE] in self._entities])
        return messages

    def _found(self, text: str) -> Iterator[Dict[str, Any]]:
        for phrase in self._patterns.find(text):
            yield make_entity(self.name, phrase.entity, phrase.value, phrase.start, phrase.end)
        for student in self._student.find(text):
            country = {"country": student.country} if student.country and student.entity != "country" else {}
            yield make_entity(self.name, student.entity, student.value, student.start, student.end, **country)
        for quantity in self._quantities.find(text):
            yield make_entity(self.name, quantity.entity, quantity.value, quantity.start, quantity.end)
        for found in self._dates.find(text):
            yield make_entity(self.name, found.entity, found.value, found.start, found.end)
