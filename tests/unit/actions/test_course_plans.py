"""The course plan: courses picked from lists and by name over several messages, their credits, what to look at."""

import pytest
from completeness import assert_complete, one

from actions.course_plan_wording import tell_remarks
from bot.mobility.course_plans import CoursePlan
from bot.mobility.timetables import CourseSlot
from bot.mobility.types import Course


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a key for tests, long enough for it")


@pytest.fixture
def searching(student):
    """A student who has just seen a list of courses."""
    student.says("find_courses", "courses in ITI in semester 8", department="ITI", semester="8")
    return student


def chosen(student):
    return student.slots["course_plan"] or []


def test_courses_are_picked_from_the_list_over_several_messages(searching):
    second = one(searching.says("report_course_choice", "add the second one", ordinal="2"))
    assert second.text.startswith("Added: **Anglais ASI (H-42-ANG-ASI)**.")
    searching.says("report_course_choice", "add the first and the third", ordinal=["1", "3"])
    assert chosen(searching) == ["H-42-ANG-ASI", "H-42-APS-ASI", "H-42-ANG-TEST-TOEIC"]
    searching.says("ask_visa", "do I need a visa?")
    searching.says("report_course_choice", "add the last one", ordinal="-1")
    assert chosen(searching)[-1] == "ASI42-DOC"
    shown = one(searching.says("ask_course_plan", "show my course plan"))
    assert shown.variables["count"] == "4"
    assert_complete(shown, "en")


def test_it_means_the_course_shown_last(searching):
    searching.says("ask_item", "tell me about the fourth", ordinal="4")
    searching.says("report_course_choice", "add it")
    assert chosen(searching) == ["ASI42-BGD"]
    said = one(searching.says("cancel_course_choice", "remove it"))
    assert said.response == "utter_course_plan_emptied"
    assert chosen(searching) == []


def test_all_of_them_are_those_on_the_page(searching):
    searching.says("report_course_choice", "add them all", extent="all")
    assert len(chosen(searching)) == 5
    assert one(searching.says("cancel_course_choice", "clear my plan", extent="all")).answer["outcome"] == "answered"
    assert chosen(searching) == []


def test_places_in_the_plan_count_once_it_was_shown(searching):
    searching.says("report_course_choice", "add the third and the first", ordinal=["3", "1"])
    searching.says("ask_course_plan", "show my plan")
    searching.says("cancel_course_choice", "remove the first one", ordinal="1")
    assert chosen(searching) == ["H-42-APS-ASI"]


def test_a_course_is_added_by_name_once(student):
    student.says("report_course_choice", "add Big Data", course=("ASI42-BGD", "Big Data"))
    again = one(student.says("report_course_choice", "add Big Data", course=("ASI42-BGD", "Big Data")))
    assert "Already in your plan" in again.text
    assert chosen(student) == ["ASI42-BGD"]


def test_a_name_of_several_courses_is_asked_about(student):
    courses = [("H-42-ANG-ASI", "Anglais"), ("H-42-ANG-TEST-TOEIC", "Anglais")]
    asked = one(student.says("report_course_choice", "add Anglais", course=courses))
    assert asked.response == "utter_course_plan_which"
    student.presses(next(iter(asked.choices.values())))
    assert chosen(student) == ["H-42-ANG-ASI"]


def test_an_unknown_title_is_not_taken_for_it(searching):
    searching.says("ask_item", "the first", ordinal="1")
    said = one(searching.says("report_course_choice", "add Quantum Cooking"))
    assert said.response == "utter_course_plan_unknown"
    assert chosen(searching) == []


def test_a_list_of_something_else_gives_no_courses(student):
    student.says("find_residences")
    said = one(student.says("report_course_choice", "add the second one", ordinal="2"))
    assert said.response == "utter_course_plan_nothing_to_choose"


def test_credits_are_those_of_complete_units(student):
    for code in ("H-42-ANG-ASI", "H-42-APS-ASI"):
        said = one(student.says("report_course_choice", course=code))
    assert "No teaching unit is complete yet" in said.text
    assert "Humanites (ASI42-Huma): 2 of 3 courses, 4 ECTS for the whole unit" in said.text
    said = one(student.says("report_course_choice", course="H-42-ANG-TEST-TOEIC"))
    assert "**4 ECTS**" in said.text
    assert "2 of 3" not in said.text


def test_several_departments_and_half_years_are_pointed_out(student):
    student.says("report_course_choice", course="ASI42-BGD")
    said = one(student.says("report_course_choice", course="MECA51-AGD"))
    assert "several departments (ITI and MECA)" in said.text
    assert "different halves of the year (S8 and S9" in said.text
    assert "cannot check for clashes" in said.text


def test_an_empty_plan_says_how_to_fill_it(student, etudiant):
    assert "add the second one" in one(student.says("ask_course_plan")).text
    assert "ajoute le deuxième" in one(etudiant.says("cancel_course_choice", "enlève-le")).text


def test_the_exports_carry_the_courses(searching):
    searching.says("report_course_choice", ordinal="2")
    searching.says("ask_course_plan")
    names = [item["name"] for item in searching.events[-1]["data"]["custom"]["attachments"]]
    assert names == ["course-plan.csv", "course-plan.html"]


def test_the_plan_is_told_in_french(etudiant):
    etudiant.says("report_course_choice", course="ASI42-BGD")
    said = one(etudiant.says("ask_course_plan"))
    assert "Votre plan de cours" in said.text
    assert_complete(said, "fr")


def slot(course, **times):
    known = {"weekday": 1, "starts_at": "09:00", "ends_at": "11:00", "starts_on": None, "ends_on": None, "place": None}
    return CourseSlot(course=course, **{**known, **times}, provenance=None)


@pytest.mark.parametrize(
    ("slots", "told"),
    [
        ([slot("A"), slot("B", starts_at="10:00")], "**A** and **B** clash: Monday, 10:00 to 11:00."),
        ([slot("A"), slot("B", weekday=2)], "the courses do not clash"),
        ([slot("A")], "No timetable is stated for B"),
    ],
)
def test_clashes_are_told_where_the_times_are_known(slots, told):
    courses = tuple(Course(code, {"en": code}, "en", None, ("ITI",), (8,), (), None) for code in "AB")
    plan = CoursePlan(courses, (), (), ("ITI",), (8,), tuple(slots))
    assert told in tell_remarks(plan, "en")
