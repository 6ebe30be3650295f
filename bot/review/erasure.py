"""Erases what the review database holds of one conversation, and remembers that it did.

The note of an erased conversation is a digest of its id, which tells nobody anything: with it the projector knows what
it must not write again when it had read it just before.
"""

import datetime as dt
import hashlib
from typing import Dict, Iterable

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from bot.review.account_models import AuditEntry
from bot.review.audit import record
from bot.review.database import session_scope
from bot.review.log_models import Conversation, Erasure, Message
from bot.review.models import Feedback

PROJECTION_LOCK = 7_301_002
"""Number of PostgreSQL's advisory lock of the one who projects or erases."""


def erase_from_log(url: str, conversation_id: str) -> Dict[str, int]:
    """Delete the conversation with all that hangs on it and its feedback; return what there was."""
    with session_scope(url, writing=True) as session:
        lock_projection(session)
        number = session.execute(select(Conversation.number).where(Conversation.id == conversation_id)).scalar()
        messages = session.execute(select(func.count()).where(Message.conversation == number)).scalar_one()
        feedback = session.execute(delete(Feedback).where(Feedback.conversation_id == conversation_id)).rowcount
        session.execute(delete(Conversation).where(Conversation.number == number))  # takes the rest along
        # Of what staff did to it, the audit keeps the act but not whose conversation it was.
        unnamed = update(AuditEntry).where(AuditEntry.subject == conversation_id[:200])
        session.execute(unnamed.values(subject=digest(conversation_id)))
        session.merge(Erasure(digest=digest(conversation_id), erased_at=dt.datetime.now(dt.timezone.utc)))
        session.commit()
    return {"messages": messages, "feedback": feedback}


def certify_erasure(url: str, actor: str, conversation_id: str, reason: str, **counts: int) -> None:
    """Write into the audit that a conversation was erased everywhere; its line names the digest, not the student."""
    with session_scope(url, writing=True) as session:
        record(session, actor, "conversation.erase", digest(conversation_id), reason=reason, **counts)
        session.commit()


def lock_projection(session: Session) -> None:
    """Wait until nobody else projects or erases; on SQLite there is one writer anyway."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PROJECTION_LOCK})


def erased_moments(session: Session, conversation_ids: Iterable[str]) -> Dict[str, float]:
    """Return when those of the conversations were erased that ever were."""
    digests = {digest(conversation_id): conversation_id for conversation_id in conversation_ids}
    rows = session.connection().execute(_ERASED, {"digests": list(digests)})
    return {digests[row.digest]: row.erased_at.timestamp() for row in rows}


_ERASED = select(Erasure.digest, Erasure.erased_at).where(Erasure.digest.in_(bindparam("digests", expanding=True)))


def digest(conversation_id: str) -> str:
    """Return what stands for the id of an erased conversation."""
    return hashlib.sha256(f"erased conversation {conversation_id}".encode()).hexdigest()
