"""Figures of long spans are sums of months: they equal the sums of their days."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from bot.review.database import session_scope
from bot.review.numbers import read_numbers
from bot.review.projection.tallies import SCHOOL_ZONE, Tallies

FIRST = dt.date(2025, 12, 30)
DAYS = 130


@pytest.fixture
def counted(review_url):
    """Answers of many days, another number on each; how many there were on a day."""
    on_day = Counter()
    with session_scope(review_url, writing=True) as session:
        tallies = Tallies()
        for offset in range(0, DAYS, 3):
            day = FIRST + dt.timedelta(days=offset)
            noon = dt.datetime.combine(day, dt.time(12), dt.timezone.utc).timestamp()
            for _ in range(5 + offset % 4):
                tallies.count_answer(noon, "en", "visa", "answered")
                tallies.count_message(noon, "student")
                on_day[day] += 1
        tallies.write(session)
        session.commit()
    return on_day


def test_any_span_has_the_sum_of_its_days(counted, session):
    for since, until in (
        ("2026-01-01", "2026-01-31"), ("2025-12-31", "2026-04-30"), ("2026-01-15", "2026-02-14"),
        ("2026-01-31", "2026-03-01"), ("2026-01-30", "2026-03-31"), ("2026-02-01", "2026-02-27"),
        ("2025-12-01", "2026-12-31"), ("2026-03-03", "2026-03-03"),
    ):  # fmt: skip
        first, last = dt.date.fromisoformat(since), dt.date.fromisoformat(until)
        numbers = read_numbers(session, first, last, step="week")
        expected = sum(count for day, count in counted.items() if first <= day <= last)
        assert numbers.topics.get("visa", 0) == expected, (since, until)
        assert numbers.total.answers["answered"] == expected


def test_hours_are_those_of_the_weekdays_at_the_school(counted, session):
    numbers = read_numbers(session, FIRST, FIRST + dt.timedelta(days=DAYS))
    expected = Counter()
    for day, count in counted.items():
        noon = dt.datetime.combine(day, dt.time(12), dt.timezone.utc).astimezone(ZoneInfo(SCHOOL_ZONE))
        expected[noon.weekday(), noon.hour] += count
    shown = {(day, hour): count for day in range(7) for hour, count in enumerate(numbers.hours[day]) if count}
    assert shown == expected
