"""What has changed in the log, as short marks: a page asks for them every second and fetches only what is new."""

from dataclasses import dataclass
from typing import Optional

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.review.facets import WAITING
from bot.review.inbox import count_facet
from bot.review.log_models import Conversation, Handoff, Position


@dataclass(frozen=True)
class News:
    """Marks that are equal as long as nothing has changed."""

    waiting: int
    """How many conversations wait for a person."""
    log: str
    """Of all conversations."""
    talk: Optional[str]
    """Of the messages of one conversation; None where it is not there."""
    handoff: Optional[str]
    """Of who speaks in it."""


def read_news(session: Session, conversation_id: str = "") -> News:
    """Return the marks of the log and of one conversation."""
    read = session.execute(select(Position.event_id)).scalar() or 0
    talk = handoff = None
    if conversation_id:
        query = select(Conversation.number, Conversation.messages).where(Conversation.id == conversation_id)
        found = session.execute(query).first()
        if found is not None:
            talk, handoff = str(found.messages), _handoff_mark(session, found.number)
    return News(count_facet(session, WAITING), str(read), talk, handoff)


def _handoff_mark(session: Session, number: int) -> str:
    counts = select(func.count(), func.count(Handoff.taken_at), func.count(Handoff.ended_at), func.count(Handoff.email))
    return "-".join(map(str, session.execute(counts.where(Handoff.conversation == number)).one()))
