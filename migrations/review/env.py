"""Alembic's entry for the review database; `bot.review.database.upgrade` hands over its connection."""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator

from bot.review.database import metadata

BY_HAND = ("message_search",)
"""SQLite's full-text index and its parts, which SQLAlchemy does not know."""


def is_ours(_thing: Any, name: str, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out what the migrations make in plain SQL."""
    return not (name or "").startswith(BY_HAND)


def render_item(kind: str, item: Any, _autogenerate: Any) -> Any:
    """Write our own column types as the plain types they stand for: a migration must not change when they do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def migrate() -> None:
    """Migrate within the transaction of the connection."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        include_object=is_ours,
        render_item=render_item,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
