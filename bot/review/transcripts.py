"""One conversation as the student saw it, with what the assistant made of each message and what staff added."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import AbstractSet, Any, Dict, List, Mapping, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.review.desk_models import Assignment, Mark, Note, Review, Tag
from bot.review.log_models import Answer, Conversation, Handoff, Message
from bot.review.masking import mask
from bot.review.models import Feedback


@dataclass(frozen=True)
class Understanding:
    """How a student's message was understood."""

    intent: str
    confidence: float
    alternatives: Tuple[Tuple[str, float], ...]
    entities: Tuple[Tuple[str, str], ...]
    marked_as: Optional[str]
    """The right intent, where staff have said so."""


@dataclass(frozen=True)
class AnswerDetails:
    """What kind of answer a message of the assistant is."""

    topic: str
    outcome: str
    language: str
    response: Optional[str]
    intent: Optional[str]
    confidence: Optional[float]
    latency: Optional[float]
    """In seconds."""
    sources: Tuple[Mapping[str, Any], ...]
    """Each with title, url, as_of, verified_on and sample."""
    helpful: Optional[bool]
    comment: Optional[str]


@dataclass(frozen=True)
class TranscriptMessage:
    """One message."""

    event_id: int
    message_id: str
    time: dt.datetime
    sender: str
    text: str
    buttons: Tuple[str, ...]
    cards: Tuple[Mapping[str, Any], ...]
    attachments: Tuple[Mapping[str, Any], ...]
    staff: Optional[str]
    """Who of the staff wrote it."""
    understanding: Optional[Understanding]
    answer: Optional[AnswerDetails]


@dataclass(frozen=True)
class HandoffState:
    """Where a conversation stands between the assistant and the staff."""

    reason: str
    requested_at: dt.datetime
    taken_at: Optional[dt.datetime]
    taken_by: Optional[str]
    replied_at: Optional[dt.datetime]
    ended_at: Optional[dt.datetime]
    email: Optional[str]
    """Masked, as all personal data."""

    @property
    def waiting(self) -> bool:
        """Tell whether a person is asked for and none has come."""
        return self.taken_at is None and self.ended_at is None

    @property
    def in_hand(self) -> bool:
        """Tell whether staff have taken over; the assistant is silent."""
        return self.taken_at is not None and self.ended_at is None


@dataclass(frozen=True)
class StaffNote:
    """What staff wrote to each other."""

    id: int
    author: str
    text: str
    written_at: dt.datetime


@dataclass(frozen=True)
class Transcript:
    """One conversation."""

    number: int
    id: str
    channel: str
    language: Optional[str]
    started_at: dt.datetime
    last_activity: dt.datetime
    messages: Tuple[TranscriptMessage, ...]
    """Oldest first."""
    handoffs: Tuple[HandoffState, ...]
    """Oldest first; only the last can be open."""
    notes: Tuple[StaffNote, ...]
    tags: Tuple[str, ...]
    assignee: Optional[str]
    flagged: bool
    reviewed_at: Optional[dt.datetime]
    reviewed_by: Optional[str]
    masked: bool
    """Whether personal data is hidden."""

    @property
    def handoff(self) -> Optional[HandoffState]:
        """The open handoff, or None."""
        return self.handoffs[-1] if self.handoffs and self.handoffs[-1].ended_at is None else None


def read_transcript(
    session: Session, conversation_id: str, *, unmasked: bool = False, public: AbstractSet[str] = frozenset()
) -> Optional[Transcript]:
    """Return the conversation, or None. Who asks for it `unmasked` has to record that act.

    What is in `public` (`masking.address_key`) is nobody's own and needs no mask.
    """
    head = session.execute(select(Conversation).where(Conversation.id == conversation_id)).scalars().first()
    if head is None:
        return None
    shown = (lambda text: text) if unmasked else partial(mask, public=public)
    number = head.number
    review = session.get(Review, number)
    assignment = session.get(Assignment, number)
    notes = session.execute(select(Note).where(Note.conversation == number).order_by(Note.id)).scalars()
    return Transcript(
        number=number, id=head.id, channel=head.channel, language=head.language,
        started_at=head.started_at, last_activity=head.last_activity,
        messages=_read_messages(session, head, shown),
        handoffs=_read_handoffs(session, number, shown),
        notes=tuple(StaffNote(note.id, note.author, note.text, note.written_at) for note in notes),
        tags=tuple(session.execute(select(Tag.tag).where(Tag.conversation == number).order_by(Tag.tag)).scalars()),
        assignee=assignment.assignee if assignment else None,
        flagged=bool(review and review.flagged),
        reviewed_at=review.reviewed_at if review else None,
        reviewed_by=review.reviewed_by if review else None,
        masked=not unmasked,
    )  # fmt: skip


def _read_messages(session: Session, head: Conversation, shown: Any) -> Tuple[TranscriptMessage, ...]:
    number = head.number
    answers = {row.event_id: row for row in _all(session, Answer, number)}
    marks = {row.event_id: row.intent for row in _all(session, Mark, number)}
    opinions = {
        row.message_id: row
        for row in session.execute(select(Feedback).where(Feedback.conversation_id == head.id)).scalars()
    }
    query = select(Message).where(Message.conversation == number).order_by(Message.event_id)
    return tuple(
        _message(row, answers.get(row.event_id), opinions.get(row.message_id), marks.get(row.event_id), shown)
        for row in session.execute(query).scalars()
    )


def _all(session: Session, table: Any, number: int) -> List[Any]:
    return list(session.execute(select(table).where(table.conversation == number)).scalars())


def _message(
    row: Message, answer: Optional[Answer], opinion: Optional[Feedback], marked_as: Optional[str], shown: Any
) -> TranscriptMessage:
    parts: Dict[str, Any] = row.shown or {}
    details: Dict[str, Any] = row.details or {}
    return TranscriptMessage(
        event_id=row.event_id, message_id=row.message_id, time=row.time, sender=row.sender, text=shown(row.text),
        buttons=tuple(button["title"] for button in parts.get("buttons") or ()),
        cards=tuple(parts.get("cards") or ()),
        attachments=tuple(parts.get("attachments") or ()),
        staff=details.get("staff"),
        understanding=_understanding(row, details, marked_as, shown),
        answer=_answer(answer, opinion, shown) if answer else None,
    )  # fmt: skip


def _understanding(
    row: Message, details: Mapping[str, Any], marked_as: Optional[str], shown: Any
) -> Optional[Understanding]:
    if row.sender != "student" or row.intent is None:
        return None
    return Understanding(
        row.intent,
        row.confidence or 0.0,
        tuple((name, confidence) for name, confidence in details.get("alternatives") or ()),
        tuple((name, shown(str(value))) for name, value in details.get("entities") or ()),
        marked_as,
    )


def _answer(row: Answer, opinion: Optional[Feedback], shown: Any) -> AnswerDetails:
    return AnswerDetails(
        topic=row.topic, outcome=row.outcome, language=row.language, response=row.response, intent=row.intent,
        confidence=row.confidence, latency=row.latency, sources=tuple(row.sources or ()),
        helpful=opinion.helpful if opinion else None,
        comment=shown(opinion.comment) if opinion and opinion.comment else None,
    )  # fmt: skip


def _read_handoffs(session: Session, number: int, shown: Any) -> Tuple[HandoffState, ...]:
    query = select(Handoff).where(Handoff.conversation == number).order_by(Handoff.event_id)
    return tuple(
        HandoffState(
            row.reason, row.requested_at, row.taken_at, row.taken_by, row.replied_at, row.ended_at,
            shown(row.email) if row.email else None,
        )
        for row in session.execute(query).scalars()
    )  # fmt: skip
