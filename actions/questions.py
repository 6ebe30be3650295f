"""The question as data: what Rasa understood of the latest message, and what was said before."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from rasa_sdk import Tracker

from bot.languages import DEFAULT_LANGUAGE, supported_language

# What these two find is the manner of a message, not its content.
MANNER_ENTITIES = ("language", "requested_language")
_DENIED = re.compile(
    r"\b(?:not|pas|non|instead of|rather than|plutôt que|au lieu d[eu])\s+(?:the|in|la|le|les|de|du|en)?\s*$", re.I
)
"""What stands before a name that is not meant: "Barbet, not Charpak"."""
_CORRECTING = re.compile(
    r"^\W*(?:no|non|not|pas)\b|\b(?:i|we) (?:said|meant|mean)\b|\bj'ai dit\b|\bje (?:parlais?|veux|voulais)\b", re.I
)
_NAMES = ("residence", "course", "teaching_unit", "department", "programme", "procedure", "contact", "semester")
"""Entities that students put right by denying one: "not European" is a value of its own."""
_Values = Mapping[str, Tuple[str, ...]]
ANY = "any"
"""Value by which a choice offered to the student takes a criterion away."""


@dataclass(frozen=True)
class Question:
    """What the student wants, as far as it was understood."""

    text: str
    """The message as written; "" where a button was pressed."""
    intent: str
    language: str
    entities: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    """Values named in this message, by entity, in the order of the text; actions add what they take over."""
    spans: Mapping[str, Tuple[Tuple[int, int], ...]] = field(default_factory=dict)
    """Where the entities stand in `text`, by entity."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """What was said before."""
    page: int = 0
    """Which page of a list is wanted, from 0."""
    ranking: Tuple[Tuple[str, float], ...] = ()
    """Every intent considered with its confidence, the best first."""
    last_outcome: Optional[str] = None
    """How the assistant's last message turned out."""
    last_language: Optional[str] = None
    """The language of the assistant's last message."""
    offered: Tuple[str, ...] = ()
    """Payloads of the choices offered with the assistant's last message."""
    offered_titles: Tuple[str, ...] = ()
    """What these choices are called, in the same order."""
    was_unsure: bool = False
    """Whether the student's message before this one was not understood either."""
    conversation: str = ""
    """Id of the conversation."""
    channel: Optional[str] = None
    """Where the student writes."""
    is_reminder: bool = False
    """Whether nobody has written: Rasa calls because a reminder is due."""
    parts: Tuple["Question", ...] = ()
    """The questions of a message that holds several, each by itself."""
    other_language: Optional[str] = None
    """The language of the message where it is one that the assistant does not speak."""
    understood_intent: Optional[str] = None
    """What a message in such a language asks for, as far as it was understood."""
    denied: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    """Values that the message names as not meant, by entity: "Barbet, not Charpak"."""

    @property
    def is_correction(self) -> bool:
        """Whether the message puts right what was understood before: "no, I said Barbet, not Charpak"."""
        return bool(self.denied) and _CORRECTING.search(self.text) is not None

    @property
    def choice(self) -> Optional[str]:
        """Return the payload of the choice whose title the student has typed instead of pressing it."""
        said = _folded(self.text)
        choices = zip(self.offered_titles, self.offered, strict=True)
        return next((payload for title, payload in choices if _folded(title) == said), None)

    def named(self, entity: str) -> Optional[str]:
        """Return the first value of `entity` in this message."""
        values = self.entities.get(entity, ())
        return values[0] if values else None

    def remembered(self, slot: str) -> Tuple[str, ...]:
        """Return the values of `slot` from before."""
        return _as_values(self.slots.get(slot))

    def named_alone(self, entity: str) -> Optional[str]:
        """Return the value of `entity` where there is exactly one; two of them tell nothing apart."""
        values = self.entities.get(entity, ())
        return values[0] if len(values) == 1 else None

    def named_or_remembered(self, entity: str) -> Optional[str]:
        """Return the value of `entity` in this message, else the one remembered from before."""
        return next(iter((*self.entities.get(entity, ()), *self.remembered(entity))), None)

    def with_entities(self, entities: Mapping[str, Iterable[str]]) -> "Question":
        """Return the question with these entities in place of those of the same name; an empty value takes one away."""
        merged = {**self.entities, **{name: tuple(values) for name, values in entities.items()}}
        return replace(self, entities={name: values for name, values in merged.items() if values})

    def taking_over(self, slots: Iterable[str]) -> "Question":
        """Return the question with what is remembered in `slots`, where the message names nothing of the kind."""
        remembered = {slot: self.remembered(slot) for slot in slots if not self.entities.get(slot)}
        taken_away = {name: () for name, values in self.entities.items() if values == (ANY,)}
        return self.with_entities({**remembered, **taken_away})

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> "Question":
        """Read the latest message, the context slots and the assistant's last message."""
        message = tracker.latest_message or {}
        text = message.get("text") or ""
        last_message = _last_bot_message(tracker.events or [])
        last_answer = (last_message.get("custom") or {}).get("answer") or {}
        entities, spans, denied = _read_entities(message.get("entities") or [], text)
        question = cls(
            text="" if text.startswith("/") else text,
            intent=(message.get("intent") or {}).get("name") or "",
            language=supported_language(tracker.get_slot("language")) or DEFAULT_LANGUAGE,
            entities=entities,
            spans=spans,
            denied=denied,
            slots=tracker.current_slot_values(),
            ranking=tuple((item["name"], item["confidence"]) for item in message.get("intent_ranking") or []),
            last_outcome=last_answer.get("outcome"),
            last_language=last_answer.get("language"),
            offered=tuple(button["payload"] for button in last_message.get("buttons") or []),
            offered_titles=tuple(button["title"] for button in last_message.get("buttons") or []),
            was_unsure=_last_intent(tracker.events or []) == "nlu_fallback",
            conversation=tracker.sender_id or "",
            channel=tracker.get_latest_input_channel(),
            is_reminder=bool((message.get("metadata") or {}).get("is_external")),
            other_language=message.get("other_language"),
            understood_intent=message.get("understood_intent"),
        )
        return replace(question, parts=tuple(question._part(part) for part in message.get("questions") or []))

    def _part(self, part: Mapping[str, Any]) -> "Question":
        """Return one question of the message."""
        entities, spans, denied = _read_entities(part["entities"], part["text"])
        ranking = ((part["intent"], part["confidence"]),)
        return replace(
            self, text=part["text"], intent=part["intent"], entities=entities, spans=spans, denied=denied,
            ranking=ranking,
        )  # fmt: skip


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?…")


def _as_values(remembered: Any) -> Tuple[str, ...]:
    if not remembered:
        return ()
    return (remembered,) if isinstance(remembered, str) else tuple(remembered)


def _read_entities(found: Iterable[Mapping[str, Any]], text: str) -> Tuple[_Values, Mapping[str, Any], _Values]:
    """Return the values by entity, where they stand, and the values that are named as not meant."""
    named: Dict[str, List[str]] = {}
    denied: Dict[str, List[str]] = {}
    spans: Dict[str, List[Tuple[int, int]]] = {}
    for entity in found:
        name, value = entity["entity"], str(entity["value"])
        has_place = name not in MANNER_ENTITIES and entity.get("end") is not None
        is_denied = has_place and name in _NAMES and _DENIED.search(text[: entity["start"]]) is not None
        values = (denied if is_denied else named).setdefault(name, [])
        if value not in values:
            values.append(value)
        if has_place:
            spans.setdefault(name, []).append((entity["start"], entity["end"]))
    if not _CORRECTING.search(text):
        # "Is it not in semester 9?" names semester 9; "Barbet, not Charpak" does not mean Charpak.
        for name in denied.keys() - named.keys():
            named[name] = denied.pop(name)
    places = {name: tuple(stretches) for name, stretches in spans.items()}
    return _as_tuples(named), places, _as_tuples(denied)


def _as_tuples(values: Mapping[str, List[str]]) -> _Values:
    return {name: tuple(found) for name, found in values.items()}


def _last_bot_message(events: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the data of the assistant's last message of its last turn, or {}."""
    for event in reversed(list(events)):
        if event.get("event") == "bot":
            return event.get("data") or {}
    return {}


def _last_intent(events: Iterable[Mapping[str, Any]]) -> Optional[str]:
    """Return the intent of the student's message before the latest one."""
    said = [event for event in events if event.get("event") == "user"]
    return ((said[-2].get("parse_data") or {}).get("intent") or {}).get("name") if len(said) > 1 else None
