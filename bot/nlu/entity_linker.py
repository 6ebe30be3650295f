"""Rasa component MobilityEntityLinker: names in a message become codes of the mobility database."""

from typing import Any, Dict, List, Optional, Sequence, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    INTENT,
    INTENT_NAME_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import add_entities, make_entity
from bot.nlu.gazetteer import FoundName
from bot.nlu.known_names import KnownNames
from bot.nlu.language import LANGUAGE
from bot.nlu.options import checked_options, number_between, text_list
from bot.nlu.title_search import search_titles, title_words
from bot.nlu.untrained import UntrainedComponent
from bot.settings import Settings

_EXACT = 100.0
_NATIONALITY = "nationality"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MobilityEntityLinker(UntrainedComponent, EntityExtractorMixin):
    """Adds departments, programmes, residences, figures, contacts, subjects, courses and teaching units.

    It stands after the intent classifier: titles are searched inexactly only where the intent asks for one course.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: intents that ask for one course, seconds between two looks at the database's version."""
        return {"title_intents": ["ask_course_details", "ask_course_credits"], "refresh_seconds": 5}

    def __init__(self, config: Dict[str, Any], names: Optional[KnownNames] = None) -> None:
        options = checked_options(
            type(self),
            config,
            {
                "title_intents": text_list(),
                "refresh_seconds": number_between(0, 3600),
            },
        )
        self._title_intents = frozenset(options["title_intents"])
        database_url = Settings.from_environment().mobility_database_url
        self._names = names or KnownNames(database_url, options["refresh_seconds"])
        self._names.refresh()  # now rather than while the first student waits

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the names in each message to its entities."""
        self._names.refresh()
        for message in messages:
            written = message.get(TEXT) or ""
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in self._title_intents:
                entities = self._link_one_course(written, message.get(ENTITIES) or [])
            else:
                entities = self._link(written)
            known = message.get(ENTITIES) or []
            add_entities(message, [entity for entity in entities if not _says_who(entity, known, written)])
            _forget_language_of_titles(message, written)
        return messages

    def _link(self, written: str) -> List[Dict[str, Any]]:
        """Return the names of a message that asks for no single course."""
        found = [name for name in self._names.gazetteer.find(written) if not name.is_one_common_word]
        others = [name for name in found if not name.is_title]
        titles = [name for name in found if name.is_title and not any(other.contains(name) for other in others)]
        return self._entities([*others, *titles])

    def _link_one_course(self, written: str, known: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """Return the names of a message that asks for one course: titles come first, exact or not."""
        found = self._names.gazetteer.find(written)
        others = [name for name in found if not name.is_title]
        titles = [name for name in found if name.is_title and not any(other.contains(name) for other in others)]
        others = [name for name in others if not any(title.contains(name) for title in titles)]
        if _is_enough(titles, written):
            return self._entities([*others, *titles])
        values = [_place(entity) for entity in known if entity[ENTITY_ATTRIBUTE_TYPE] != LANGUAGE]
        hit = search_titles(self._names.titles, written, values, [(name.start, name.end) for name in others])
        if hit is None:
            return self._entities([*others, *titles])
        return self._entities(others) + [
            make_entity(
                self.name, match.kind, match.code, hit.start, hit.end, name=match.name, score=round(match.score, 1)
            )
            for match in hit.matches
        ]

    def _entities(self, found: Sequence[FoundName]) -> List[Dict[str, Any]]:
        return [
            make_entity(
                self.name,
                name.row.kind,
                name.row.code,
                name.start,
                name.end,
                **({"name": name.row.name, "score": _EXACT} if name.is_title else {}),
            )
            for name in found
        ]


def _is_enough(titles: Sequence[FoundName], written: str) -> bool:
    """Say whether the exact titles are what was asked for, not one common word of a longer, misspelt title."""
    if not titles:
        return False
    if any(not title.is_one_common_word for title in titles):
        return True
    return title_words(written) <= 1


def _forget_language_of_titles(message: Message, written: str) -> None:
    """Take back the language of a message that is nothing but a title: titles are French, students need not be."""
    entities = message.get(ENTITIES) or []
    titles = [entity for entity in entities if "score" in entity]
    length = len(written.strip(" ?!.,;:\"'«»"))
    if any(entity[ENTITY_ATTRIBUTE_END] - entity[ENTITY_ATTRIBUTE_START] >= length for entity in titles):
        kept = [entity for entity in entities if entity[ENTITY_ATTRIBUTE_TYPE] != LANGUAGE]
        message.set(ENTITIES, kept, add_to_output=True)


def _place(entity: Dict[str, Any]) -> Tuple[int, int]:
    return entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]


def _says_who(entity: Dict[str, Any], known: Sequence[Dict[str, Any]], written: str) -> bool:
    """Tell whether a name only says who the student is: "I am German" asks for no courses in German."""
    start, end = _place(entity)
    told = [_place(other) for other in known if other[ENTITY_ATTRIBUTE_TYPE] == _NATIONALITY]
    is_all = written[start:end] == written.strip(" ?!.")
    return not is_all and any(first <= start and end <= last for first, last in told)
