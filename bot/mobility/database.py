"""The door to the mobility database: engines, sessions, the schema's upgrade."""

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Iterator, Optional

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from bot.databases import WRITE_AHEAD, shown_address, sqlite_engine
from bot.errors import DatabaseUnavailableError, SettingsError
from bot.settings import PROJECT_ROOT, Settings

__all__ = ["Session", "get_engine", "is_up_to_date", "session_scope", "upgrade"]

MIGRATIONS_FOLDER = PROJECT_ROOT / "migrations"
_MISSING_RELATION = ("42P01", "42703")
"""PostgreSQL's codes for a table and a column that do not exist."""


@cache
def get_engine(url: str) -> Engine:
    """Return the one engine of `url`; it connects when first used."""
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return sqlite_engine(address, *WRITE_AHEAD, patience=5000)
        return create_engine(
            address,
            future=True,
            pool_pre_ping=True,
            executemany_mode="values_plus_batch",
            connect_args={"connect_timeout": 5},
        )
    except (ArgumentError, NoSuchModuleError, ImportError, TypeError) as error:
        raise SettingsError(
            "MOBILITY_DATABASE_URL is no address of a SQLite or PostgreSQL database, such as "
            f"sqlite:///var/mobility.db or postgresql://user:password@host/name ({error})."
        ) from error


@contextmanager
def session_scope(url: Optional[str] = None) -> Iterator[Session]:
    """Give one session for one unit of work; what is not committed is rolled back.

    Raises DatabaseUnavailableError, in words for a person, when the database does not answer or has no tables.
    """
    url = url or _configured_url(os.environ.get("MOBILITY_DATABASE_URL"), os.environ.get("VAR_DIR"))
    with _explained(url), Session(get_engine(url), expire_on_commit=False, future=True) as session:
        yield session


@cache
def _configured_url(_url: Optional[str], _var: Optional[str]) -> str:
    # Reading all settings, the secret's file among them, takes longer than a query; each message opens a session.
    return Settings.from_environment().mobility_database_url


def upgrade(url: Optional[str] = None) -> None:
    """Create the tables, or bring them up to the newest migration."""
    # Only the command line upgrades; the action server should not pay for importing Alembic.
    from alembic import command
    from alembic.util.exc import CommandError

    url = url or Settings.from_environment().mobility_database_url
    database = make_url(url).database
    if url.startswith("sqlite") and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    with _explained(url), get_engine(url).begin() as connection:
        try:
            command.upgrade(migration_config(connection), "head")
        except CommandError as error:
            raise DatabaseUnavailableError(
                f"The tables of the mobility database {shown_address(url)} are newer than this program ({error}): "
                "update the program, or give an empty database by MOBILITY_DATABASE_URL."
            ) from error


def is_up_to_date(url: Optional[str] = None) -> bool:
    """Tell whether the tables are those of the newest migration."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    url = url or Settings.from_environment().mobility_database_url
    with _explained(url), get_engine(url).connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
        return set(current) == set(ScriptDirectory.from_config(migration_config(connection)).get_heads())


def migration_config(connection: Any) -> Any:
    """Return Alembic's configuration for a connection; migrations/env.py takes the connection from it."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    return config


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn the driver's errors about a database that is away or empty into DatabaseUnavailableError."""
    try:
        yield
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        if _is_missing_table(error):
            raise DatabaseUnavailableError(
                f"The mobility database {shown_address(url)} lacks tables: run `python -m bot data load`."
            ) from error
        if isinstance(error, ProgrammingError):
            raise
        raise DatabaseUnavailableError(
            f"The mobility database {shown_address(url)} does not answer ({_first_line(error.orig)}): "
            "check MOBILITY_DATABASE_URL and that the database runs, then run `python -m bot data load`."
        ) from error
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError(
            f"The mobility database {shown_address(url)} is too busy: all its connections are in use. If it "
            "lasts, restart the assistant; `python -m bot data load` tells whether the database itself answers."
        ) from error


def _is_missing_table(error: Any) -> bool:
    return getattr(error.orig, "pgcode", None) in _MISSING_RELATION or str(error.orig).startswith(
        ("no such table", "no such column")
    )


def _first_line(error: Any) -> str:
    return (str(error).splitlines() or ["no reason given"])[0]
