"""Full-text search over messages: SQLite FTS5 or PostgreSQL tsvector.

All messages are searched by `search`, newest first, a conversation once. The messages of some conversations are looked
through by `find_in`: that is quicker where a filter and a frequent word meet, since either index alone leads to far too
many.
"""

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Sequence

from sqlalchemy import bindparam, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from bot.review.log_models import Conversation, Message
from bot.review.words import has_words

FIRST_WINDOW = 10_000
"""So many of the newest events are searched first. A frequent word has enough matches there, and PostgreSQL need not
sort all of them."""
WINDOW_GROWTH = 10
FEW = 15
"""Words with fewer matches there are seldom: all their matches are read from the index."""
FREQUENT = 200
"""Words with more matches there are frequent: a few hundred conversations of any view hold a page of them."""
CHUNK = 500


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
        elif window == FIRST_WINDOW and (
            len(matches) < FEW if allowed is None else _count_between(session, words, bottom, top, FEW) < FEW
        ):
            return _newest_of_each(session, _read_all(session, words), before, size, allowed)
        else:
            top, window = bottom, window * WINDOW_GROWTH
    return list(found.values())


def are_frequent(session: Session, words: Sequence[str]) -> bool:
    """Tell whether all these words stand in many of the newest messages."""
    top = (session.execute(select(func.max(Message.event_id))).scalar() or 0) + 1
    return _count_between(session, words, max(0, top - FIRST_WINDOW), top, FREQUENT) >= FREQUENT


def find_in(session: Session, words: Sequence[str], conversations: Sequence[int]) -> Dict[int, Match]:
    """Return the newest match in each of these conversations that has one."""
    query = select(Message.event_id, Message.conversation, Message.text).where(
        Message.conversation.in_(conversations)
    )
    if _is_sqlite(session):  # FTS5 would read all matches of the words, wherever they are
        rows = [row for row in session.execute(query) if has_words(row.text, words)]
    else:
        rows = session.execute(query.where(_has_words(words))).all()
    return {row.conversation: Match(*row) for row in sorted(rows)}


def _count_between(session: Session, words: Sequence[str], bottom: int, top: int, most: int) -> int:
    within = _matching(session, words).where(_event_id(session) >= bottom, _event_id(session) < top)
    some = within.limit(most).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def _newest_of_each(
    session: Session, matches: Iterable[Any], before: Optional[int], size: int, allowed: Optional[Any] = None
) -> List[Match]:
    """Return a page of these matches (event and conversation), the newest of each conversation."""
    newest: Dict[int, int] = {}
    for event_id, conversation in matches:
        newest[conversation] = max(event_id, newest.get(conversation, 0))
    # Whose newest match stands on an earlier page has been shown there.
    ordered = sorted(
        ((event_id, number) for number, event_id in newest.items() if before is None or event_id < before), reverse=True
    )
    kept: List[int] = []
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        if allowed is not None:
            shown = allowed.where(Conversation.number.in_([number for _, number in chunk]))
            may = set(session.execute(shown).scalars())
            chunk = [pair for pair in chunk if pair[1] in may]
        kept += [event_id for event_id, _ in chunk]
        if len(kept) >= size:
            break
    columns = select(Message.event_id, Message.conversation, Message.text)
    found = columns.where(Message.event_id.in_(kept[:size])).order_by(Message.event_id.desc())
    return [Match(*row) for row in session.execute(found)]


def _read_all(session: Session, words: Sequence[str]) -> List[Any]:
    """Return event and conversation of every match."""
    ids = _matching(session, words)
    if _is_sqlite(session):
        chosen = ids.subquery()
        query = select(Message.event_id, Message.conversation).join(chosen, chosen.c.event_id == Message.event_id)
        return session.execute(query).all()
    # PostgreSQL does not know how seldom the words are and might read all messages instead of the index.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    found = session.execute(ids.add_columns(Message.conversation)).all()
    session.execute(text("SET LOCAL enable_seqscan = on"))
    return found


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
    return select(Message.event_id.label("event_id")).where(_has_words(words))


def _has_words(words: Sequence[str]) -> Any:
    query = " & ".join([*words[:-1], f"{words[-1]}:*"])
    return text("message.search @@ to_tsquery('simple', :words)").bindparams(bindparam("words", query))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
