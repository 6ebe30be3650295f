"""Full-text search over messages: SQLite FTS5 or PostgreSQL tsvector.

All messages are searched by `search`, newest first, a conversation once. The messages of some conversations are looked
through by `find_in`: that is quicker where a filter and a frequent word meet, since either index alone leads to far too
many.
"""

import itertools
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from sqlalchemy import bindparam, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from bot.review.log_models import Conversation, Message
from bot.review.words import has_words

FIRST_WINDOW = 10_000
"""So many of the newest events are searched first. A frequent word has enough matches there."""
MOST_GROWTH = 10
FREQUENT = 200
"""Words with more matches there are frequent: a few hundred conversations of any view hold a page of them."""
COST_OF_A_MATCH = 150
"""To read one match that lies anywhere takes as long as to pass over so many events in the index."""
CHUNK = 500


@dataclass(frozen=True)
class Match:
    """The newest message of a conversation in which all words stand."""

    event_id: int
    conversation: int
    text: str


def search(
    session: Session, words: Sequence[str], before: Optional[int], size: int, allowed: Optional[Any] = None,
    newest: Optional[List[Any]] = None,
) -> List[Match]:  # fmt: skip
    """Return up to `size` matches older than the event `before`, one per conversation.

    `allowed` is a query for the conversations that may be shown; `newest` are the `newest_matches`, where they are
    known already. The last word may be the beginning of one. What is searched at once grows with how seldom the words
    turn out to be; in the end all that is left may be read at once.
    """
    top = _newest_event(session) + 1 if before is None else before
    window, dense = FIRST_WINDOW, True
    found: Dict[int, int] = {}
    while len(found) < size and top > 0:
        bottom = max(0, top - window)
        matches = newest if newest is not None else _read_between(session, words, bottom, top, dense)
        newest = None
        new = _first_of(session, words, matches, found, before, size - len(found), allowed)
        found.update(new)
        dense = len(matches) >= FREQUENT * window // FIRST_WINDOW
        expected = (len(matches) + 1) * bottom / window
        needed = max(1, 2 * (size - len(found)) // (len(new) + 1))
        window = bottom if expected * COST_OF_A_MATCH <= needed * window else window * min(needed, MOST_GROWTH)
        top = bottom
    columns = select(Message.event_id, Message.conversation, Message.text)
    query = columns.where(Message.event_id.in_(list(found.values()))).order_by(Message.event_id.desc())
    return [Match(*row) for row in session.execute(query)]


def newest_matches(session: Session, words: Sequence[str]) -> List[Any]:
    """Return event and conversation of the matches among the newest messages: whether the words are `FREQUENT`."""
    top = _newest_event(session) + 1
    return _read_between(session, words, max(0, top - FIRST_WINDOW), top, True)


def find_in(session: Session, words: Sequence[str], conversations: Sequence[int]) -> Dict[int, Match]:
    """Return the newest match in each of these conversations that has one."""
    query = select(Message.event_id, Message.conversation, Message.text).where(
        Message.conversation.in_(conversations)
    )
    # Asked for both, the databases would read all matches of the words, wherever they are.
    rows = (row for row in session.execute(query) if has_words(row.text, words))
    return {row.conversation: Match(*row) for row in sorted(rows)}


def _newest_event(session: Session) -> int:
    return session.execute(select(func.max(Message.event_id))).scalar() or 0


def _first_of(
    session: Session, words: Sequence[str], matches: Iterable[Any], found: Mapping[int, int], before: Optional[int],
    size: int, allowed: Optional[Any],
) -> Dict[int, int]:  # fmt: skip
    """Return the first of these matches, newest first: the event by its conversation, each conversation once."""
    newest: Dict[int, int] = {}
    for event_id, conversation in matches:
        if conversation not in found:
            newest.setdefault(conversation, event_id)
    numbers, kept = list(newest), {}
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        if allowed is not None:
            may = set(session.execute(allowed.where(Conversation.number.in_(chunk))).scalars())
            chunk = [number for number in chunk if number in may]
        if before is not None:  # whose newest match stands on an earlier page has been shown there
            of_all = find_in(session, words, chunk)
            chunk = [number for number in chunk if number not in of_all or of_all[number].event_id < before]
        kept.update({number: newest[number] for number in chunk})
        if len(kept) >= size:
            break
    return dict(itertools.islice(kept.items(), size))


def _read_between(session: Session, words: Sequence[str], bottom: int, top: int, dense: bool) -> List[Any]:
    """Return event and conversation of the matches among some events, newest first.

    On PostgreSQL, which does not know how frequent words are, it is said how to find them: `dense` ones by reading
    these events, others by their index, together with that of the events.
    """
    ids = _matching(session, words)
    if bottom > 0:
        ids = ids.where(_event_id(session) >= bottom, _event_id(session) < top)
    if _is_sqlite(session):
        chosen = ids.subquery()
        query = select(Message.event_id, Message.conversation).join(chosen, chosen.c.event_id == Message.event_id)
        rows = session.execute(query).all()
    else:
        ways = ("bitmapscan",) if dense and bottom > 0 else ("seqscan", "indexscan")
        rows = _execute_without(session, ways, ids.add_columns(Message.conversation))
    return sorted((row for row in rows if row.event_id < top), reverse=True)


def _execute_without(session: Session, ways: Iterable[str], query: Any) -> List[Any]:
    session.execute(text("; ".join(f"SET LOCAL enable_{way} = off" for way in ways)))
    rows = session.execute(query).all()
    session.execute(text("; ".join(f"SET LOCAL enable_{way} = on" for way in ways)))
    return rows


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
