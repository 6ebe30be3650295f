"""`data check`: every kind of finding on a row made for it, and none without one."""

import datetime as dt

import pytest
import yaml
from import_world import FEEDS

from bot.mobility import corrections
from bot.mobility.checks import check
from bot.mobility.database import session_scope
from bot.mobility.imports.importer import run_import
from bot.mobility.loading.loader import load

TODAY = dt.date(2026, 12, 1)


@pytest.fixture
def findings(home_folder, loaded_url):
    """Return a function that loads the small world with changed records and gives the findings by place."""
    url = loaded_url

    def look(table="", code="", *, then=lambda url: None, today=TODAY, **fields):
        if table:
            path = home_folder / f"{table}.yml"
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            for record in content["records"]:
                if record.get("code") == code:
                    record.update(fields)
            path.write_text(yaml.safe_dump(content), encoding="utf-8")
        assert load(home_folder, url=url).problems == []
        then(url)
        with session_scope(url) as session:
            return {(found.kind, found.place): found.reason for found in check(session, today)}

    return look


def wrong(found):
    return {place: reason for (kind, place), reason in found.items() if kind == "wrong"}


def test_a_part_that_is_not_told_is_a_dangling_reference(findings):
    assert wrong(findings()) == {
        "programme welcome": "names the contact draft_office, which is not told",
        "procedure permit": "names the contact draft_office, which is not told",
        "residence_price hidden_rent": wrong(findings())["residence_price hidden_rent"],
        "procedure_dependency permit|hidden_procedure": "names the procedure hidden_procedure, which is not told",
    }


@pytest.mark.parametrize(("amount_min", "amount_max", "is_wrong"), [
    (308, 385.5, False), (30.8, 38.5, True), (3080, 3855, True), (100, 2000, False), (99, None, True),
])  # fmt: skip
def test_a_rent_with_a_digit_too_many_or_too_few_is_out_of_range(findings, amount_min, amount_max, is_wrong):
    found = wrong(findings("residence_price", "blue_rent", amount_min=amount_min, amount_max=amount_max))
    assert ("residence_price blue_rent" in found) == is_wrong


def test_applications_before_nominations_are_doubtful(findings):
    found = findings(then=lambda url: run_import("ewp-factsheet", [FEEDS / "factsheet.xml"], url=url))
    assert found["doubtful", "factsheet_entry example-hei.edu/application/spring"].endswith(
        "applications close on 10-19, before nominations on 12-10"
    )
    assert ("doubtful", "factsheet_entry example-hei.edu/application/autumn") not in found


def test_a_term_longer_than_a_year_is_wrong(findings):
    assert "academic_term autumn" not in wrong(
        findings("academic_term", "autumn", starts_on="2026-08-31", ends_on="2027-01-31")
    )
    found = wrong(findings("academic_term", "autumn", ends_on="2028-01-31"))
    assert "beyond one academic year" in found["academic_term autumn"]


def test_a_fact_told_past_its_last_day_is_dead(findings):
    found = wrong(findings("residence_price", "blue_rent", valid_until="2026-08-31"))
    assert "held until 2026-08-31 only" in found["residence_price blue_rent"]


def test_titles_without_a_language_are_counted(findings):
    assert findings()["doubtful", "course"] == "4 of 4 lack title in en"


@pytest.mark.parametrize(
    ("table", "days"), [("residence_price", 60), ("contact", 180), ("deadline", 180), ("procedure", 90)]
)
def test_each_kind_of_fact_has_to_be_read_again_after_its_own_time(findings, table, days):
    read = dt.date(2026, 11, 30)  # "2026-11"
    on_time = {place.split()[0] for kind, place in findings(today=read + dt.timedelta(days)) if kind == "old"}
    too_late = {place.split()[0] for kind, place in findings(today=read + dt.timedelta(days + 1)) if kind == "old"}
    assert table not in on_time
    assert table in too_late


def test_the_roll_over_lists_dates_and_prices_of_the_intake_before(findings):
    found = {place: reason for (kind, place), reason in findings().items() if kind == "renew"}
    assert found["residence_price blue_rent"] == "308.00 EUR of 2018-2019; set it for 2027-2028"
    assert found["deadline apply_autumn"] == "04-28 without a year; confirm it for 2027-2028"
    assert found["programme_edition old"] == "is of 2026-09-01; set the date for 2027-2028"
    assert "programme_edition next" not in found, "30 August 2027 is the coming intake already"
    assert "programme_event tour" not in found
    assert "procedure_statement ask" not in found, "it states no amount"


def test_sources_that_disagree_are_listed(findings):
    def correct(url):
        with session_scope(url) as session:
            corrections.correct_fact(
                session, table="contact", key="office", field="email", value="new@example.org",
                verified_on="2026-12-01", author="office",
            )  # fmt: skip
            session.commit()

    found = findings(then=correct)
    assert "says otherwise: email 'office@example.org'" in found["doubtful", "contact office"]


def test_applications_of_the_school_before_its_nominations_are_doubtful(findings):
    found = findings("deadline", "apply_autumn", subject="exchange_application")
    assert ("doubtful", "deadline apply_autumn") not in found
    found = findings("deadline", "visa", subject="nomination", month=5, day=2, terms=["autumn"], rule=None)
    assert found["doubtful", "deadline apply_autumn"] == "autumn: applications close before the nominations of visa"
