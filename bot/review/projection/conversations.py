"""Writes the events of a batch into the log: conversations, messages, answers, handoffs, tallies.

What the log holds of the conversations is read once for all events that come together, and written once: the rows of
a hundred messages cost little more than those of one.
"""

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from bot.review.log_models import Answer, Handoff, Message
from bot.review.masking import EMAIL
from bot.review.projection.states import Shown, State, States, moment_of
from bot.review.projection.tallies import Tallies
from bot.review.projection.tracker_log import StoredEvent

Row = Dict[str, Any]
PREVIEW_LENGTH = 200
ALTERNATIVES = 4
ASKED_AGAIN = ("clarify", "fallback")
PARTS = ("buttons", "cards", "attachments")

# Built once: SQLAlchemy takes longer to put a statement together than the database to run it.
_INSERT_MESSAGES = insert(Message.__table__)
_INSERT_ANSWERS = insert(Answer.__table__)
_REFUSE = update(Answer.__table__).where(Answer.__table__.c.event_id == bindparam("of_event")).values(refused=True)


class ConversationWriter:
    """Writes events; `finish` returns the conversations that have changed."""

    def __init__(self, session: Session, shown: Callable[[Mapping[str, Any]], Optional[Shown]]):
        self._session = session
        self._shown = shown
        self._tallies = Tallies()
        self._changed: Set[int] = set()
        self._messages: List[Row] = []
        self._answers: Dict[int, Row] = {}
        self._refused: Set[int] = set()

    def write_next(self, events: Sequence[StoredEvent]) -> None:
        """Write events that come, in their order, after all that the log holds."""
        told = [(event, self._shown(event.data) if event.kind in ("user", "bot") else None) for event in events]
        told = [(event, shown) for event, shown in told if shown is not None or event.kind in ("pause", "resume")]
        if not told:
            return
        states = States(self._session, told, self._tallies)
        for event, shown in told:
            state = states.of(event)
            self._changed.add(state.number)
            if shown is not None:
                self._write_message(event, state, shown)
            elif event.kind == "pause":
                self._take_over(event, state)
            elif state.handoff is not None:
                state.handoff.ended_at = moment_of(event)
                state.handoff = None
        self._write_rows()
        states.write()

    def write_late(self, events: Iterable[StoredEvent]) -> None:
        """Write events that may stand before what the log holds already."""
        for event in events:
            self.write_next([event])

    def finish(self) -> List[int]:
        """Write what is still in memory."""
        self._tallies.write(self._session)
        return sorted(self._changed)

    def _write_rows(self) -> None:
        self._session.flush()
        connection = self._session.connection()
        for statement, rows in (
            (_INSERT_MESSAGES, self._messages),
            (_INSERT_ANSWERS, list(self._answers.values())),
            (_REFUSE, [{"of_event": event_id} for event_id in sorted(self._refused)]),
        ):
            if rows:
                connection.execute(statement, rows)
        self._messages, self._answers, self._refused = [], {}, set()

    def _write_message(self, event: StoredEvent, state: State, shown: Shown) -> None:
        message: Row = {
            "event_id": event.id, "conversation": state.number, "time": moment_of(event),
            "message_id": state.next_message_id(shown["id"]), "sender": shown["sender"], "text": shown["text"],
            "shown": {part: shown[part] for part in PARTS if shown.get(part)} or None,
            "intent": None, "confidence": None, "details": None,
        }  # fmt: skip
        self._messages.append(message)
        state.messages += 1
        state.last_activity = max(state.last_activity, message["time"])
        self._tallies.count_message(event.timestamp, message["sender"])
        if message["sender"] == "student":
            self._read_student(event, state, message)
        elif message["sender"] == "staff":
            message["details"] = _staff_details(event.data)
            _note_reply(state, message)
        elif shown.get("answer"):
            self._write_answer(event, state, shown["answer"])

    def _read_student(self, event: StoredEvent, state: State, message: Row) -> None:
        understood = event.data.get("parse_data") or {}
        intent = understood.get("intent") or {}
        message["intent"], message["confidence"] = intent.get("name"), intent.get("confidence")
        message["details"] = _student_details(event.data, understood)
        by_choice = "choice" in message["details"]
        if message["confidence"] is not None and not by_choice:
            lowest = state.lowest_confidence
            state.lowest_confidence = message["confidence"] if lowest is None else min(lowest, message["confidence"])
        if state.student_messages == 0:
            self._tallies.count_conversation("student", event.timestamp, state.channel)
        state.student_messages += 1
        state.preview = message["text"][:PREVIEW_LENGTH]
        address = EMAIL.search(message["text"])
        if state.handoff is not None and address:
            state.handoff.email = address.group()[:254]
        state.note_question(message)

    def _write_answer(self, event: StoredEvent, state: State, answer: Mapping[str, Any]) -> None:
        question = state.question
        self._note_refusal(state, answer["outcome"])
        self._answers[event.id] = {
            "event_id": event.id, "conversation": state.number, "time": moment_of(event),
            "question_id": question["event_id"] if question else None, "topic": answer["topic"],
            "outcome": answer["outcome"], "language": answer["language"],
            "response": (event.data.get("metadata") or {}).get("utter_action"),
            "intent": question["intent"] if question else None,
            "confidence": question["confidence"] if question else None,
            "sources": [dict(source) for source in answer.get("sources") or ()] or None,
            "latency": round(event.timestamp - question["time"].timestamp(), 3) if question else None,
            "refused": False,
        }  # fmt: skip
        state.note_answer(event.id, answer["outcome"])
        state.language = answer["language"]
        self._tallies.count_answer(event.timestamp, answer["language"], answer["topic"], answer["outcome"])
        if answer["outcome"] == "handed_over" and state.handoff is None:
            reason = "distress" if answer["topic"] == "emergency" else "person"
            address = EMAIL.search(question["text"]) if question else None
            state.handoff = Handoff(
                event_id=event.id, conversation=state.number, reason=reason, requested_at=moment_of(event),
                email=address.group()[:254] if address else None,
            )  # fmt: skip
            self._session.add(state.handoff)

    def _note_refusal(self, state: State, outcome: str) -> None:
        """Mark a question that was asked back when the student takes none of its choices and gets no further."""
        question, asked = state.question, state.asked
        if question is None or asked is None or asked.outcome != "clarify" or "choice" in (question["details"] or {}):
            return
        if question["intent"] == "deny" or outcome in ASKED_AGAIN:
            if asked.event_id in self._answers:
                self._answers[asked.event_id]["refused"] = True
            else:
                self._refused.add(asked.event_id)

    def _take_over(self, event: StoredEvent, state: State) -> None:
        if state.handoff is None:
            state.handoff = Handoff(
                event_id=event.id, conversation=state.number, reason="staff", requested_at=moment_of(event)
            )
            self._session.add(state.handoff)
        if state.handoff.taken_at is None:
            state.handoff.taken_at = moment_of(event)
            state.handoff.taken_by = (event.data.get("metadata") or {}).get("staff")


def _note_reply(state: State, message: Row) -> None:
    if state.handoff is not None and state.handoff.replied_at is None and not message["details"].get("notice"):
        state.handoff.replied_at = message["time"]


def _student_details(event: Mapping[str, Any], understood: Mapping[str, Any]) -> Dict[str, Any]:
    details: Dict[str, Any] = {
        "alternatives": [
            [other.get("name"), round(other.get("confidence") or 0.0, 4)]
            for other in (understood.get("intent_ranking") or [])[1 : ALTERNATIVES + 1]
        ],
        "entities": [[entity["entity"], entity.get("value")] for entity in understood.get("entities") or []],
    }
    if (event.get("metadata") or {}).get("title"):
        details["choice"] = event.get("text")
    return details


def _staff_details(event: Mapping[str, Any]) -> Dict[str, Any]:
    metadata = event.get("metadata") or {}
    return {name: metadata[name] for name in ("staff", "notice") if metadata.get(name)}
