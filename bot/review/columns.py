"""Column types of the review database: the same values on SQLite and PostgreSQL."""

import datetime as dt
from typing import Any, Optional

from sqlalchemy import BigInteger, DateTime, Integer
from sqlalchemy.types import TypeDecorator

LargeNumber = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up by itself only in a column that is called INTEGER; its integers are large anyway."""


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
