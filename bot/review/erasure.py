"""Erases what the review database holds of one conversation, and remembers that it did.

The note of an erased conversation is a digest of its id, which tells nobody anything: with it the projector knows what
it must not write again when it had read it just before.
"""

import datetime as dt
import hashlib
from typing import Dict, Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.review.log_models import Conversation, Erasure, Message
from bot.review.models import Feedback


def erase_from_log(session: Session, conversation_id: str) -> Dict[str, int]:
    """Delete the conversation with all that hangs on it and its feedback; return what there was. The caller commits."""
    number = session.execute(select(Conversation.number).where(Conversation.id == conversation_id)).scalar()
    messages = session.execute(select(func.count()).where(Message.conversation == number)).scalar_one()
    feedback = session.execute(delete(Feedback).where(Feedback.conversation_id == conversation_id)).rowcount
    session.execute(delete(Conversation).where(Conversation.number == number))  # takes the rest along
    session.merge(Erasure(digest=digest(conversation_id), erased_at=dt.datetime.now(dt.timezone.utc)))
    return {"messages": messages, "feedback": feedback}


def erased_moments(session: Session, conversation_ids: Iterable[str]) -> Dict[str, float]:
    """Return when those of the conversations were erased that ever were."""
    digests = {digest(conversation_id): conversation_id for conversation_id in conversation_ids}
    query = select(Erasure).where(Erasure.digest.in_(list(digests)))
    return {digests[row.digest]: row.erased_at.timestamp() for row in session.execute(query).scalars()}


def digest(conversation_id: str) -> str:
    """Return what stands for the id of an erased conversation."""
    return hashlib.sha256(f"erased conversation {conversation_id}".encode()).hexdigest()
