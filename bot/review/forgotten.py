"""Gives conversations back to the assistant that staff took over and forgot: no student is left in silence.

Staff have forgotten a conversation when they have written nothing in it for `HANDOFF_HOURS`.
"""

import datetime as dt
import logging
from typing import Callable, List

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.review.audit import record
from bot.review.database import session_scope
from bot.review.log_models import Conversation, Handoff, Message
from bot.settings import Settings

logger = logging.getLogger(__name__)
ACTOR = "review follow"
GiveBack = Callable[[str], bool]
"""Has the assistant answer again in a conversation and tell the student; returns whether it could."""


def give_back_forgotten(settings: Settings, give_back: GiveBack) -> int:
    """Give back what is forgotten; return how many conversations. What cannot be given back now is tried again."""
    if settings.handoff_hours == 0:
        return 0
    limit = dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=settings.handoff_hours)
    with session_scope(settings.review_database_url) as session:
        forgotten = find_forgotten(session, limit)
    given_back = [conversation_id for conversation_id in forgotten if give_back(conversation_id)]
    with session_scope(settings.review_database_url, writing=True) as session:
        for conversation_id in given_back:
            logger.info("Staff had not written for %d hours: the assistant answers again.", settings.handoff_hours)
            record(session, ACTOR, "conversation.give_back", conversation_id[:200], hours=settings.handoff_hours)
        session.commit()
    return len(given_back)


def find_forgotten(session: Session, limit: dt.datetime) -> List[str]:
    """Return the conversations in which staff took over before `limit` and have written nothing since then."""
    last_words = (
        select(func.max(Message.time))
        .where(Message.conversation == Handoff.conversation, Message.sender == "staff")
        .scalar_subquery()
    )
    query = (
        select(Conversation.id, last_words)
        .join(Handoff, Handoff.conversation == Conversation.number)
        .where(Handoff.ended_at.is_(None), Handoff.taken_at < limit)
        .order_by(Handoff.taken_at)
    )
    return [
        conversation_id
        for conversation_id, written_at in session.execute(query)
        if written_at is None or written_at < limit
    ]
