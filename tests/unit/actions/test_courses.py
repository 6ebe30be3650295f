import csv
import re

import pytest

from actions.course_criteria import semesters_of
from actions.questions import Question
from actions.search_words import search_words
from bot.settings import PROJECT_ROOT

MAILBOX = "international@insa-rouen.fr"


def only(messages):
    assert len(messages) == 1
    return messages[0]


def catalogue(**wanted):
    """Return the codes of the data file's courses that fulfil `wanted`; the test's own reading of the facts."""
    with (PROJECT_ROOT / "data" / "mobility" / "course.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]
        for row in rows
        if all(value in re.split(r"[;|,\s]+", row[column]) for column, value in wanted.items())
    }


def codes_shown(said):
    return re.findall(r"^\d+\. \*\*.+\*\* \((.+?)\) ?:", said.text, re.MULTILINE)


def all_codes(student, said):
    """Return the codes of every page of the list."""
    codes = codes_shown(said)
    while len(codes) < int(said.variables["total"]):
        more = only(student.says("find_more", "more"))
        assert more.response == "utter_courses_page"
        codes += codes_shown(more)
    assert only(student.says("find_more", "more")).response == "utter_list_end"
    return codes


class TestSearch:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_english_courses_of_mechanics_in_semester_9_are_those_of_the_catalogue(self, student, language):
        student.slots["language"] = language
        said = only(student.says("find_courses", "", department="MECA", semester="9", course_language="en"))
        codes = all_codes(student, said)
        assert len(codes) == len(set(codes)) == 24
        assert set(codes) == catalogue(departments="MECA", semesters="9", language="en")

    def test_a_list_that_nothing_narrows_is_told_whole(self, student):
        said = only(student.says("find_courses", "", department="MECA", semester="9", course_language="en"))
        assert said.response == "utter_courses_all"
        assert "24. **" in said.text
        assert not said.choices
        assert only(student.says("find_more", "more")).response == "utter_list_end"

    def test_an_answer_tells_the_year_the_lower_bound_and_who_may_join(self, student):
        said = only(student.says("find_courses", "", department="MECA", course_language="en"))
        assert said.answer["topic"] == "course_search"
        assert said.answer["outcome"] == "answered"
        assert said.answer["sources"][0]["as_of"] == "2021-2022"
        for remark in ("catalogue of 2021-2022", "more courses may be taught in English", "Not all courses are open"):
            assert remark in said.text
        assert "Not all courses are open" not in only(student.says("find_more", "more")).text

    def test_without_a_semester_those_of_exchange_students_are_searched_and_that_is_said(self, student):
        said = only(student.says("find_courses", "", department="MECA"))
        assert "semesters 5 to 10" in said.text
        assert "semesters 5 to 10" not in only(student.says("find_courses", "", department="MECA", semester="7")).text

    def test_a_department_without_such_semesters_is_searched_whole(self, student):
        said = only(student.says("find_courses", "", department="STPI"))
        assert said.variables["total"] == "124"
        assert "Semesters 1 to 4 are the first cycle" in said.text

    def test_apprenticeships_are_found_only_when_named(self, student):
        everything = only(student.says("find_courses", "courses"))
        assert "PERF" not in everything.text
        assert only(student.says("find_courses", "", department="PERF-E")).answer["outcome"] == "answered"

    def test_of_namesakes_the_student_track_is_meant(self, student):
        said = only(student.says("find_courses", "", department=["PERF-E", "EP"]))
        assert "(EP)" in said.variables["criteria"]

    def test_two_departments_are_asked_back_about_and_the_choice_keeps_the_rest(self, student):
        said = only(student.says("find_courses", "", department=["MECA", "GM"], semester="9"))
        assert said.answer["outcome"] == "clarify"
        assert len(said.choices) == 2
        chosen = only(student.presses(said.choices["Applied mathematics (GM)"]))
        assert chosen.variables["criteria"] == " in Applied mathematics (GM), in S9"

    def test_a_long_list_is_narrowed_by_a_question_with_three_choices(self, student):
        said = only(student.says("find_courses", "courses in S9", semester="9"))
        assert len(said.choices) == 3
        title, payload = next(iter(said.choices.items()))
        count = int(re.search(rf"{title} \((\d+)\)", said.text)[1])
        narrowed = only(student.presses(payload))
        assert int(narrowed.variables["total"]) == count < int(said.variables["total"])

    def test_a_short_list_is_shown_whole_without_a_question(self, student):
        said = only(student.says("find_courses", "", department="EP", course_language="en", semester="9"))
        assert said.buttons == []
        assert len(codes_shown(said)) == int(said.variables["total"]) <= 5

    def test_a_subject_is_searched_in_french_titles_too(self, student):
        said = only(student.says("find_courses", "robotics courses", subject=("robotics", "robotics")))
        assert "about Robotics" in said.text
        assert "robotique" in said.text.lower()
        assert student.slots["keywords"] is None

    def test_a_department_of_the_same_words_beats_the_subject(self, student):
        text = "computer science courses in S7"
        both = {"department": ("ITI", "computer science"), "subject": ("computer_science", "computer science")}
        student.says("find_courses", text, semester=("7", "S7"), **both)
        assert student.slots["department"] == ["ITI"]
        assert student.slots["subject"] is None
        assert student.slots["keywords"] is None

    def test_other_words_are_searched_in_titles(self, student):
        said = only(student.says("find_courses", "do you have a class on turbulence in S9?", semester=("9", "S9")))
        assert "with “turbulence” in the title" in said.text
        assert "MECA51" in said.text

    @pytest.mark.parametrize(("written", "meant"), [("turbulense", "turbulence"), ("acoustiqeu", "acoustique")])
    def test_a_misspelt_word_finds_the_titles_of_the_right_one_and_says_which(self, student, written, meant):
        said = only(student.says("find_courses", f"courses on {written}?"))
        assert said.answer["outcome"] == "answered"
        assert f"“{meant}”" in said.text

    def test_a_course_is_found_by_code_or_title_where_its_name_was_not_recognised(self, student):
        for text in ("What is MECA51-NOISE about?", "tell me about MECA51-NOISE."):
            assert only(student.says("ask_course_details", text)).variables["code"] == "MECA51-NOISE"
        student.slots["course"] = None
        said = only(student.says("ask_course_details", "what is turbulense about?"))
        assert "turbulen" in said.text.lower()

    def test_a_real_word_is_not_taken_for_a_misspelt_one(self, student):
        assert only(student.says("find_courses", "cooking courses?")).answer["outcome"] == "not_known"

    def test_words_that_no_title_shows_are_told_and_left_out(self, student):
        text = "I come from Vietnam, mechanical engineering courses?"
        said = only(student.says("find_courses", text, department=("MECA", "mechanical engineering")))
        assert said.answer["outcome"] == "answered"
        assert "No title contains “vietnam”" in said.text

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_nothing_found_says_what_was_searched_and_names_the_office(self, student, language):
        student.slots["language"] = language
        said = only(student.says("find_courses", "unicorns"))
        assert said.answer["outcome"] == "not_known"
        assert "“unicorn”" in said.text
        assert MAILBOX in said.text

    def test_nothing_found_offers_the_nearest_searches_and_they_have_hits(self, student):
        said = only(student.says("find_courses", "", department="MECA", semester="8", course_language="en"))
        assert said.answer["outcome"] == "not_known"
        assert 1 <= len(said.choices) <= 3
        for title, payload in said.choices.items():
            student.says("find_courses", "", department="MECA", semester="8", course_language="en")
            near = only(student.presses(payload))
            assert near.answer["outcome"] == "answered"
            assert title.startswith(f"{near.variables['total']} courses")


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ({"semester": ("9",)}, (9,)),
        ({"semester": ("8", "7")}, (7, 8)),
        ({"study_year": ("4",)}, (7, 8)),
        ({"study_year": ("4",), "term": ("spring",)}, (8,)),
        ({"study_year": ("5",), "term": ("autumn",)}, (9,)),
        ({"term": ("autumn",)}, (5, 7, 9)),
        ({"term": ("spring",)}, (6, 8, 10)),
        ({"term": ("year",)}, ()),
        ({"term": ("autumn", "spring")}, ()),
        ({}, ()),
    ],
)
def test_years_and_terms_are_semesters(entities, expected):
    assert semesters_of(Question("", "find_courses", "en", entities)) == expected


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("Which courses are taught in English?", None, ()),
        ("Quels cours sont donnés en anglais au semestre 9 ?", None, ()),
        ("Do you have anything about wind turbines?", None, ("wind", "turbine")),
        ("Avez-vous un cours d'acoustique ?", None, ("acoustique",)),
        ("courses of mechanics on C++", "mechanics", ("c++",)),
        ("and in semester 8?", None, ()),
        ("Bonjour, je voudrais des cours sur les réseaux", None, ("reseau",)),
    ],
)
def test_search_words_are_what_a_title_may_show(text, span, expected):
    start = text.find(span) if span else 0
    spans = [(start, start + len(span))] if span else []
    assert search_words(text, spans, frozenset({"northwick"})) == expected


class TestDetails:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_one_course_is_shown_with_a_card_and_its_unit(self, student, language):
        student.slots["language"] = language
        said = only(student.says("ask_course_details", "", course="MECA51-LBM"))
        assert said.answer["topic"] == "course_details"
        assert said.answer["outcome"] == "answered"
        card = said.cards[0]
        assert card["subtitle"] == "MECA51-LBM"
        assert card["url"].startswith("https://www.insa-rouen.fr/")
        assert any("ECTS" in fact["value"] for fact in card["facts"])
        assert "ECTS" in said.text

    def test_several_courses_are_asked_back_about(self, student):
        said = only(
            student.says("ask_course_details", "", course=["MECA51-LBM", "MECA51-FSI", "ASI42-ML", "EP41-AERO"])
        )
        assert said.answer["outcome"] == "clarify"
        assert len(said.choices) == 3
        chosen = only(student.presses(next(iter(said.choices.values()))))
        assert chosen.variables["code"] == "MECA51-LBM"

    def test_a_department_named_besides_tells_namesakes_apart(self, student):
        said = only(student.says("ask_course_details", "", course=["MECA51-LBM", "ASI42-ML"], department="ITI"))
        assert said.variables["code"] == "ASI42-ML"

    def test_a_unit_is_shown_with_its_courses(self, student):
        said = only(student.says("ask_course_details", "", teaching_unit="MECA51-PSI"))
        assert said.response == "utter_teaching_unit_details"
        assert said.variables["ects"] == "8 ECTS"

    def test_an_unknown_title_offers_those_that_show_its_words(self, student):
        said = only(student.says("ask_course_details", "what is the course about turbulence?"))
        assert said.answer["outcome"] == "clarify"
        assert "urbulence" in said.text

    def test_a_title_like_no_other_is_not_known(self, student):
        said = only(student.says("ask_course_details", "tell me about the course Unicorn Taming"))
        assert said.answer["outcome"] == "not_known"
        assert MAILBOX in said.text

    def test_no_title_at_all_is_asked_for(self, student):
        said = only(student.says("ask_course_details", "tell me about a course"))
        assert said.answer["outcome"] == "clarify"

    def test_a_title_named_now_beats_the_unit_talked_about_before(self, student):
        student.says("ask_course_details", "", teaching_unit="MECA51-PSI")
        said = only(student.says("ask_course_details", "", course="MECA51-LBM"))
        assert said.variables["code"] == "MECA51-LBM"


class TestCredits:
    def test_the_credits_of_a_course_are_those_of_its_unit_and_that_is_said(self, student):
        said = only(student.says("ask_course_credits", "", course="MECA51-LBM"))
        assert said.answer["topic"] == "ects_learning_agreement"
        assert "not for single courses" in said.text
        assert re.search(r"\d ECTS", said.text)

    def test_it_is_the_course_just_talked_about(self, student):
        student.says("ask_course_details", "", course="MECA51-LBM")
        said = only(student.says("ask_course_credits", "how many credits is it worth?"))
        assert said.variables["code"] == "MECA51-LBM"

    def test_a_unit_has_credits_of_its_own(self, student):
        said = only(student.says("ask_course_credits", "", teaching_unit="MECA41-CANUM"))
        assert "**12 ECTS**" in said.text

    def test_without_a_course_the_catalogue_is_explained(self, student):
        said = only(student.says("ask_course_credits", "are ECTS given per course or per unit?"))
        assert said.response == "utter_credits_explained"
        assert said.answer["sources"]


class TestUnits:
    def test_the_units_of_a_semester_are_shown_whole_with_their_sum(self, student):
        said = only(student.says("find_teaching_units", "", department="GM", semester="7"))
        credits = [int(number) for number in re.findall(r"(\d+) ECTS$", said.text, re.MULTILINE)]
        assert len(credits) == int(said.variables["total"]) == 5
        assert f"Together: {sum(credits)} ECTS" in said.text

    def test_no_sum_where_it_means_nothing(self, student):
        said = only(student.says("find_teaching_units", "", semester="7"))
        assert "Together" not in said.text
        assert "PERF" not in said.text

    def test_too_many_units_are_narrowed(self, student):
        said = only(student.says("find_teaching_units", "", department="MECA"))
        assert len(said.choices) == 3
        narrowed = only(student.presses(said.choices["S9"]))
        assert narrowed.variables["total"] == "9"

    def test_what_a_unit_is_can_be_asked(self, student):
        said = only(student.says("find_teaching_units", "what is a UE?"))
        assert said.response == "utter_teaching_units_explained"

    def test_no_unit_is_said_plainly(self, student):
        said = only(student.says("find_teaching_units", "", department="EP", semester="5"))
        assert said.answer["outcome"] == "not_known"
        assert MAILBOX in said.text


class TestDepartments:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_specialities_first_cycle_and_apprenticeships_are_counted_apart(self, student, language):
        student.slots["language"] = language
        said = only(student.says("find_departments", "departments"))
        assert said.answer["topic"] == "institution"
        assert said.variables["count"] == "7"
        assert said.variables["specialities"].count("\n") == 6
        assert said.variables["apprenticeship_count"] == "4"
        assert "STPI" not in said.variables["specialities"]

    def test_one_department_is_shown_with_the_size_of_its_catalogue(self, student):
        said = only(student.says("find_departments", "what is ITI?", department="ITI"))
        assert (said.variables["total"], said.variables["english"]) == ("131", "10")
        courses = only(student.presses(said.choices["Search for courses"]))
        assert courses.variables["total"] == "131"

    def test_an_apprenticeship_is_said_to_be_one(self, student):
        said = only(student.says("find_departments", "", department="PERF-E"))
        assert "apprenticeship" in said.text

    def test_a_subject_leads_to_the_departments_that_teach_it(self, student):
        said = only(student.says("find_departments", "which department for data science?", subject="data_science"))
        code, payload = next(iter(said.choices.items()))
        courses = only(student.presses(payload))
        assert f"({code}): {courses.variables['total']}" in said.text
