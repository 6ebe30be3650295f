"""The door to the review database: engine, sessions, the schema's upgrade."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Iterator

from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.databases import WRITE_AHEAD, shown_address, sqlite_engine
from bot.errors import DatabaseUnavailableError, SettingsError
from bot.review import account_models, desk_models, log_models
from bot.review.models import metadata
from bot.settings import PROJECT_ROOT

__all__ = ["Session", "account_models", "desk_models", "get_engine", "log_models", "metadata", "session_scope"]

MIGRATIONS_FOLDER = PROJECT_ROOT / "migrations" / "review"
UPGRADE_LOCK = 7_301_001
"""Number of PostgreSQL's advisory lock under which only one process at a time changes the tables."""


@cache
def get_engine(url: str) -> Engine:
    """Return the one engine of `url`; it connects when first used, and then brings the tables up to date."""
    try:
        address = make_url(url)
        if address.get_backend_name() != "sqlite":
            engine = create_engine(address, future=True, pool_pre_ping=True, connect_args={"connect_timeout": 5})
            event.listen(engine, "connect", _set_up_postgresql)
            return engine
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingsError(
            "REVIEW_DATABASE_URL is no address of a SQLite or PostgreSQL database, such as "
            f"sqlite:///var/review.db or postgresql://user:password@host/name ({error})."
        ) from error
    return sqlite_engine(address, *WRITE_AHEAD)


@contextmanager
def session_scope(url: str, *, writing: bool = False) -> Iterator[Session]:
    """Give one session for one unit of work; what is not committed is rolled back.

    `writing` takes the place of the one writer at once on SQLite: a transaction that reads first and writes later would
    fail when another one wrote meanwhile. Raises DatabaseUnavailableError, in words for a person, when the database
    does not answer.
    """
    with _explained(url), Session(prepared_engine(url), expire_on_commit=False, future=True) as session:
        if writing and session.get_bind().dialect.name == "sqlite":
            session.execute(text("UPDATE position SET id = id WHERE id = -1"))
        yield session


@cache
def prepared_engine(url: str) -> Engine:
    """Return the engine, its tables up to date."""
    engine = get_engine(url)
    with _explained(url):
        newest = _is_newest(engine)
    if not newest:
        upgrade(url)
    return engine


def upgrade(url: str) -> None:
    """Create the tables, or bring them up to the newest migration; processes that do so at once wait in turn."""
    from alembic import command
    from alembic.util.exc import CommandError

    engine = get_engine(url)
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    with _explained(url), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        try:
            command.upgrade(migration_config(connection), "head")
        except CommandError as error:
            raise DatabaseUnavailableError(
                f"The tables of the review database {shown_address(url)} are newer than this program ({error}): "
                "update the program, or give an empty database by REVIEW_DATABASE_URL."
            ) from error
        connection.commit()


def _is_newest(engine: Engine) -> bool:
    """Tell whether there is nothing to upgrade, without the cost of importing Alembic."""
    database = engine.url.database
    if engine.dialect.name == "sqlite" and not (database and Path(database).exists()):
        return False
    newest = max(path.name[:4] for path in (MIGRATIONS_FOLDER / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest


def migration_config(connection: Any) -> Any:
    """Return Alembic's configuration for a connection; migrations/review/env.py takes the connection from it."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    return config


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    # All queries are short: compiling one takes longer than running it, and so does starting workers for it.
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


@contextmanager
def _explained(url: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, SQLAlchemyError, OSError) as error:
        reason = (str(getattr(error, "orig", error)).splitlines() or ["no reason given"])[0]
        raise DatabaseUnavailableError(
            f"The review database {shown_address(url)} does not answer ({reason}): check REVIEW_DATABASE_URL."
        ) from error
