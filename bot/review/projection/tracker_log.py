"""Reads Rasa's table `events`, the durable source of the conversation log."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, create_engine, delete, func, select
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from bot.databases import sqlite_engine
from bot.errors import DatabaseUnavailableError

EVENTS = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("type_name", String(255)),
    Column("timestamp", Float),
    Column("data", Text),
)
READ_TYPES = ("user", "bot", "pause", "resume")
"""The kinds of events that the log shows. The others (slots, actions) are Rasa's bookkeeping."""


class StoredEvent(NamedTuple):
    """One row of the tracker store."""

    id: int
    conversation_id: str
    kind: str
    timestamp: float
    data: Dict[str, Any]
    """Empty for kinds that the log does not show."""


class TrackerLog:
    """The tracker store's database, opened when first used."""

    def __init__(self, url: str):
        self._url = url
        self._watching: Any = None
        self._table_seen = False

    @cached_property
    def engine(self) -> Engine:
        """The engine; every connection sees one unchanging state of the database."""
        if make_url(self._url).get_backend_name() == "sqlite":
            return sqlite_engine(self._url)
        return create_engine(self._url, future=True, pool_pre_ping=True, isolation_level="REPEATABLE READ")

    @property
    def may_have_late_ids(self) -> bool:
        """Tell whether a smaller id can become visible after a greater one; SQLite has one writer at a time."""
        return self.engine.dialect.name != "sqlite"

    @property
    def exists(self) -> bool:
        """Tell whether Rasa has made its table yet."""
        database = self.engine.url.database
        if self.engine.dialect.name == "sqlite" and not (database and Path(database).exists()):
            return False
        if not self._table_seen:
            with self.connect() as connection:
                self._table_seen = self.engine.dialect.has_table(connection, EVENTS.name)
        return self._table_seen

    def change_mark(self) -> int:
        """Return a number that is another one after each change; asking for it is cheap."""
        if self.engine.dialect.name != "sqlite":
            with self.connect() as connection:
                return last_id(connection)
        if self._watching is None:
            self._watching = self.connect().connection
        # Counts what other connections have committed, without a look into the file.
        return self._watching.execute("PRAGMA data_version").fetchone()[0]

    def connect(self) -> Connection:
        """Return a connection; raise DatabaseUnavailableError when the database does not answer."""
        try:
            return self.engine.connect()
        except DBAPIError as error:
            raise DatabaseUnavailableError(
                "The database of the conversations does not answer: check TRACKER_DATABASE_URL."
            ) from error

    def erase(self, conversation_id: str) -> int:
        """Delete all events of a conversation; return how many there were."""
        if not self.exists:
            return 0
        with self.engine.begin() as connection:
            return connection.execute(delete(EVENTS).where(EVENTS.c.sender_id == conversation_id)).rowcount

    def read_conversation(self, conversation_id: str) -> List[Dict[str, Any]]:
        """Return everything that is stored of a conversation, oldest first."""
        if not self.exists:
            return []
        query = select(EVENTS.c.data).where(EVENTS.c.sender_id == conversation_id).order_by(EVENTS.c.id)
        with self.connect() as connection:
            return [json.loads(data) for (data,) in connection.execute(query)]

    def close(self) -> None:
        """Close the connections."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None
        self.engine.dispose()


def read_after(connection: Connection, position: int, most: int) -> List[StoredEvent]:
    """Return the next events, in the order of their ids."""
    return _read(connection, _ROWS.where(EVENTS.c.id > position).limit(most))


def read_ids(connection: Connection, ids: Iterable[int]) -> List[StoredEvent]:
    """Return those of the events that there are."""
    return _read(connection, _ROWS.where(EVENTS.c.id.in_(list(ids))))


def has_event(connection: Connection, event_id: int, timestamp: Optional[float]) -> bool:
    """Tell whether the event is still there; its id alone may have been given away again."""
    query = select(EVENTS.c.timestamp).where(EVENTS.c.id == event_id)
    found = connection.execute(query).first()
    return found is not None and (timestamp is None or found[0] == timestamp)


def last_id(connection: Connection) -> int:
    """Return the id of the newest event, or 0."""
    return connection.execute(select(func.max(EVENTS.c.id))).scalar() or 0


_ROWS = select(EVENTS).order_by(EVENTS.c.id)


def _read(connection: Connection, query: Any) -> List[StoredEvent]:
    return [
        StoredEvent(
            row.id, row.sender_id, row.type_name, row.timestamp or 0.0,
            json.loads(row.data) if row.type_name in READ_TYPES else {},
        )
        for row in connection.execute(query)
    ]  # fmt: skip
