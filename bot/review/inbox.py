"""The inbox: conversations, newest activity first, filtered by facets, searched by words.

Pages hold by keys, not by counts: "older than this one" stays right while new conversations arrive above.
"""

import datetime as dt
import itertools
import math
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Sequence, Tuple

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from bot.errors import BotError
from bot.review.log_models import Conversation, Facet
from bot.review.masking import mask
from bot.review.search import FREQUENT, Match, find_in, newest_matches, search
from bot.review.words import Piece, highlight, search_words

PAGE_SIZE = 50
MOST_ALTERNATIVES = 12
MOST_WALKED = 500
WALKED_AT_ONCE = 70
"""So many conversations of a view are looked through for words, and so many at a time."""
LOOKED_AT = 100
"""So many conversations of a facet are looked at to find the rarest one."""
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.timezone.utc)
FACETS = (
    "channel", "language", "topic", "outcome", "feedback", "tag", "assignee", "state",
)  # fmt: skip
"""Kinds of facets. `state` is waiting, in_hand, unread, reviewed, unreviewed or flagged; `assignee:` is nobody."""


class CursorError(BotError):
    """The mark of a page is none of ours."""


@dataclass(frozen=True)
class InboxFilter:
    """What to show; everything given must hold. Within one kind of facet one of the values is enough."""

    facets: Tuple[str, ...] = ()
    """Such as `topic:visa`, `outcome:fallback`, `state:waiting`."""
    text: str = ""
    since: Optional[dt.datetime] = None
    until: Optional[dt.datetime] = None
    """Of the last activity; `until` is not included."""
    confidence_from: Optional[float] = None
    confidence_to: Optional[float] = None
    """Of the message that was understood least."""
    shortest: Optional[int] = None
    longest: Optional[int] = None
    """In messages of the student."""


@dataclass(frozen=True)
class Row:
    """One line of the inbox."""

    number: int
    id: str
    channel: str
    language: Optional[str]
    started_at: dt.datetime
    last_activity: dt.datetime
    messages: int
    student_messages: int
    lowest_confidence: Optional[float]
    preview: str
    """The student's latest words, masked."""
    facets: Tuple[str, ...]
    snippet: Tuple[Piece, ...] = ()
    """Where the words searched for stand, masked."""

    def values(self, kind: str) -> Tuple[str, ...]:
        """Return the values of one kind of facet, such as all topics."""
        return tuple(facet.partition(":")[2] for facet in self.facets if facet.startswith(f"{kind}:"))

    def has(self, facet: str) -> bool:
        """Tell whether the conversation bears the facet."""
        return facet in self.facets


@dataclass(frozen=True)
class Page:
    """A page of the inbox."""

    rows: Tuple[Row, ...]
    older: Optional[str]
    """Cursor of the page after this one; None at the end."""
    newer: Optional[str]
    """Cursor of the page before this one; None on the first one."""


@dataclass(frozen=True)
class Neighbours:
    """The conversations next to one in a view."""

    newer: Optional[str]
    older: Optional[str]


def list_conversations(
    session: Session, wanted: InboxFilter, *, after: Optional[str] = None, before: Optional[str] = None,
    size: int = PAGE_SIZE,
) -> Page:  # fmt: skip
    """Return a page: the newest, the one after the cursor `after` (older), or the one before `before` (newer)."""
    if search_words(wanted.text):
        return _list_matches(session, wanted, after, size)
    key = _read_cursor(after or before)
    ascending = before is not None and after is None
    found = _newest(session, wanted, key, ascending, size + 1)
    more, found = len(found) > size, found[:size]
    if ascending:
        found.reverse()
    has_older, has_newer = (True, more) if ascending else (more, key is not None)
    return Page(
        _rows(session, found),
        older=_cursor(found[-1]) if found and has_older else None,
        newer=_cursor(found[0]) if found and has_newer else None,
    )


def find_neighbours(session: Session, wanted: InboxFilter, conversation_id: str) -> Neighbours:
    """Return the conversations before and after one in a view, for "previous" and "next".

    Where the view is a search, neighbours have its words, too; they are looked for among `MOST_WALKED`.
    """
    here = session.execute(select(Conversation).where(Conversation.id == conversation_id)).scalars().first()
    if here is None:
        return Neighbours(None, None)
    key = (here.last_activity, here.number)
    return Neighbours(*(_nearest(session, wanted, key, ascending) for ascending in (True, False)))


def _nearest(
    session: Session, wanted: InboxFilter, key: Tuple[dt.datetime, int], ascending: bool
) -> Optional[str]:
    words, view = search_words(wanted.text), replace(wanted, text="")
    at_once = WALKED_AT_ONCE if words else 1
    for _ in range(MOST_WALKED // at_once):
        chunk = _newest(session, view, key, ascending, at_once)
        matches = find_in(session, words, [row.number for row in chunk]) if words else {row.number for row in chunk}
        found = next((row.id for row in chunk if row.number in matches), None)
        if found is not None or len(chunk) < at_once:
            return found
        key = (chunk[-1].last_activity, chunk[-1].number)
    return None


def count_facet(session: Session, facet: str, most: int = 1000) -> int:
    """Return how many conversations bear a facet, counted up to `most`: for badges such as "3 waiting"."""
    some = select(Facet.conversation).where(Facet.facet == facet).limit(most).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def list_facet_values(session: Session, kind: str) -> List[str]:
    """Return the values of one kind of facet that conversations bear, such as all tags."""
    # One jump through the index per value: DISTINCT would walk through all conversations.
    prefix, values, last = f"{kind}:", [], f"{kind}:"
    query = select(func.min(Facet.facet)).where(Facet.facet < f"{kind};")
    found = session.execute(query.where(Facet.facet >= last)).scalar()
    while found is not None:
        values.append(found[len(prefix) :])
        found = session.execute(query.where(Facet.facet > found)).scalar()
    return values


def _query(wanted: InboxFilter, key: Optional[Tuple[dt.datetime, int]], ascending: bool, rarest: str = "") -> Any:
    """Return a query for the conversations; the index of the facet `rarest` leads it, where that is one of them."""
    groups = _groups(wanted)
    query = select(Conversation)
    time, number = Conversation.last_activity, Conversation.number
    single = sorted((values[0] for values in groups if len(values) == 1), key=lambda facet: facet != rarest)
    for position, facet in enumerate(single):
        joined = aliased(Facet)
        query = query.join(joined, and_(joined.conversation == Conversation.number, joined.facet == facet))
        if position == 0:  # its index holds the order too
            time, number = joined.last_activity, joined.conversation
    for values in groups:
        if len(values) > 1:
            bears = select(Facet.conversation).where(
                Facet.conversation == Conversation.number, Facet.facet.in_(values)
            )
            query = query.where(bears.exists())
    for condition, bound in (
        (Conversation.lowest_confidence.__ge__, wanted.confidence_from),
        (Conversation.lowest_confidence.__le__, wanted.confidence_to),
        (Conversation.student_messages.__ge__, wanted.shortest),
        (Conversation.student_messages.__le__, wanted.longest),
        (time.__ge__, wanted.since),
        (time.__lt__, wanted.until),
    ):
        if bound is not None:
            query = query.where(condition(bound))
    if key is not None:
        here = tuple_(time, number)
        query = query.where(here > key if ascending else here < key)
    return query.order_by(time, number) if ascending else query.order_by(time.desc(), number.desc())


def _groups(wanted: InboxFilter) -> List[List[str]]:
    """Return the facets wanted, those of one kind together: one of each group has to hold."""
    groups: Dict[str, List[str]] = {}
    for facet in wanted.facets:
        groups.setdefault(facet.partition(":")[0], []).append(facet)
    return list(groups.values())


def _newest(
    session: Session, wanted: InboxFilter, key: Optional[Tuple[dt.datetime, int]], ascending: bool, size: int
) -> List[Conversation]:
    """Return the first conversations of a view in its order.

    Where several values of a filter will do, each is looked for by its own index and the results are merged: asked for
    together, the database would walk through all conversations when each of the values is rare.
    """
    found: Dict[int, Conversation] = {}
    for one in _alternatives(wanted):
        query = _query(one, key, ascending, _rarest(session, one))
        found.update({row.number: row for row in session.execute(query.limit(size)).scalars()})
    newest_last = sorted(found.values(), key=lambda row: (row.last_activity, row.number))
    return (newest_last if ascending else newest_last[::-1])[:size]


def _alternatives(wanted: InboxFilter) -> List[InboxFilter]:
    """Return filters with one value of each kind that together mean the same; too many stay as they are."""
    groups = _groups(wanted)
    if math.prod(len(values) for values in groups) > MOST_ALTERNATIVES:
        return [wanted]
    return [replace(wanted, facets=facets) for facets in itertools.product(*groups)]


def _rarest(session: Session, wanted: InboxFilter) -> str:
    """Return the facet that the fewest of the newest conversations bear: going back to a few of them takes longest."""
    if len(wanted.facets) < 2:
        return ""

    def reach(facet: str) -> dt.datetime:
        query = select(Facet.last_activity).where(Facet.facet == facet).order_by(Facet.last_activity.desc())
        return session.execute(query.offset(LOOKED_AT).limit(1)).scalar() or LONG_AGO

    return min(wanted.facets, key=reach)


def _list_matches(session: Session, wanted: InboxFilter, after: Optional[str], size: int) -> Page:
    words, view = search_words(wanted.text), replace(wanted, text="")
    if after is not None and not after.startswith("m"):
        return _walk(session, view, words, _read_cursor(after), size)
    before_event = _read_match_cursor(after)
    allowed = _query(view, None, False).order_by(None).with_only_columns(Conversation.number)
    restricted = view != InboxFilter()
    newest = newest_matches(session, words) if after is None else None
    if restricted and newest is not None and (len(newest) >= FREQUENT or _are_few(session, allowed)):
        return _walk(session, view, words, None, size)
    matches = search(session, words, before_event, size + 1, allowed if restricted else None, newest)
    more, matches = len(matches) > size, matches[:size]
    found = {
        row.number: row
        for row in session.execute(
            select(Conversation).where(Conversation.number.in_([match.conversation for match in matches]))
        ).scalars()
    }
    ordered = [found[match.conversation] for match in matches if match.conversation in found]
    return Page(
        _rows(session, ordered, {match.conversation: match for match in matches}, words),
        older=f"m{matches[-1].event_id}" if matches and more else None,
        newer=None,
    )


def _are_few(session: Session, allowed: Any) -> bool:
    return len(session.execute(allowed.limit(MOST_WALKED + 1)).all()) <= MOST_WALKED


def _walk(
    session: Session, view: InboxFilter, words: Sequence[str], key: Optional[Tuple[dt.datetime, int]], size: int
) -> Page:
    """Return a page of the conversations of a view with the words in them, in the order of the view.

    It ends where enough were looked through, however few of them had the words: the next page goes on there.
    """
    found: List[Conversation] = []
    matches: Dict[int, Match] = {}
    walked, more = 0, True
    while len(found) < size and walked < MOST_WALKED and more:
        chunk = _newest(session, view, key, False, WALKED_AT_ONCE + 1)
        more, chunk = len(chunk) > WALKED_AT_ONCE, chunk[:WALKED_AT_ONCE]
        matches.update(find_in(session, words, [row.number for row in chunk]))
        for position, row in enumerate(chunk, start=1):
            walked, key = walked + 1, (row.last_activity, row.number)
            if row.number in matches:
                found.append(row)
            if len(found) == size:
                more = more or position < len(chunk)
                break
    older = _cursor_at(*key) if more and key is not None else None
    return Page(_rows(session, found, matches, words), older=older, newer=None)


def _rows(
    session: Session, found: Sequence[Conversation], matches: Optional[Dict[int, Match]] = None,
    words: Sequence[str] = (),
) -> Tuple[Row, ...]:  # fmt: skip
    facets: Dict[int, List[str]] = {}
    numbers = [conversation.number for conversation in found]
    query = select(Facet.conversation, Facet.facet).where(Facet.conversation.in_(numbers)).order_by(Facet.facet)
    for number, facet in session.execute(query):
        facets.setdefault(number, []).append(facet)
    # fmt: off
    return tuple(
        Row(
            number=row.number, id=row.id, channel=row.channel, language=row.language, started_at=row.started_at,
            last_activity=row.last_activity, messages=row.messages, student_messages=row.student_messages,
            lowest_confidence=row.lowest_confidence, preview=mask(row.preview),
            facets=tuple(facets.get(row.number, ())),
            snippet=highlight(mask(matches[row.number].text), words) if matches else (),
        )
        for row in found
    )
    # fmt: on


def _cursor(row: Conversation) -> str:
    return _cursor_at(row.last_activity, row.number)


def _cursor_at(moment: dt.datetime, number: int) -> str:
    return f"{moment.timestamp():.6f}-{number}"


def _read_cursor(cursor: Optional[str]) -> Optional[Tuple[dt.datetime, int]]:
    if cursor is None:
        return None
    try:
        moment, number = cursor.split("-")
        return dt.datetime.fromtimestamp(float(moment), dt.timezone.utc), int(number)
    except (ValueError, OverflowError, OSError):
        raise CursorError(f"{cursor[:40]} is no place in the list: go back to its beginning.") from None


def _read_match_cursor(cursor: Optional[str]) -> Optional[int]:
    if cursor is None:
        return None
    if not (cursor.startswith("m") and cursor[1:].isdigit() and len(cursor) < 20):
        raise CursorError(f"{cursor[:40]} is no place in the list: go back to its beginning.")
    return int(cursor[1:])
