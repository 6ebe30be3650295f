"""Counts by hour, topic and so on, kept up with the log; they name nobody and outlive what was counted."""

import datetime as dt
from collections import Counter
from typing import Tuple
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from bot.review.log_models import Tally

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
        """Count an answer: for its day, for its month, and by its outcome alone."""
        day = local_day(timestamp)
        self._counts[("answer", day, 0, "", language, topic, outcome)] += 1
        self._counts[("answer_month", day.replace(day=1), 0, "", language, topic, outcome)] += 1
        self._counts[("outcome", day, 0, "", "", "", outcome)] += 1

    def write(self, session: Session) -> None:
        """Add the counts to those that are kept."""
        if self._counts:
            rows = [{**dict(zip(_COLUMNS, key, strict=True)), "count": n} for key, n in sorted(self._counts.items())]
            session.connection().execute(_ADD, rows)
        self._counts.clear()


def forget_from(session: Session, day: dt.date) -> None:
    """Take away what was counted on this day and later; its month keeps what was counted before."""
    month = day.replace(day=1)
    session.execute(delete(Tally).where(Tally.day >= day))
    session.execute(delete(Tally).where(Tally.measure == "answer_month", Tally.day == month))
    before = (
        select(
            literal("answer_month"), literal(month, Date), literal(0), literal(""), Tally.language, Tally.topic,
            Tally.outcome, func.sum(Tally.count),
        )
        .where(Tally.measure == "answer", Tally.day >= month)
        .group_by(Tally.language, Tally.topic, Tally.outcome)
    )  # fmt: skip
    session.execute(insert(Tally).from_select([*_COLUMNS, "count"], before))


def local_day(timestamp: float) -> dt.date:
    """Return the day at the school."""
    return _local(timestamp).date()


def _local(timestamp: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(timestamp, ZoneInfo(SCHOOL_ZONE))
