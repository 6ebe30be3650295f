"""Full-text search over all messages, newest first, a conversation once: SQLite FTS5 or PostgreSQL tsvector."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from sqlalchemy import bindparam, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from bot.review.log_models import Message

FIRST_WINDOW = 5_000
"""So many of the newest events are searched first. A frequent word has enough matches there, and PostgreSQL need not
sort all of them; a rare word takes a few more looks, each of them short."""
WINDOW_GROWTH = 10


@dataclass(frozen=True)
class Match:
    """The newest message of a conversation in which all words stand."""

    event_id: int
    conversation: int
    text: str


def search(
    session: Session, words: Sequence[str], before: Optional[int], size: int, allowed: Optional[Any] = None
) -> List[Match]:
    """Return up to `size` matches older than the event `before`, one per conversation.

    `allowed` is a query for the conversations that may be shown. The last word may be the beginning of one.
    """
    newest = session.execute(select(func.max(Message.event_id))).scalar() or 0
    top = newest + 1 if before is None else before
    window = FIRST_WINDOW
    found: Dict[int, Match] = {}
    while len(found) < size and top > 0:
        bottom = max(0, top - window)
        # Some of them may have been found in a newer window or stand on an earlier page already.
        wanted = 2 * size + len(found)
        matches = _matches_between(session, words, bottom, top, wanted, allowed)
        for match in _without_shown(session, words, before, matches):
            if match.conversation not in found and len(found) < size:
                found[match.conversation] = match
        if len(matches) == wanted:
            top = matches[-1].event_id
        else:
            top, window = bottom, window * WINDOW_GROWTH
    return list(found.values())


def _matches_between(
    session: Session, words: Sequence[str], bottom: int, top: int, size: int, allowed: Optional[Any]
) -> List[Match]:
    """Return the newest matching message of each conversation within the window, newest first."""
    ids = _matching(session, words).where(_event_id(session) >= bottom, _event_id(session) < top)
    chosen = ids.subquery()
    newest = (
        select(func.max(Message.event_id).label("event_id"))
        .join(chosen, chosen.c.event_id == Message.event_id)
        .group_by(Message.conversation)
        .order_by(func.max(Message.event_id).desc())
        .limit(size)
    )
    if allowed is not None:
        newest = newest.where(Message.conversation.in_(allowed))
    newest_ids = newest.subquery()
    query = (
        select(Message.event_id, Message.conversation, Message.text)
        .join(newest_ids, newest_ids.c.event_id == Message.event_id)
        .order_by(Message.event_id.desc())
    )
    return [Match(*row) for row in session.execute(query)]


def _without_shown(
    session: Session, words: Sequence[str], before: Optional[int], matches: List[Match]
) -> List[Match]:
    """Leave out conversations that stood on an earlier page, with a newer match."""
    if before is None or not matches:
        return matches
    newer = _matching(session, words).where(_event_id(session) >= before).subquery()
    query = (
        select(Message.conversation)
        .join(newer, newer.c.event_id == Message.event_id)
        .where(Message.conversation.in_([match.conversation for match in matches]), Message.event_id >= before)
        .distinct()
    )
    shown = set(session.execute(query).scalars())
    return [match for match in matches if match.conversation not in shown]


def _event_id(session: Session) -> Any:
    return literal_column("message_search.rowid") if _is_sqlite(session) else Message.event_id


def _matching(session: Session, words: Sequence[str]) -> Any:
    """Return a query for the ids of the messages in which all words stand."""
    if _is_sqlite(session):
        query = " ".join(f'"{word}"' for word in words) + "*"
        search_table = table("message_search", column("rowid"))
        return (
            select(search_table.c.rowid.label("event_id"))
            .where(text("message_search MATCH :words").bindparams(bindparam("words", query)))
        )  # fmt: skip
    query = " & ".join([*words[:-1], f"{words[-1]}:*"])
    return select(Message.event_id.label("event_id")).where(
        text("message.search @@ to_tsquery('simple', :words)").bindparams(bindparam("words", query))
    )


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
