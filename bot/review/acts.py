"""What staff do with conversations: flag, tag, note, assign, mark as reviewed, correct the intent, unmask.

Each act stands in the audit with it, and in the facets by which the inbox filters. The caller commits.
"""

import datetime as dt
import re
from typing import Iterable, Optional

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.review.audit import record
from bot.review.desk_models import Assignment, Draft, Mark, Note, Review, Settled, Tag
from bot.review.facets import refresh_facets
from bot.review.log_models import Answer, Conversation, Message
from bot.review.masking import mask

LONGEST_TAG = 60
LONGEST_TEXT = 4000


class ActError(BotError):
    """An act is not possible; `code` names the reason for the console's wording."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def note_opened(session: Session, conversation_id: str) -> None:
    """Remember that a member of staff has opened the conversation: it is read."""
    number = _number(session, conversation_id)
    _review(session, number).seen_at = _now()
    refresh_facets(session, [number])


def note_unmasked(session: Session, actor: str, conversation_id: str) -> None:
    """Record that a member of staff looks at the personal data in a conversation."""
    _number(session, conversation_id)
    record(session, actor, "conversation.unmask", conversation_id)


def set_flag(session: Session, actor: str, conversation_id: str, flagged: bool) -> None:
    """Flag the conversation, or take the flag away."""
    number = _number(session, conversation_id)
    _review(session, number).flagged = flagged
    _done(session, actor, "conversation.flag" if flagged else "conversation.unflag", conversation_id, number)


def set_reviewed(session: Session, actor: str, conversation_id: str, reviewed: bool) -> None:
    """Mark the conversation as reviewed, or as not reviewed; new messages make it unreviewed again."""
    number = _number(session, conversation_id)
    review = _review(session, number)
    review.reviewed_at = review.seen_at = _now() if reviewed else None
    review.reviewed_by = actor if reviewed else None
    _done(session, actor, "conversation.reviewed" if reviewed else "conversation.unreviewed", conversation_id, number)


def add_tag(session: Session, actor: str, conversation_id: str, tag: str) -> str:
    """Put a tag on the conversation; return it as it is kept."""
    kept = re.sub(r"\s+", " ", tag.replace(":", " ")).strip().casefold()
    if not 0 < len(kept) <= LONGEST_TAG:
        raise ActError("tag_invalid", f"A tag has 1 to {LONGEST_TAG} characters.")
    number = _number(session, conversation_id)
    session.merge(Tag(conversation=number, tag=kept))
    _done(session, actor, "conversation.tag", conversation_id, number, tag=kept)
    return kept


def remove_tag(session: Session, actor: str, conversation_id: str, tag: str) -> None:
    """Take a tag away."""
    number = _number(session, conversation_id)
    session.execute(delete(Tag).where(Tag.conversation == number, Tag.tag == tag))
    _done(session, actor, "conversation.untag", conversation_id, number, tag=tag)


def add_note(session: Session, actor: str, conversation_id: str, text: str) -> int:
    """Write a note that only staff see; return its id."""
    note = Note(
        conversation=_number(session, conversation_id), author=actor, text=_checked(text), written_at=_now()
    )
    session.add(note)
    session.flush()
    record(session, actor, "conversation.note", conversation_id, note=note.id)
    return note.id


def assign(session: Session, actor: str, conversation_id: str, assignee: Optional[str]) -> None:
    """Give the conversation to a member of staff; None to nobody."""
    number = _number(session, conversation_id)
    if assignee is None:
        session.execute(delete(Assignment).where(Assignment.conversation == number))
    else:
        session.merge(
            Assignment(conversation=number, assignee=assignee, assigned_by=actor, assigned_at=_now())
        )
    _done(session, actor, "conversation.assign", conversation_id, number, assignee=assignee)


def save_draft(session: Session, actor: str, conversation_id: str, text: str) -> None:
    """Keep a reply that is being written; an empty text drops it."""
    number = _number(session, conversation_id)
    if text.strip():
        session.merge(Draft(conversation=number, author=actor, text=text[:LONGEST_TEXT], saved_at=_now()))
    else:
        session.execute(delete(Draft).where(Draft.conversation == number, Draft.author == actor))


def read_draft(session: Session, actor: str, conversation_id: str) -> str:
    """Return the reply that this member of staff has begun, or ""."""
    draft = session.get(Draft, (_number(session, conversation_id), actor))
    return draft.text if draft else ""


def mark_intent(session: Session, actor: str, event_id: int, intent: Optional[str]) -> None:
    """Say which intent a student's message has; None takes the mark back. Personal data is not kept with it."""
    message = session.get(Message, event_id)
    if message is None or message.sender != "student":
        raise ActError("message_not_found", f"The log holds no student's message {event_id}.")
    if intent is None:
        session.execute(delete(Mark).where(Mark.event_id == event_id))
    else:
        conversation = session.get(Conversation, message.conversation)
        language = session.execute(select(Answer.language).where(Answer.question_id == event_id)).scalars().first()
        session.merge(
            Mark(
                event_id=event_id, conversation=message.conversation, text=mask(message.text),
                language=language or conversation.language or "en", intent=intent, marked_by=actor, marked_at=_now(),
                fixed=False,
            )
        )  # fmt: skip
    record(session, actor, "message.mark", str(event_id), intent=intent)


def settle(session: Session, actor: str, answer_ids: Iterable[int], how: str) -> None:
    """Take questions without an answer off the list; `how`: article, correction, mark or dismissed."""
    ids = sorted(set(answer_ids))
    for row in session.execute(select(Answer).where(Answer.event_id.in_(ids))).scalars():
        session.merge(
            Settled(
                event_id=row.event_id, conversation=row.conversation, how=how, settled_by=actor, settled_at=_now()
            )
        )
    record(session, actor, "questions.settle", how, answers=ids)


def _done(session: Session, actor: str, act: str, conversation_id: str, number: int, **detail: object) -> None:
    record(session, actor, act, conversation_id[:200], **detail)
    refresh_facets(session, [number])


def _number(session: Session, conversation_id: str) -> int:
    number = session.execute(select(Conversation.number).where(Conversation.id == conversation_id)).scalar()
    if number is None:
        raise ActError("conversation_not_found", "The log holds no such conversation; it may have been erased.")
    return number


def _review(session: Session, number: int) -> Review:
    review = session.get(Review, number)
    if review is None:
        review = Review(conversation=number, flagged=False)
        session.add(review)
    return review


def _checked(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise ActError("text_invalid", f"Write 1 to {LONGEST_TEXT} characters.")
    return text.strip()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)
