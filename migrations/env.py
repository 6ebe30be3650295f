"""Alembic's entry: where the tables are defined and how to reach the database.

`bot.mobility.database.upgrade` hands over its connection; the `alembic` command gets one from the settings.
"""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from bot.mobility.article_models import SEARCH_TABLE
from bot.mobility.course_index_tables import COURSE_SEARCH
from bot.mobility.database import get_engine
from bot.mobility.models import metadata
from bot.settings import Settings


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> Any:
    """Write our own column types as the plain types they stand for: a migration must not change when they do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}" if type(item.impl).__module__.startswith("sqlalchemy") else False
    return False


def is_ours(name: Any, kind: str, _parents: Any) -> bool:
    """Leave out the search indexes: each database has a kind of its own, which the models do not describe."""
    return kind != "table" or not str(name).startswith((SEARCH_TABLE, COURSE_SEARCH))


def run(connection: Any) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        include_name=is_ours,
        render_as_batch=True,
        # SQLite can undo table changes too, now that the engine begins its transactions.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(
        url=Settings.from_environment().mobility_database_url, target_metadata=metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
elif "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    with get_engine(Settings.from_environment().mobility_database_url).begin() as connection:
        run(connection)
