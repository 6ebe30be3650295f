"""Answers on the Welcome Programme, the Summer School and the other programmes."""

import datetime as dt

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT

QUESTIONS = [
    "ask_programme", "ask_programme_dates", "ask_programme_activities", "ask_programme_registration",
    "ask_programme_price", "ask_programme_eligibility", "ask_programme_contact",
]  # fmt: skip
PROGRAMMES = [
    "welcome_programme", "summer_school", "exchange", "double_degree", "sib", "eciu", "insa_euromed", "french_courses",
    "erasmus_icm", "masters",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("actions.programme_action.school_today", lambda: dt.date(2026, 11, 23))


@pytest.fixture(scope="module")
def url_without_samples(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('no_samples') / 'mobility.db'}"
    load(PROJECT_ROOT / "data" / "mobility", with_samples=False, url=url)
    return url


@pytest.fixture
def without_samples(url_without_samples, monkeypatch):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", url_without_samples)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("intent", QUESTIONS)
def test_every_answer_about_every_programme_is_complete(real_facts, intent, programme, language):
    assert_complete(one(Student(language).says(intent, programme=programme)), language)


@pytest.mark.parametrize(("language", "dates"), [("en", "25 to 29 January 2027"), ("fr", "25 au 29 janvier 2027")])
def test_the_next_session_is_told_and_said_to_be_a_sample(real_facts, language, dates):
    said = one(Student(language).says("ask_programme_dates", programme="welcome_programme"))
    assert (said.response, said.answer["topic"], said.answer["outcome"]) == (
        "utter_programme_dates_found", "welcome", "answered",
    )  # fmt: skip
    assert dates in said.text
    assert "⚠️" in said.text
    assert all(source["sample"] for source in said.answer["sources"])


def test_the_session_after_the_next_one_is_told_too(student):
    said = one(student.says("ask_programme_dates", programme="welcome_programme"))
    assert "30 August to 3 September 2027" in said.text


def test_a_session_that_is_over_is_not_told(student, monkeypatch):
    monkeypatch.setattr("actions.programme_action.school_today", lambda: dt.date(2027, 2, 1))
    said = one(student.says("ask_programme_dates", programme="welcome_programme"))
    assert "January" not in said.text
    monkeypatch.setattr("actions.programme_action.school_today", lambda: dt.date(2030, 1, 1))
    assert one(student.says("ask_programme_dates", programme="welcome_programme")).answer["outcome"] == "not_known"


@pytest.mark.parametrize("intent", ["ask_programme_dates", "ask_programme_activities", "ask_programme_registration"])
@pytest.mark.parametrize(("language", "known"), [("en", "one Welcome Programme"), ("fr", "un Welcome Programme")])
def test_without_samples_it_says_what_is_known_and_names_the_office(without_samples, intent, language, known):
    said = one(Student(language).says(intent, programme="welcome_programme"))
    assert (said.response, said.answer["outcome"]) == ("utter_programme_not_known", "not_known")
    assert_complete(said, language)
    assert known in said.text
    assert "international@insa-rouen.fr" in said.text
    assert "2027" not in said.text
    assert not any(source["sample"] for source in said.answer["sources"])


def test_without_samples_that_the_programme_exists_is_still_answered(without_samples):
    said = one(Student().says("ask_programme", programme="welcome_programme"))
    assert said.answer["outcome"] == "answered"
    assert "⚠️" not in said.text
    assert said.buttons == []


def test_the_overview_begins_with_what_the_programme_is(student):
    said = one(student.says("ask_programme", programme="summer_school"))
    assert said.answer["topic"] == "summer_school"
    assert said.text.startswith("**Scientific Summer School**\n\n- The school runs one Scientific Summer School")
    assert "(sample)" in said.text, "the invented part stands beside facts and is marked"


def test_the_events_are_lines_and_cards_in_local_time(student):
    said = one(student.says("ask_programme_activities", programme="welcome_programme"))
    assert "Monday 25 January 2027, 09:00 – 10:30: **Welcome session" in said.text
    assert said.cards[0]["subtitle"] == "Monday 25 January 2027, 09:00 – 10:30"
    assert len(said.cards) == said.text.count("\n- ")


def test_a_place_is_told_with_an_event_where_it_is_another_than_the_session_has(student):
    said = one(student.says("ask_programme_activities", programme="welcome_programme"))
    assert "**Guided tour of Rouen** (Rouen city centre)" in said.text
    assert "**Campus tour**\n" in said.text


def test_a_price_that_nobody_states_is_not_guessed(student):
    said = one(student.says("ask_programme_price", programme="welcome_programme"))
    assert said.answer["outcome"] == "not_known"
    assert "€" not in said.text


def test_registration_tells_the_period(etudiant):
    said = one(etudiant.says("ask_programme_registration", programme="summer_school"))
    assert "du 1er février au 30 avril 2027" in said.text
    assert "international@insa-rouen.fr" in said.text


def test_without_a_programme_it_asks_which_one(student):
    said = one(student.says("ask_programme_dates"))
    assert (said.response, said.answer["outcome"]) == ("utter_programme_missing", "clarify")
    assert [button["title"] for button in said.buttons][:2] == ["Welcome Programme", "Scientific Summer School"]
    answer = one(student.presses(said.buttons[1]["payload"]))
    assert "5 to 16 July 2027" in answer.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_programmes_are_named_where_none_is_asked_for(real_facts, language):
    said = one(Student(language).says("ask_programme"))
    assert said.response == "utter_programmes_found"
    assert said.text.count("\n- ") == len(PROGRAMMES)
    assert_complete(said, language)


def test_who_asks_is_not_what_is_asked_about(student):
    said = one(student.says("ask_programme_dates", programme=["exchange", "welcome_programme"]))
    assert said.answer["topic"] == "welcome"


def test_the_programme_is_remembered_and_can_be_changed(student):
    student.says("ask_programme_dates", programme="welcome_programme")
    assert one(student.says("ask_programme_activities")).answer["topic"] == "welcome"
    assert one(student.says("change_criteria", programme="summer_school")).text.startswith("**Scientific Summer School")
    assert one(student.says("ask_programme_contact")).answer["topic"] == "summer_school"
