"""Column types of the mobility database: the same values on SQLite and PostgreSQL."""

import datetime as dt
from decimal import Decimal
from typing import Any, Optional
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Numeric
from sqlalchemy.types import TypeDecorator

from bot.databases import Moment

SCHOOL_TIME = ZoneInfo("Europe/Paris")
"""The time zone of the campus, in which events are written and told."""


class Texts(TypeDecorator):
    """A text by language code, as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class Words(TypeDecorator):
    """A list of strings, as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class ExactNumber(TypeDecorator):
    """A Numeric that is a Decimal on both databases; SQLite has no decimals of its own and would warn."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Let SQLite hand over floats, which are made exact below."""
        has_decimals = dialect.name != "sqlite"
        return dialect.type_descriptor(Numeric(self.impl.precision, self.impl.scale, asdecimal=has_decimals))

    def process_result_value(self, value: Any, dialect: Any) -> Optional[Decimal]:
        """Return the number with the digits of its column."""
        return None if value is None else Decimal(f"{value:.{self.impl.scale}f}")


class SchoolTime(Moment):
    """A moment, stored in UTC and returned in the time of the campus."""

    cache_ok = True

    def process_result_value(self, value: Optional[dt.datetime], dialect: Any) -> Optional[dt.datetime]:
        """Return the moment in the time of the campus."""
        moment = super().process_result_value(value, dialect)
        return None if moment is None else moment.astimezone(SCHOOL_TIME)
