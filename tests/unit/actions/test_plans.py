"""The personal plan: asked for what is missing, corrected, ticked off, found again after something else."""

import datetime as dt

import jwt
import pytest
import time_machine
from completeness import assert_complete, one

TODAY = dt.datetime(2026, 11, 23, 10, tzinfo=dt.timezone.utc)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a key for tests, long enough for it")
    with time_machine.travel(TODAY, tick=False):
        yield


def attachments(student):
    return student.events[-1]["data"]["custom"]["attachments"]


def steps(said):
    return [line for line in said.variables["steps"].splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_plan_asks_for_what_is_missing_and_no_more(student, language):
    student.language = student.slots["language"] = language
    asked = one(student.says("start_plan", "what do I have to do?"))
    assert (asked.response, asked.answer["outcome"]) == ("utter_plan_nationality_missing", "clarify")
    asked = one(student.presses(list(asked.choices.values())[2]))
    assert asked.response == "utter_plan_stay_missing"
    asked = one(student.presses(next(iter(asked.choices.values()))))
    assert asked.response == "utter_plan_term_missing"
    told = one(student.presses(next(iter(asked.choices.values()))))
    assert told.response == "utter_plan_shown"
    assert_complete(told, language)


def test_who_says_all_at_once_is_asked_nothing(student):
    told = one(
        student.says("start_plan", "I am", nationality="non_eu", stay="exchange", period="2027-01")
    )
    assert told.response == "utter_plan_shown"
    assert "arrival in January 2027" in told.text


def test_a_degree_student_is_not_asked_for_the_term(student):
    assert one(student.says("start_plan", nationality="eu", stay="degree")).response == "utter_plan_shown"


def test_each_student_gets_the_steps_that_concern_them(student):
    exchange = one(student.says("start_plan", nationality="eu", stay="exchange", term="autumn")).text
    assert "Application for an exchange" in exchange
    assert not [name for name in ("CVEC", "student visa") if name in exchange]
    degree = one(student.says("change_criteria", stay="degree")).text
    assert "CVEC" in degree
    assert "Application for an exchange" not in degree
    outside = one(student.says("change_criteria", nationality="non_eu")).text
    assert "Application for the student visa" in outside
    assert "Validation of the VLS-TS visa" in outside
    algerian = one(student.says("change_criteria", nationality="algeria")).text
    assert "Residence permit of Algerian students" in algerian
    assert "VLS-TS" not in algerian


def test_dates_are_worked_out_where_the_facts_allow(student):
    told = one(student.says("start_plan", nationality="non_eu", stay="exchange", date="2027-01-12"))
    application, validation = (
        next(line for line in steps(told) if name in line) for name in ("Application for an exchange", "Validation")
    )
    assert "before **24 October 2026**, which has passed" in application
    assert "24 October 2027" in application
    assert "by **12 April 2027**" in validation
    assert next(line for line in steps(told) if "Home insurance" in line).endswith("date not stated")
    corrected = one(student.says("change_criteria", period="2027-09"))
    assert "before **28 April 2027**" in corrected.text
    assert "by **1 December 2027**" in corrected.text


def test_a_term_that_contradicts_the_arrival_displaces_it(student):
    student.says("start_plan", nationality="eu", stay="exchange", date="2027-01-12")
    told = one(student.says("change_criteria", term="autumn"))
    assert "12 January" not in told.text
    assert "28 April 2027" in told.text


def test_what_a_group_has_no_right_to_is_said(student):
    told = one(student.says("start_plan", nationality="non_eu", stay="degree"))
    aid = next(line for line in steps(told) if "Housing aid" in line)
    assert "Since 1 July 2026" in aid


def test_a_step_comes_after_what_it_requires(student):
    student.says("start_plan", nationality="non_eu", stay="exchange", term="autumn")
    codes = ["visa_application", "insa_application", "home_insurance", "registration", "vls_ts_validation"]
    for code in codes:
        said = one(student.says("report_step_done", procedure=code))
    assert said.response == "utter_plan_next_step"
    assert "French bank account" in said.variables["name"], "social security asks for it"


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("I already have my visa", {"visa_application"}),
        ("j'ai validé mon visa", {"visa_application", "vls_ts_validation"}),
        ("My university has nominated me.", {"insa_application"}),
        ("I found a room", {"insa_residence", "crous_room"}),
    ],
)
def test_what_is_done_is_recognised(student, text, done):
    student.says("start_plan", nationality="non_eu", stay="exchange", term="autumn")
    said = one(student.says("report_step_done", text))
    assert set(student.slots["plan"]["done"]) == done
    assert "Noted as done" in said.text


def test_what_is_done_is_kept_before_the_plan_is_complete(student):
    asked = one(student.says("report_step_done", "I already have my visa"))
    assert asked.response == "utter_plan_nationality_missing"
    student.says("change_criteria", nationality="non_eu")
    told = one(student.says("ask_next_step", stay="exchange", term="autumn"))
    assert "visa" not in told.variables["name"].lower()


def test_done_means_the_step_talked_about_and_can_be_taken_back(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    first = one(student.says("ask_next_step"))
    second = one(student.says("report_step_done", "done"))
    assert first.variables["name"] != second.variables["name"]
    assert first.variables["name"] in second.text
    back = one(student.says("cancel_step_done", "not yet"))
    assert back.variables["name"] == first.variables["name"]
    assert student.slots["plan"]["done"] == []


def test_done_that_refers_to_nothing_is_asked_about(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    student.says("ask_contact")
    asked = one(student.says("report_step_done", "it is done"))
    assert asked.response == "utter_plan_step_unclear"
    assert len(asked.choices) == 3


def test_the_next_step_is_found_again_after_other_questions(student):
    student.says("start_plan", nationality="non_eu", stay="exchange", date="2027-01-12")
    before = one(student.says("ask_next_step")).text
    for intent in ("find_courses", "ask_cvec", "ask_residence_price"):
        student.says(intent, term="autumn") if intent == "find_courses" else student.says(intent)
    assert one(student.says("ask_next_step")).text == before


def test_the_answer_comes_again_in_the_other_language(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    student.says("find_courses", term="spring")
    student.says("start_plan")
    student.slots["language"] = "fr"
    said = student.says("change_language", requested_language="fr")[-1]
    assert "Premier semestre (automne)" in said.text


def test_everything_done_is_said(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    for _ in range(20):
        said = one(student.says("report_step_done", "done"))
        if said.response == "utter_plan_finished":
            break
    assert said.response == "utter_plan_finished"
    assert not [step for step in student.slots["plan"]["done"] if step == "visa_application"]


def test_the_calendar_is_offered_only_with_dates_to_come(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    (calendar,) = attachments(student)
    assert calendar["mime"] == "text/calendar"
    assert calendar["url"].endswith("/my-plan.ics")
    claims = jwt.decode(calendar["url"].split("/")[2], options={"verify_signature": False})
    assert claims["criteria"] == {"nationality": "eu", "stay": "exchange", "term": "autumn", "language": "en"}
    student.says("change_criteria", stay="degree")
    assert attachments(student) == []


def test_starting_over_forgets_the_plan(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    student.says("start_over")
    assert one(student.says("ask_next_step")).response == "utter_plan_nationality_missing"


def test_my_plan_is_the_personal_one_where_no_course_is_chosen(student):
    student.says("start_plan", nationality="eu", stay="exchange", term="autumn")
    assert one(student.says("ask_course_plan", "show my plan")).response == "utter_plan_shown"
