"""Counts by hour, topic and so on, kept up with the log; they name nobody and outlive what was counted."""

import datetime as dt
from collections import Counter
from typing import Tuple
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, text
from sqlalchemy.orm import Session

SCHOOL_ZONE = "Europe/Paris"
Key = Tuple[str, dt.date, int, str, str, str, str]
"""Measure, day, hour, channel, language, topic, outcome."""
_COLUMNS = ("measure", "day", "hour", "channel", "language", "topic", "outcome")
_ADD = text(
    "INSERT INTO tally (measure, day, hour, channel, language, topic, outcome, count) "
    "VALUES (:measure, :day, :hour, :channel, :language, :topic, :outcome, :count) "
    "ON CONFLICT (measure, day, hour, channel, language, topic, outcome) "
    "DO UPDATE SET count = tally.count + excluded.count"
).bindparams(bindparam("day", type_=Date))
"""SQLite and PostgreSQL both know it; SQLAlchemy has it for each of them alone."""


class Tallies:
    """Counts of one batch."""

    def __init__(self) -> None:
        self._counts: Counter = Counter()

    def count_conversation(self, measure: str, timestamp: float, channel: str) -> None:
        """Count a conversation or a student who was reached."""
        self._counts[(measure, local_day(timestamp), 0, channel, "", "", "")] += 1

    def count_message(self, timestamp: float, sender: str) -> None:
        """Count a message."""
        local = _local(timestamp)
        self._counts[("message", local.date(), local.hour, "", "", sender, "")] += 1

    def count_answer(self, timestamp: float, language: str, topic: str, outcome: str) -> None:
        """Count an answer."""
        self._counts[("answer", local_day(timestamp), 0, "", language, topic, outcome)] += 1
        self._counts[("outcome", local_day(timestamp), 0, "", "", "", outcome)] += 1

    def write(self, session: Session) -> None:
        """Add the counts to those that are kept."""
        if self._counts:
            rows = [{**dict(zip(_COLUMNS, key, strict=True)), "count": n} for key, n in sorted(self._counts.items())]
            session.connection().execute(_ADD, rows)
        self._counts.clear()


def local_day(timestamp: float) -> dt.date:
    """Return the day at the school."""
    return _local(timestamp).date()


def _local(timestamp: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(timestamp, ZoneInfo(SCHOOL_ZONE))
