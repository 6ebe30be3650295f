import datetime as dt

import pytest

from bot.mobility.freshness import ACADEMIC_YEARS, is_stale
from bot.mobility.models import metadata
from bot.mobility.types import Provenance

TODAY = dt.date(2026, 11, 23)


def fact(as_of=None, verified_on="2026-11", kind="residence_price", valid_until=None):
    return Provenance({"en": "Page"}, None, as_of, verified_on, "official", False, kind, valid_until)


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        ("2018-2019", True),
        ("2025-2026", True),
        ("2026-2027", False),
        ("2027-2028", False),
        ("2025", True),
        ("2026", False),
        ("2026-08", True),
        ("2026-09", False),
        ("2026-08-31", True),
        ("2026-09-01", False),
    ],
)
def test_a_price_is_fresh_in_its_academic_year(as_of, stale):
    assert is_stale(fact(as_of), TODAY) is stale


def test_the_academic_year_turns_on_the_first_of_september():
    assert not is_stale(fact("2025-2026"), dt.date(2026, 8, 31))
    assert is_stale(fact("2025-2026"), dt.date(2026, 9, 1))


@pytest.mark.parametrize(
    ("verified_on", "stale"), [("2026-11", False), ("2026-05-27", False), ("2026-05-26", True), ("2026-04", True)]
)
def test_an_undated_page_is_fresh_for_half_a_year_after_it_was_read(verified_on, stale):
    assert is_stale(fact(verified_on=verified_on), TODAY) is stale


@pytest.mark.parametrize(
    ("kind", "stale"),
    [
        ("contact", False),
        ("residence_price", True),
        ("procedure", False),
        ("procedure_dependency", False),
        ("procedure_statement", True),
        ("campus_statement", False),
        ("public_holiday", False),
        ("", True),
    ],
)
def test_what_changes_seldom_stays_fresh_longer(kind, stale):
    assert is_stale(fact("2024-2025", kind=kind), TODAY) is stale


def test_a_fact_that_no_longer_holds_is_stale_whatever_its_date():
    assert is_stale(fact("2026-2027", valid_until=dt.date(2026, 11, 22)), TODAY)
    assert not is_stale(fact("2026-2027", valid_until=TODAY), TODAY)


def test_without_a_day_today_is_meant():
    assert is_stale(fact("1999"))


def test_limits_are_those_of_tables_that_exist():
    assert set(ACADEMIC_YEARS) <= set(metadata.tables)
