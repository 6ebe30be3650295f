import datetime as dt
from decimal import Decimal

import pytest

from actions import formatting
from bot.mobility.types import Provenance


def provenance(as_of):
    return Provenance(
        title={"en": "A page"},
        url=None,
        as_of=as_of,
        verified_on="2026-11",
        confidence="official",
        sample=False,
        kind="deadline",
        valid_until=None,
    )


@pytest.mark.parametrize(
    ("amount", "up_to", "language", "expected"),
    [
        ("308.00", "385.00", "en", "308 to 385 €"),
        ("308.00", "385.00", "fr", "308 à 385 €"),
        ("85", None, "en", "85 €"),
        ("12.50", None, "fr", "12,50 €"),
        ("85", "85", "en", "85 €"),
    ],
)
def test_money_has_no_needless_cents(amount, up_to, language, expected):
    top = Decimal(up_to) if up_to else None
    assert formatting.format_money(Decimal(amount), "EUR", language, up_to=top) == expected


@pytest.mark.parametrize(
    ("month", "day", "language", "expected"),
    [(10, 24, "en", "24 October"), (10, 24, "fr", "24 octobre"), (5, 1, "fr", "1er mai"), (2, 29, "en", "29 February")],
)
def test_a_month_and_day_need_no_year(month, day, language, expected):
    assert formatting.format_month_day(month, day, language) == expected


@pytest.mark.parametrize(
    ("start", "end", "language", "expected"),
    [
        ("2027-08-30", "2027-09-03", "en", "30 August to 3 September 2027"),
        ("2027-08-30", "2027-09-03", "fr", "30 août au 3 septembre 2027"),
        ("2027-08-01", "2027-08-03", "fr", "1er au 3 août 2027"),
        ("2026-12-30", "2027-01-11", "en", "30 December 2026 to 11 January 2027"),
        ("2027-08-30", None, "en", "30 August 2027"),
        ("2027-08-30", "2027-08-30", "fr", "30 août 2027"),
    ],
)
def test_a_range_of_dates_says_no_part_twice(start, end, language, expected):
    ends_on = dt.date.fromisoformat(end) if end else None
    assert formatting.format_dates(dt.date.fromisoformat(start), ends_on, language) == expected


@pytest.mark.parametrize(
    ("hour_utc", "month", "expected"),
    [(7, 8, "Monday 30 August 2027, 09:00"), (8, 1, "Saturday 30 January 2027, 09:00")],
)
def test_times_are_those_of_france_in_summer_and_winter(hour_utc, month, expected):
    moment = dt.datetime(2027, month, 30, hour_utc, tzinfo=dt.timezone.utc)
    assert formatting.format_moment(moment, "en") == expected


@pytest.mark.parametrize(
    ("as_of", "language", "expected"),
    [
        ("2018-2019", "en", "2018-2019"),
        ("2024", "fr", "2024"),
        ("2024-10", "en", "October 2024"),
        ("2024-10", "fr", "octobre 2024"),
        ("2024-10-01", "fr", "1er octobre 2024"),
        (None, "en", "undated page, read in November 2026"),
        (None, "fr", "page sans date, lue en novembre 2026"),
    ],
)
def test_the_age_of_a_fact_is_told_as_exactly_as_the_source_does(as_of, language, expected):
    assert formatting.format_as_of(provenance(as_of), language) == expected


@pytest.mark.parametrize(
    ("semesters", "expected"),
    [([9], "S9"), ([9, 7], "S7 and S9"), ([5, 6, 7, 8, 9, 10], "S5 to S10"), ([5, 7, 9], "S5, S7 and S9")],
)
def test_semesters_in_a_row_are_a_range(semesters, expected):
    assert formatting.format_semesters(semesters, "en") == expected


@pytest.mark.parametrize(
    ("items", "alternatives", "language", "expected"),
    [
        ("abc", False, "en", "a, b and c"),
        ("abc", False, "fr", "a, b et c"),
        ("ab", True, "fr", "a ou b"),
        ("a", True, "en", "a"),
    ],
)
def test_a_list_reads_as_a_sentence(items, alternatives, language, expected):
    assert formatting.format_texts(items, language, alternatives=alternatives) == expected


def test_ects_and_hours_that_no_source_states_are_said_to_be_unknown():
    assert formatting.format_ects(None, "en") == "ECTS not stated"
    assert formatting.format_hours(None, "fr") == "heures non indiquées"
    assert formatting.format_ects(Decimal("5.5"), "fr") == "5,5 ECTS"
    assert formatting.format_hours(Decimal("28.0"), "en") == "28 h"
