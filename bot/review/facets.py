"""What conversations are filtered by, kept beside them in one table.

The facets of a conversation are made anew from the rows of the log and of the staff whenever one of these changes:
one function that looks at everything cannot forget a case.
"""

from typing import Any, Iterable, Set

from sqlalchemy import bindparam, case, delete, insert, literal, select, union
from sqlalchemy.orm import Session

from bot.review.desk_models import Assignment, Review, Tag
from bot.review.log_models import Answer, Conversation, Facet, Handoff
from bot.review.models import Feedback

_ASSIGNEE = "assignee:"
"""Nobody's, as it stands."""
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
    given = {"numbers": sorted(numbers)}
    if not given["numbers"]:
        return
    connection = session.connection()
    states = connection.execute(_STATES, given).all()
    facets = {row.number: _facets_of_state(row) for row in states}
    for number, kind, value in connection.execute(_VALUES, given):
        facets[number].add(f"{kind}:{value}")
    for found in facets.values():
        if not any(facet.startswith(_ASSIGNEE) for facet in found):
            found.add(_ASSIGNEE)
    connection.execute(_FORGET, given)
    rows = [
        {"conversation": row.number, "facet": facet, "last_activity": row.last_activity}
        for row in states
        for facet in sorted(facets[row.number])
    ]
    if rows:
        connection.execute(_INSERT, rows)


def _facets_of_state(row: Any) -> Set[str]:
    last = row.last_activity
    reviewed = row.reviewed_at is not None and row.reviewed_at >= last
    facets = {f"channel:{row.channel}", f"language:{row.language or ''}", REVIEWED if reviewed else UNREVIEWED}
    if row.seen_at is None or row.seen_at < last:
        facets.add(UNREAD)
    if row.flagged:
        facets.add(FLAGGED)
    return facets


def _values(kind: str, number: Any, value: Any) -> Any:
    """Return a query for facets of one kind: conversation, kind, value."""
    return select(number.label("number"), literal(kind).label("kind"), value.label("value")).where(number.in_(_NUMBERS))


# Built once, and a few queries for all conversations: SQLAlchemy takes longer to put one together than the database to
# answer it.
_NUMBERS = bindparam("numbers", expanding=True)
_STATES = (
    select(
        Conversation.number, Conversation.channel, Conversation.language, Conversation.last_activity,
        Review.reviewed_at, Review.seen_at, Review.flagged,
    )
    .outerjoin(Review, Review.conversation == Conversation.number)
    .where(Conversation.number.in_(_NUMBERS))
)  # fmt: skip
_VALUES = union(
    _values("topic", Answer.conversation, Answer.topic),
    _values("outcome", Answer.conversation, Answer.outcome),
    _values("feedback", Conversation.number, case((Feedback.helpful.is_(True), "helpful"), else_="unhelpful")).join(
        Feedback, Feedback.conversation_id == Conversation.id
    ),
    _values("tag", Tag.conversation, Tag.tag),
    _values("assignee", Assignment.conversation, Assignment.assignee),
    _values("state", Handoff.conversation, case((Handoff.taken_at.is_(None), "waiting"), else_="in_hand")).where(
        Handoff.ended_at.is_(None)
    ),
)
_FORGET = delete(Facet.__table__).where(Facet.__table__.c.conversation.in_(_NUMBERS))
_INSERT = insert(Facet.__table__)
