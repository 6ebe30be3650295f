"""Replaces Rasa's `SQLTrackerStore` for the same table: a message costs the same at turn 100 as at turn 1.

Rasa reads, decodes and replays the whole session for each message, and reads it again to see what is new. This store
keeps the latest turns of the conversations that go on in memory, as trackers whose events are in the log already. For
the next message it reads from the log only what came after them. What may have to wait for the database is done off the
event loop.

The log stays the truth, also for several Rasa servers over one database: what was kept is used only when the log still
holds the last kept event and nothing newer but what is read along. Else the session is read as Rasa reads it.
"""

import asyncio
import json
from collections import OrderedDict
from contextlib import contextmanager
from itertools import islice
from typing import Any, Callable, Iterable, Iterator, List, NamedTuple, Optional, Sequence

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from sqlalchemy.pool import QueuePool

from bot.dialogue.recent_turns import shorten
from bot.dialogue.stored_tracker import StoredTracker

Row = Any

# Built once: SQLAlchemy takes longer to put a query together than the database to answer it.
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_OF_CONVERSATION = _EVENTS.c.sender_id == sa.bindparam("conversation")
_SINCE = (
    sa.select(_EVENTS.c.id, _EVENTS.c.type_name, _EVENTS.c.timestamp, _EVENTS.c.data)
    .where(_OF_CONVERSATION, _EVENTS.c.id >= sa.bindparam("first"))
    .order_by(_EVENTS.c.id)
)
_SESSION_START = sa.select(sa.func.max(_EVENTS.c.id)).where(
    _OF_CONVERSATION, _EVENTS.c.type_name == SessionStarted.type_name
)
_INSERT = sa.insert(_EVENTS)
# By conversation alone, finding the newest messages would take the longer the longer the conversation is.
_BY_TIME = sa.Index("ix_events_sender_id_timestamp", _EVENTS.c.sender_id, _EVENTS.c.timestamp)


class Recent(NamedTuple):
    """The latest turns of a conversation, all of them in the log."""

    tracker: StoredTracker
    last_id: int
    last_timestamp: float


class RecentTurnsTrackerStore(SQLTrackerStore):
    """Keeps conversations in Rasa's table `events`, and the latest turns of the newest ones in memory."""

    engine: Any

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        recent_turns: int = 2,
        recent_conversations: int = 500,
        **options: Any,
    ) -> None:
        """Open the database at `host`, an SQLAlchemy address.

        `recent_turns` are given to Rasa (more while a form is active); it has to be more than the longest rule.
        """
        self._recent: OrderedDict[str, Recent] = OrderedDict()
        self._turns = recent_turns
        self._conversations = recent_conversations
        self._reader: Any = None
        super().__init__(domain=domain, host=host, event_broker=event_broker, **options)
        address = self.engine.url
        self._is_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
        if self._is_file:
            self.engine.dispose()
            self.engine = _sqlite_engine(address)
            self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)
        _BY_TIME.create(self.engine, checkfirst=True)  # where the table was made by Rasa

    @property
    def domain(self) -> Domain:
        """Return the domain, which says what slots there are."""
        return self._domain

    @domain.setter
    def domain(self, domain: Optional[Domain]) -> None:
        self._domain = domain or Domain.empty()
        self._recent.clear()  # shortened for the slots of the former domain

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """Return the conversation's latest turns, or None when the log holds nothing of it."""
        recent = self._recent.get(sender_id)
        rows = await self._read(self._read_since, sender_id, recent.last_id) if recent else []
        if recent and _continues(recent, rows):
            if len(rows) == 1:
                return recent.tracker.copy()
            events = [*recent.tracker.events, *_decode(rows[1:])]
        else:
            rows = await self._read(self._read_session, sender_id)
            events = _decode(rows)
        if not rows:
            self._recent.pop(sender_id, None)
            return None
        tracker = StoredTracker(sender_id, self.domain.slots)
        for event in shorten(events, tracker, self._turns):
            tracker.update(event)
        self._keep(tracker, rows[-1].id, rows[-1].timestamp)
        return tracker.copy()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add to the log what is new in the conversation."""
        if not tracker.events:
            return
        stored = getattr(tracker, "stored", None)
        if stored is None:  # not made here: count, as Rasa does
            stored = len(await self._read(self._read_session, tracker.sender_id))
        events = list(tracker.events)
        new = events[stored:]
        if not new:
            return
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)
        last_id = await asyncio.to_thread(self._append, [_encode(tracker.sender_id, event) for event in new])
        if isinstance(tracker, StoredTracker):
            tracker.stored = len(events)
            kept = tracker.copy()
        else:
            kept = StoredTracker.from_events(tracker.sender_id, events, self.domain.slots)
        kept.replace_events(shorten(events, kept, self._turns))
        self._keep(kept, last_id, new[-1].timestamp)

    def kept_message(self, sender_id: str, message_id: str) -> Optional[dict]:
        """Return a student's message of the latest turns as the log holds it, when it is kept in memory."""
        recent = self._recent.get(sender_id)
        spoken = (event for event in reversed(recent.tracker.events if recent else ()) if type(event) is UserUttered)
        found = next((event for event in spoken if event.message_id == message_id), None)
        return None if found is None else found.as_dict()

    def forget(self, sender_id: str) -> None:
        """Drop from memory what is kept of a conversation; whoever erases its log calls this too."""
        self._recent.pop(sender_id, None)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        read = self._read_since if fetch_events_from_all_sessions else self._read_session
        rows = await self._read(read, sender_id)
        return DialogueStateTracker.from_events(sender_id, _decode(rows), self.domain.slots) if rows else None

    def _keep(self, tracker: StoredTracker, last_id: int, last_timestamp: float) -> None:
        """Remember a conversation; its last event is `last_id` in the log. Nobody else may change the tracker."""
        tracker.stored = len(tracker.events)
        self._recent[tracker.sender_id] = Recent(tracker, last_id, last_timestamp)
        self._recent.move_to_end(tracker.sender_id)
        if len(self._recent) > self._conversations:
            self._recent.popitem(last=False)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Give a connection for a query; for a file always the same one, since a pool takes longer than a query."""
        if not self._is_file:
            with self.engine.connect() as connection:
                yield connection
            return
        if self._reader is None:
            self._reader = self.engine.connect()
        try:
            yield self._reader
        except BaseException:
            self._reader.close()
            self._reader = None
            raise

    async def _read(self, read: Callable[..., List[Row]], *arguments: Any) -> List[Row]:
        # With SQLite's write-ahead log nobody makes a reader wait, and going to a thread takes longer than reading.
        return read(*arguments) if self._is_file else await asyncio.to_thread(read, *arguments)

    def _read_since(self, sender_id: str, first_id: int = 0) -> List[Row]:
        with self.reading() as connection:
            return connection.execute(_SINCE, {"conversation": sender_id, "first": first_id}).all()

    def _read_session(self, sender_id: str) -> List[Row]:
        with self.reading() as connection:
            first_id = connection.execute(_SESSION_START, {"conversation": sender_id}).scalar() or 0
        return self._read_since(sender_id, first_id)

    def _append(self, rows: List[dict]) -> int:
        """Add rows to the log, all or none; return the last one's id."""
        with self.engine.begin() as connection:
            if rows[:-1]:
                connection.execute(_INSERT, rows[:-1])
            return connection.execute(_INSERT, rows[-1]).inserted_primary_key[0]


def _continues(recent: Recent, rows: Sequence[Row]) -> bool:
    """Return whether the log still holds the last event kept (it may have been erased), and no new session."""
    if not rows or (rows[0].id, rows[0].timestamp) != (recent.last_id, recent.last_timestamp):
        return False
    return all(row.type_name != SessionStarted.type_name for row in islice(rows, 1, None))


def _decode(rows: Iterable[Row]) -> List[Event]:
    return deserialise_events([json.loads(row.data) for row in rows])


def _encode(sender_id: str, event: Event) -> dict:
    """Return the row of an event, filled as Rasa fills it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _sqlite_engine(address: Any) -> Any:
    """Return an engine whose connections stay open and that syncs to disk at checkpoints, not at each message."""
    engine = sa.create_engine(address, poolclass=QueuePool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # With a write-ahead log a crash of the process loses nothing; a power cut may lose the last messages, no more.
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()
