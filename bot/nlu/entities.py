"""Entities as Rasa messages carry them."""

from typing import Any, Dict, List, Sequence

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)
from rasa.shared.nlu.training_data.message import Message


def make_entity(extractor: str, kind: str, value: str, start: int, end: int, **more: Any) -> Dict[str, Any]:
    """Return an entity over the characters from `start` to `end`."""
    return {
        ENTITY_ATTRIBUTE_TYPE: kind,
        ENTITY_ATTRIBUTE_VALUE: value,
        ENTITY_ATTRIBUTE_START: start,
        ENTITY_ATTRIBUTE_END: end,
        EXTRACTOR: extractor,
        **more,
    }


def add_entities(message: Message, entities: Sequence[Dict[str, Any]]) -> None:
    """Add entities to those that other components found."""
    found: List[Dict[str, Any]] = [*(message.get(ENTITIES) or []), *entities]
    message.set(ENTITIES, found, add_to_output=True)
