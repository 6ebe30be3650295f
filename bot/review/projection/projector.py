"""Reads on in the tracker store and writes the conversation log.

One batch is one transaction of the review database, with the position up to which was read: killed at any moment, the
projector goes on where the last whole batch ended. What it writes bears the ids of the events, so that reading twice
changes nothing. Several projectors over one database take turns.
"""

import datetime as dt
import time
from typing import Any, Callable, List, Mapping, Optional, Set, Tuple

from sqlalchemy import bindparam, delete, func, insert, select, union
from sqlalchemy.orm import Session

from bot.review.database import session_scope
from bot.review.erasure import erased_moments, lock_projection
from bot.review.facets import refresh_facets
from bot.review.log_models import Answer, Conversation, Gap, Handoff, Message, Position
from bot.review.projection.conversations import ConversationWriter, Shown
from bot.review.projection.tallies import forget_from, local_day
from bot.review.projection.tracker_log import StoredEvent, TrackerLog, has_event, last_id, read_after, read_ids

BATCH = 2000
GAP_SECONDS = 900
"""So long a missing id is looked for: no transaction of Rasa's tracker store is open longer."""
SURE_SECONDS = 5.0
"""So often it is looked for news thoroughly, whatever the quick look says."""
WIDEST_GAP = 10_000
"""A wider gap was left by something else, such as a restored database; it is not looked for."""


class Projector:
    """Projects the tracker store at `tracker_url` into the log at `review_url`."""

    def __init__(self, tracker_url: str, review_url: str, shown: Callable[[Mapping[str, Any]], Optional[Shown]]):
        """Prepare; `shown` makes the message of the chat API out of an event, or None where it shows nothing."""
        self._tracker = TrackerLog(tracker_url)
        self._review_url = review_url
        self._shown = shown
        self._seen: Optional[int] = None
        self._gaps = False
        self._next_sure_look = 0.0

    def may_have_news(self) -> bool:
        """Tell quickly whether it is worth while to catch up: cheap enough to be asked ten times a second."""
        seen = self._tracker.change_mark() if self._tracker.exists else None
        due = seen != self._seen or self._gaps or time.monotonic() >= self._next_sure_look
        self._seen = seen
        if due:
            self._next_sure_look = time.monotonic() + SURE_SECONDS
        return due

    def catch_up(self) -> int:
        """Project everything that is new; return how many events were read."""
        total = 0
        while True:
            read = self.project_batch()
            total += read
            if read < BATCH:
                return total

    def project_batch(self) -> int:
        """Project the next events; return how many were read."""
        if not self._has_news():
            return 0
        with session_scope(self._review_url, writing=True) as session:
            lock_projection(session)
            position = _position(session)
            with self._tracker.connect() as connection:
                _go_back_if_erased(session, connection, position)
                late = read_ids(connection, self._open_gaps(session)) if self._tracker.may_have_late_ids else []
                new = read_after(connection, position.event_id, BATCH)
            if not new and not late:
                return 0
            self._write(session, late, new)
            if self._tracker.may_have_late_ids:
                _note_gaps(session, position.event_id, new)
            if late:
                session.execute(delete(Gap).where(Gap.event_id.in_([event.id for event in late])))
            if new:
                position.event_id, position.timestamp = new[-1].id, new[-1].timestamp
            position.read_at = _now()
            session.commit()
            return len(new) + len(late)

    def rebuild(self, announce: Callable[[int], None] = lambda _: None) -> int:
        """Make the log anew from the first event on; what staff have added stays. Return how many events were read."""
        with session_scope(self._review_url, writing=True) as session:
            lock_projection(session)
            self._clear(session)
            session.commit()
        total = 0
        while read := self.project_batch():
            total += read
            announce(total)
        self._remove_empty()
        return total

    def close(self) -> None:
        """Close the connections to the tracker store."""
        self._tracker.close()

    def _has_news(self) -> bool:
        """Look without taking the place of the writer: most of the time there is nothing new."""
        if not self._tracker.exists:
            return False
        with session_scope(self._review_url) as session:
            position = session.get(Position, 1)
            self._gaps = session.execute(select(Gap.event_id).limit(1)).first() is not None
            if position is None or self._gaps:
                return True
        with self._tracker.connect() as connection:
            newest = last_id(connection)
            return newest != position.event_id or not has_event(connection, newest, position.timestamp)

    def _open_gaps(self, session: Session) -> List[int]:
        session.execute(delete(Gap).where(Gap.seen_at < _now() - dt.timedelta(seconds=GAP_SECONDS)))
        return list(session.execute(select(Gap.event_id)).scalars())

    def _write(self, session: Session, late: List[StoredEvent], new: List[StoredEvent]) -> None:
        events = [*late, *new]
        erased = erased_moments(session, {event.conversation_id for event in events})
        known = _known_ids(session, events)
        to_write = [
            event
            for event in events
            if event.id not in known and event.timestamp > erased.get(event.conversation_id, 0.0)
        ]
        writer = ConversationWriter(session, self._shown)
        if late or known:
            writer.write_late(to_write)
        else:
            writer.write_next(to_write)
        refresh_facets(session, writer.finish())

    def _clear(self, session: Session) -> None:
        position = _position(session)
        position.event_id, position.timestamp = 0, None
        # Who asked for a person long ago was announced then.
        session.execute(delete(Gap))
        for table in (Answer, Handoff, Message):
            session.execute(delete(table))
        if self._tracker.exists:
            with self._tracker.connect() as connection:
                first = read_after(connection, 0, 1)
            if first:
                # Figures of what has been erased since stay: they name nobody and cannot be counted again.
                forget_from(session, local_day(first[0].timestamp))
        session.execute(
            Conversation.__table__.update().values(
                messages=0, student_messages=0, lowest_confidence=None, preview="", language=None
            )
        )

    def _remove_empty(self) -> None:
        with session_scope(self._review_url, writing=True) as session:
            session.execute(delete(Conversation).where(Conversation.messages == 0))
            session.commit()


def seconds_behind(session: Session) -> Optional[float]:
    """Return how long ago events were last projected, or None when never."""
    read_at = session.execute(select(func.max(Position.read_at))).scalar()
    return None if read_at is None else time.time() - read_at.timestamp()


def _position(session: Session) -> Position:
    position = session.get(Position, 1)
    if position is None:
        position = Position(id=1, event_id=0, timestamp=None, read_at=_now())
        session.add(position)
    return position


def _go_back_if_erased(session: Session, connection: Any, position: Position) -> None:
    """Go back to the last message that both sides know when the event read last was erased.

    On SQLite the ids of erased events at the end are given away again: what bears them now has not been read.
    """
    if position.event_id == 0 or has_event(connection, position.event_id, position.timestamp):
        return
    query = select(Message.event_id, Message.time).where(Message.event_id <= position.event_id)
    for event_id, moment in session.execute(query.order_by(Message.event_id.desc())):
        found = read_ids(connection, [event_id])
        if found and abs(found[0].timestamp - moment.timestamp()) < 0.001:
            position.event_id, position.timestamp = event_id, found[0].timestamp
            return
    position.event_id, position.timestamp = 0, None


def _known_ids(session: Session, events: List[StoredEvent]) -> Set[int]:
    """Return the ids that have been written: after going back, or when a late one was read before."""
    given = {"ids": [event.id for event in events]}
    return set(session.connection().execute(_KNOWN, given).scalars())


_KNOWN = union(
    *(
        select(table.event_id).where(table.event_id.in_(bindparam("ids", expanding=True)))
        for table in (Message, Handoff)
    )
)


def _note_gaps(session: Session, position: int, new: List[StoredEvent]) -> None:
    missing: List[Tuple[int, dt.datetime]] = []
    expected = position + 1
    for event in new:
        if position and event.id - expected < WIDEST_GAP:
            missing += [(event_id, _now()) for event_id in range(expected, event.id)]
        expected = event.id + 1
    if missing:
        session.execute(insert(Gap), [{"event_id": event_id, "seen_at": seen} for event_id, seen in missing])


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)
