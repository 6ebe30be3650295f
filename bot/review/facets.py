"""What conversations are filtered by, kept beside them in one table.

The facets of a conversation are made anew from the rows of the log and of the staff whenever one of these changes:
one function that looks at everything cannot forget a case.
"""

from typing import Iterable, Optional, Set

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.review.desk_models import Assignment, Review, Tag
from bot.review.log_models import Answer, Conversation, Facet, Handoff
from bot.review.models import Feedback

WAITING = "state:waiting"
IN_HAND = "state:in_hand"
"""A member of staff has taken over; the assistant is silent."""
UNREAD = "state:unread"
REVIEWED = "state:reviewed"
UNREVIEWED = "state:unreviewed"
FLAGGED = "state:flagged"


def refresh_conversation(session: Session, conversation_id: str) -> None:
    """Make the facets of the conversation with this id anew, where the log holds it."""
    number = session.execute(select(Conversation.number).where(Conversation.id == conversation_id)).scalar()
    if number is not None:
        refresh_facets(session, [number])


def refresh_facets(session: Session, numbers: Iterable[int]) -> None:
    """Make the facets of these conversations anew."""
    session.flush()
    for number in numbers:
        conversation = session.get(Conversation, number, populate_existing=True)
        if conversation is None:
            continue
        facets = _facets(session, conversation)
        session.execute(delete(Facet).where(Facet.conversation == number))
        rows = [
            {"conversation": number, "facet": facet, "last_activity": conversation.last_activity}
            for facet in sorted(facets)
        ]
        session.execute(insert(Facet), rows)


def _facets(session: Session, conversation: Conversation) -> Set[str]:
    number = conversation.number
    facets = {f"channel:{conversation.channel}", f"language:{conversation.language or ''}"}
    answers = select(Answer.topic, Answer.outcome).where(Answer.conversation == number).distinct()
    for topic, outcome in session.execute(answers):
        facets |= {f"topic:{topic}", f"outcome:{outcome}"}
    opinions = select(Feedback.helpful).where(Feedback.conversation_id == conversation.id).distinct()
    facets |= {f"feedback:{'helpful' if helpful else 'unhelpful'}" for (helpful,) in session.execute(opinions)}
    facets |= {f"tag:{tag}" for (tag,) in session.execute(select(Tag.tag).where(Tag.conversation == number))}
    assignment = session.get(Assignment, number)
    facets.add(f"assignee:{assignment.assignee if assignment else ''}")
    handoffs = select(Handoff.taken_at).where(Handoff.conversation == number, Handoff.ended_at.is_(None))
    facets |= {IN_HAND if taken_at else WAITING for (taken_at,) in session.execute(handoffs)}
    return facets | _review_facets(session.get(Review, number), conversation)


def _review_facets(review: Optional[Review], conversation: Conversation) -> Set[str]:
    last = conversation.last_activity
    reviewed = review is not None and review.reviewed_at is not None and review.reviewed_at >= last
    facets = {REVIEWED if reviewed else UNREVIEWED}
    if review is None or review.seen_at is None or review.seen_at < last:
        facets.add(UNREAD)
    if review is not None and review.flagged:
        facets.add(FLAGGED)
    return facets
