"""What the databases share: a column type for moments, and how SQLite is opened."""

import datetime as dt
from typing import Any, Optional

from sqlalchemy import DateTime, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.types import TypeDecorator

WRITE_AHEAD = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
"""Settings of the databases that are our own."""


class Moment(TypeDecorator):
    """A moment, stored and returned in UTC; refuses times without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Optional[dt.datetime], dialect: Any) -> Optional[dt.datetime]:
        """Turn the moment into UTC: SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(dt.timezone.utc)

    def process_result_value(self, value: Optional[dt.datetime], dialect: Any) -> Optional[dt.datetime]:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.astimezone(dt.timezone.utc) if value.tzinfo else value.replace(tzinfo=dt.timezone.utc)


def sqlite_engine(address: Any, *pragmas: str, patience: int = 10_000) -> Engine:
    """Return an engine for a SQLite database; who finds it locked waits for `patience` milliseconds.

    In memory every connection would be a database of its own, so all share one. Files are pooled: opening one and
    setting it up costs more than most queries.
    """
    in_memory = make_url(address).database in (None, "", ":memory:")

    def set_up(connection: Any, _record: Any) -> None:
        # The driver would begin transactions late and end them early, which breaks savepoints: the engine begins them.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={patience}", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    engine = create_engine(
        address,
        future=True,
        poolclass=StaticPool if in_memory else QueuePool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", set_up)
    # IMMEDIATE would make every reader wait for the writer.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def shown_address(url: str) -> str:
    """Return the address of a database without its password, for messages."""
    return make_url(url).render_as_string(hide_password=True)
