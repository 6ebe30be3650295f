"""What all actions share: the database session in a thread, the question as data, the way a reply is uttered."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Iterable, List, Mapping, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.errors import DatabaseUnavailableError
from bot.languages import DEFAULT_LANGUAGE, localised, supported_language
from bot.mobility.database import Session, session_scope
from bot.mobility.freshness import is_stale
from bot.mobility.types import Provenance

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """What the student wants, as far as it was understood."""

    text: str
    intent: str
    language: str
    entities: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    """Values named in this message, by entity, in the order of the text."""
    spans: Tuple[Tuple[int, int], ...] = ()
    """Where the entities stand in `text`."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """What was said before."""
    previous_action: Optional[str] = None
    """The action that answered last, where this question follows up on it."""

    def named(self, entity: str) -> Optional[str]:
        """Return the first value of `entity` in this message."""
        values = self.entities.get(entity, ())
        return values[0] if values else None

    def named_or_remembered(self, entity: str) -> Optional[str]:
        """Return the value of `entity` in this message, else the one remembered from before."""
        return self.named(entity) or self.slots.get(entity)

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> "Question":
        """Read the latest message and the context slots."""
        message = tracker.latest_message or {}
        entities: dict = {}
        spans = []
        for entity in message.get("entities") or []:
            values = entities.setdefault(entity["entity"], [])
            if entity["value"] not in values:
                values.append(entity["value"])
            if entity["entity"] not in ("language", "requested_language") and entity.get("end") is not None:
                spans.append((entity["start"], entity["end"]))
        return cls(
            text=message.get("text") or "",
            intent=(message.get("intent") or {}).get("name") or "",
            language=supported_language(tracker.get_slot("language")) or DEFAULT_LANGUAGE,
            entities={name: tuple(values) for name, values in entities.items()},
            spans=tuple(spans),
            slots=tracker.current_slot_values(),
            previous_action=tracker.get_slot("topic_action"),
        )


class MobilityAction(Action, ABC):
    """An action that answers from the mobility database. Subclasses say what; this says how."""

    action_name: str
    follow_up = True
    """Whether "and in semester 8?" may refer to this action."""

    def name(self) -> str:
        """Return the name under which the domain lists the action."""
        return self.action_name

    @abstractmethod
    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Answer from the database; called in a thread of its own. Raises DatabaseUnavailableError when it is away."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> List[Any]:
        """Utter the replies and return the slots to remember."""
        question = Question.from_tracker(tracker)
        # The database is synchronous; on the loop it would hold up every other conversation.
        replies = await asyncio.get_running_loop().run_in_executor(None, self._answer, question)
        slots = {"topic_action": self.action_name} if self.follow_up else {}
        for reply in replies:
            utter(dispatcher, reply, question.language)
            slots.update(reply.slots)
        return [SlotSet(name, value) for name, value in slots.items()]

    def _answer(self, question: Question) -> Tuple[Reply, ...]:
        try:
            with session_scope() as session:
                return tuple(self.answer(session, question))
        except DatabaseUnavailableError:
            logger.exception("The mobility database does not answer.")
            return (Reply("utter_database_unavailable", topic="out_of_scope", outcome=Outcome.FALLBACK),)


def utter(dispatcher: CollectingDispatcher, reply: Reply, language: str) -> None:
    """Send `reply` to Rasa, with its notes, sources, cards and buttons."""
    answer = {
        "topic": reply.topic,
        "outcome": reply.outcome.value,
        "language": language,
        "sources": [_source(provenance, language) for provenance in _distinct(reply.provenance)],
    }
    dispatcher.utter_message(
        response=reply.response,
        buttons=[{"title": button.title, "payload": _payload(button)} for button in reply.buttons],
        json_message={"answer": answer, "cards": [card.as_json() for card in reply.cards]},
        notes=_notes(reply.provenance, language),
        **reply.variables,
    )


def _payload(button: Any) -> str:
    entities = json.dumps(dict(button.entities), ensure_ascii=False) if button.entities else ""
    return f"/{button.intent}{entities}"


def _distinct(provenances: Iterable[Provenance]) -> List[Provenance]:
    return list({(p.url, p.as_of, p.sample, tuple(p.title.items())): p for p in provenances}.values())


def _source(provenance: Provenance, language: str) -> Mapping[str, Any]:
    return {
        "title": localised(provenance.title, language),
        "url": provenance.url,
        "as_of": provenance.as_of,
        "verified_on": provenance.verified_on,
        "sample": provenance.sample,
    }


def _notes(provenances: Tuple[Provenance, ...], language: str) -> str:
    notes = []
    if any(provenance.sample for provenance in provenances):
        notes.append(phrase("note_sample", language))
    if any(is_stale(provenance) for provenance in provenances if not provenance.sample):
        notes.append(phrase("note_stale", language))
    return "".join(f"\n\n{note}" for note in notes)
