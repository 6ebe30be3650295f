"""The search for a place to live, the comparison of two, the budget, opening hours, the office for a question."""

import datetime as dt
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
import time_machine
from completeness import assert_complete, one
from conversation_partner import Student


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("named", [
    {"amount": "..400"}, {"amount": "350"}, {"amount": "300..360"}, {"amount": "360.."}, {"room_kind": "studio"},
    {"room_kind": "shared"}, {"amount": "..100"}, {"duration_months": "0.1"}, {"period": "2027-02-01/2027-06-30"},
    {"stay": "exchange"}, {"residence": "crous_barbet", "amount": "..500"},
])  # fmt: skip
def test_every_search_is_answered_completely(real_facts, named, language):
    assert_complete(one(Student(language).says("find_residences", **named)), language)


def test_a_budget_finds_what_costs_no_more(student):
    said = one(student.says("find_residences", "room under 340 euros", amount="..340"))
    assert said.response == "utter_residences_matching"
    assert "up to 340 € per month" in said.text
    assert "INSA student residences" in said.text
    assert "350 €" not in said.text
    assert one(student.says("change_criteria", "and up to 350?", amount="..350")).text.count("€ per month") > 2


def test_a_budget_below_every_rent_names_the_lowest(student):
    said = one(student.says("find_residences", amount="..200"))
    assert (said.response, said.answer["outcome"]) == ("utter_residences_none", "answered")
    assert "308 to 385 €" in said.text


def test_a_few_nights_are_searched_by_the_night(etudiant):
    said = one(etudiant.says("find_residences", duration_months="0.1"))
    assert "10 € par nuit" in said.text
    assert "ne sont pas publiées" in said.text


def test_two_residences_stand_side_by_side(student):
    said = one(student.says("ask_residence_comparison", residence=["insa_residences", "crous_barbet"]))
    assert said.response == "utter_residences_compared"
    assert_complete(said, "en")
    assert "308 to 385 €" in said.text
    assert "19 m²" in said.text
    assert "Stated for neither: Deposit" in said.text


def test_a_residence_is_compared_with_the_one_talked_about(student):
    student.says("ask_residence_details", residence="crous_barbet")
    said = one(student.says("ask_residence_comparison", residence="crous_charpak"))
    assert said.variables["first"] == "Résidence Charpak"
    assert said.variables["second"] == "Résidence Barbet"


def test_the_first_two_of_a_list_are_compared(student):
    student.says("find_residences")
    assert one(student.says("ask_residence_comparison", "compare them")).response == "utter_residences_compared"


def test_a_comparison_without_names_asks_for_them(etudiant):
    said = one(etudiant.says("ask_residence_comparison"))
    assert (said.response, said.answer["outcome"]) == ("utter_comparison_incomplete", "clarify")


def test_the_monthly_budget_is_the_sum_of_its_parts(student):
    text = one(student.says("ask_living_costs")).text
    # 308 to 385 rent, 10 internet, 27.50 to 55 transport, 30 meals of 3.30 or of the newest price, insurance
    assert "About" in text
    assert "a month" in text
    for part in ("Rent: 308 to 385 €", "27.50 to 55 €", "(March 2022)"):
        assert part in text


def test_hours_that_no_source_states_are_not_known(student):
    said = one(student.says("ask_opening_hours"))
    assert (said.response, said.answer["outcome"]) == ("utter_opening_hours_not_known", "not_known")
    assert "international@insa-rouen.fr" in said.text


@pytest.fixture
def hours(mobility_url, tmp_path, monkeypatch):
    """The real facts with invented hours: Monday 9 to 12 and 14 to 17, Thursday 10 to 16."""
    copy = tmp_path / "mobility.db"
    with closing(sqlite3.connect(mobility_url[len("sqlite:///") :])) as facts, closing(sqlite3.connect(copy)) as target:
        facts.backup(target)
        periods = [("a", 1, "09:00", "12:00"), ("b", 1, "14:00", "17:00"), ("c", 4, "10:00", "16:00")]
        target.executemany(
            "INSERT INTO opening_period (code, contact_code, weekday, opens, closes, status, verified_on, source_code) "
            "VALUES (?, 'international_office', ?, ?, ?, 'published', '2026-11', 'exchange_how_to')",
            periods,
        )
        target.commit()
    monkeypatch.setenv("MOBILITY_DATABASE_URL", f"sqlite:///{copy}")


@pytest.mark.parametrize(("moment", "state"), [
    ((2026, 11, 23, 9, 0), "**open now**, until 12:00"),
    ((2026, 11, 23, 12, 0), "**closed now**. It opens next on Monday at 14:00"),
    ((2026, 11, 23, 17, 0), "**closed now**. It opens next on Thursday at 10:00"),
    ((2026, 11, 27, 8, 0), "**closed now**. It opens next on Monday at 09:00"),
])  # fmt: skip
def test_whether_an_office_is_open_now(hours, moment, state):
    with time_machine.travel(dt.datetime(*moment, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        said = one(Student("en").says("ask_opening_hours"))
    assert state in said.text
    assert "Monday: 09:00 to 12:00 and 14:00 to 17:00" in said.text
    assert_complete(said, "en")


def test_the_clock_of_the_student_is_told(hours):
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        said = one(Student("fr").says("ask_opening_hours", "si j'appelle du Japon ?", country="JP"))
    assert "17:00 (Japon)" in said.text


@pytest.mark.parametrize(("text", "office"), [
    ("who do I ask about accommodation", "accommodation_office"),
    ("quel service s'occupe des logements", "accommodation_office"),
])  # fmt: skip
def test_the_right_office_is_named_for_a_question(real_facts, text, office):
    said = one(Student("en").says("ask_contact", text))
    assert said.response in ("utter_contact_suggested", "utter_contact_not_known")
    assert "ccommodation" in said.text
