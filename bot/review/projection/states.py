"""What the log holds of the conversations that a batch goes on with: read with two queries, written with one."""

import datetime as dt
from collections import Counter
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.review.log_models import Answer, Conversation, Handoff, Message
from bot.review.projection.tallies import Tallies
from bot.review.projection.tracker_log import StoredEvent

Shown = Mapping[str, Any]
"""A message of the chat API."""
_MICROSECOND = 16
"""Digits of a message's id that tell the microsecond."""
_QUESTION = ("event_id", "time", "text", "intent", "confidence", "details")
_KEPT = ("language", "started_at", "last_activity", "messages", "student_messages", "lowest_confidence", "preview")


class Asked(NamedTuple):
    """An answer, as far as the next question has to know it."""

    event_id: int
    outcome: str


class State:
    """A conversation as of the event that is written."""

    def __init__(self, row: Mapping[str, Any]):
        self.number: int = row["number"]
        self.channel: str = row["channel"]
        self.language: Optional[str] = row["language"]
        self.started_at: dt.datetime = row["started_at"]
        self.last_activity: dt.datetime = row["last_activity"]
        self.messages: int = row["messages"]
        self.student_messages: int = row["student_messages"]
        self.lowest_confidence: Optional[float] = row["lowest_confidence"]
        self.preview: str = row["preview"]
        self.question: Optional[Mapping[str, Any]] = None
        """The student's latest message."""
        self.asked: Optional[Asked] = None
        """The assistant's answer before it."""
        self.handoff: Optional[Handoff] = None
        """The one that has not ended."""
        self.taken: Counter = Counter()
        """How many messages there were within a microsecond."""
        self._answer: Optional[Asked] = None

    def note_question(self, message: Mapping[str, Any]) -> None:
        """Remember what the next answer will refer to."""
        self.question, self.asked = message, self._answer

    def note_answer(self, event_id: int, outcome: str) -> None:
        """Remember what the next question will follow."""
        self._answer = Asked(event_id, outcome)

    def next_message_id(self, first: str) -> str:
        """Return the id that the chat API gives the message: the next where several fall into one microsecond."""
        microsecond = first[:_MICROSECOND]
        self.taken[microsecond] += 1
        return f"{microsecond}{self.taken[microsecond] - 1:02d}"


_C = Conversation.__table__.c
_Q = Message.__table__.alias("question")
_ASKED = Answer.__table__.alias("asked")
_LATEST = Answer.__table__.alias("latest")


def _newest(table: Any, *conditions: Any) -> Any:
    """Return the id of a conversation's newest row: one step in an index, however long the conversation is."""
    other = table.__table__.alias()
    found = select(func.max(other.c.event_id)).where(other.c.conversation == _C.number)
    return found.where(*(condition(other.c) for condition in conditions)).scalar_subquery()


_BEFORE = bindparam("before")
_READ = (
    select(
        Conversation.__table__,
        *(_Q.c[name].label(f"question_{name}") for name in _QUESTION),
        _ASKED.c.event_id.label("asked_id"),
        _ASKED.c.outcome.label("asked_outcome"),
        _LATEST.c.event_id.label("latest_id"),
        _LATEST.c.outcome.label("latest_outcome"),
    )
    .select_from(Conversation.__table__)
    .outerjoin(_Q, _Q.c.event_id == _newest(Message, lambda c: c.sender == "student", lambda c: c.event_id < _BEFORE))
    .outerjoin(_ASKED, _ASKED.c.event_id == _newest(Answer, lambda c: c.event_id < _Q.c.event_id))
    .outerjoin(_LATEST, _LATEST.c.event_id == _newest(Answer, lambda c: c.event_id < _BEFORE))
    .where(_C.id.in_(bindparam("ids", expanding=True)))
)
_HANDOFFS = (
    select(Handoff)
    .where(Handoff.conversation.in_(bindparam("numbers", expanding=True)), Handoff.ended_at.is_(None))
    .order_by(Handoff.event_id)
)
_TAKEN = select(Message.conversation, Message.message_id).where(
    Message.conversation.in_(bindparam("numbers", expanding=True)),
    func.substr(Message.message_id, 1, _MICROSECOND).in_(bindparam("microseconds", expanding=True)),
)
_INSERT = insert(Conversation.__table__)
_UPDATE = (
    update(Conversation.__table__)
    .where(_C.number == bindparam("of_number"))
    .values({name: bindparam(name) for name in _KEPT})
)


class States:
    """The states of the conversations that some events belong to."""

    def __init__(self, session: Session, told: Sequence[Tuple[StoredEvent, Optional[Shown]]], tallies: Tallies):
        """Read what the log holds from before the first of the events; beside each the message that it shows."""
        self._connection = session.connection()
        self._tallies = tallies
        self._states: Dict[str, State] = {}
        ids = sorted({event.conversation_id for event, _ in told})
        for row in self._connection.execute(_READ, {"ids": ids, "before": told[0][0].id}).mappings():
            self._states[row["id"]] = _state(row)
        # A conversation whose log is being made anew begins with its first event.
        self._empty = {id for id, state in self._states.items() if state.messages == 0}
        if self._states:
            self._read_handoffs(session)
            self._read_message_ids({shown["id"][:_MICROSECOND] for _, shown in told if shown is not None})

    def of(self, event: StoredEvent) -> State:
        """Return the state of the event's conversation, which it may begin."""
        state = self._states.get(event.conversation_id)
        if state is None:
            state = self._states[event.conversation_id] = self._begin(event)
        elif event.conversation_id in self._empty:
            self._empty.remove(event.conversation_id)
            state.started_at = state.last_activity = moment_of(event)
            self._tallies.count_conversation("conversation", event.timestamp, state.channel)
        return state

    def write(self) -> None:
        """Write the states as they are now."""
        rows = [
            {"of_number": state.number, **{name: getattr(state, name) for name in _KEPT}}
            for state in self._states.values()
        ]
        if rows:
            self._connection.execute(_UPDATE, rows)

    def _read_handoffs(self, session: Session) -> None:
        by_number = self._by_number()
        for handoff in session.execute(_HANDOFFS, {"numbers": sorted(by_number)}).scalars():
            by_number[handoff.conversation].handoff = handoff

    def _read_message_ids(self, microseconds: Set[str]) -> None:
        by_number = self._by_number()
        given = {"numbers": sorted(by_number), "microseconds": sorted(microseconds)}
        for number, message_id in self._connection.execute(_TAKEN, given):
            by_number[number].taken[message_id[:_MICROSECOND]] += 1

    def _by_number(self) -> Dict[int, State]:
        return {state.number: state for state in self._states.values()}

    def _begin(self, event: StoredEvent) -> State:
        moment = moment_of(event)
        row: Dict[str, Any] = {
            "id": event.conversation_id, "channel": _channel(event), "language": None, "started_at": moment,
            "last_activity": moment, "messages": 0, "student_messages": 0, "lowest_confidence": None, "preview": "",
        }  # fmt: skip
        row["number"] = self._connection.execute(_INSERT, row).inserted_primary_key[0]
        self._tallies.count_conversation("conversation", event.timestamp, row["channel"])
        return State(row)


def moment_of(event: StoredEvent) -> dt.datetime:
    """Return when it happened."""
    return dt.datetime.fromtimestamp(event.timestamp, dt.timezone.utc)


def _state(row: Mapping[str, Any]) -> State:
    state = State(row)
    if row["question_event_id"] is not None:
        state.question = {name: row[f"question_{name}"] for name in _QUESTION}
    if row["asked_id"] is not None:
        state.asked = Asked(row["asked_id"], row["asked_outcome"])
    if row["latest_id"] is not None:
        state.note_answer(row["latest_id"], row["latest_outcome"])
    return state


def _channel(event: StoredEvent) -> str:
    """Return the channel: messages name it; what the bot says before any belongs to the id's beginning."""
    named = event.data.get("input_channel")
    if named:
        return str(named)[:40]
    prefix, dash, _ = event.conversation_id.partition("-")
    return prefix[:40] if dash else "web"
