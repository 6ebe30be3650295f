"""Answers on the school."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

QUESTIONS = [
    "ask_figure", "ask_office_role", "ask_school_networks", "ask_school_identity", "ask_school_location",
    "ask_school_codes", "ask_school_label", "ask_school_strategy",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", QUESTIONS)
def test_every_answer_about_the_school_is_complete(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert_complete(said, language)
    assert (said.answer["topic"], said.answer["outcome"]) == ("institution", "answered")


@pytest.mark.parametrize(("language", "figure"), [("en", "**22 double degrees**"), ("fr", "**22 doubles diplômes**")])
def test_the_published_figure_is_told_not_a_count_of_rows(real_facts, language, figure):
    said = one(Student(language).says("ask_figure", figure="double_degrees"))
    assert (said.response, said.answer["topic"]) == ("utter_figure_found", "double_degree")
    assert figure in said.text
    assert_complete(said, language)


def test_a_page_that_contradicts_itself_is_quoted_twice(student):
    said = one(student.says("ask_figure", figure="partners"))
    assert "**150 partner institutions**" in said.text
    assert "Elsewhere the same page says: more than 100 international partners." in said.text


def test_another_source_is_named_where_it_differs(student):
    said = one(student.says("ask_figure", figure="departments"))
    assert "7 specialised departments" in said.text
    assert "Another source says: 6 departments (Le Monde des grandes écoles" in said.text
    assert len(said.answer["sources"]) == 2


def test_a_share_is_told_in_percent(etudiant):
    assert "40 % d'étudiantes" in one(etudiant.says("ask_figure", figure="women_share")).text.replace("\u202f", " ")


def test_each_figure_named_is_answered(student):
    heard = student.says("ask_figure", figure=["double_degrees", "internships"])
    assert ["22" in heard[0].text, "350" in heard[1].text] == [True, True]


def test_a_figure_that_no_page_states_is_not_known(student):
    assert one(student.says("ask_figure", figure="nationalities")).answer["outcome"] == "not_known"


def test_the_key_figures_stand_in_the_order_of_the_page(student):
    said = one(student.says("ask_figure"))
    positions = [said.text.index(word) for word in ("100%", "22 double", "150 partner", "350 incoming", "1 Scientific")]
    assert positions == sorted(positions)


def test_a_follow_up_asks_for_another_figure(student):
    student.says("ask_figure", figure="double_degrees")
    assert "150" in one(student.says("change_criteria", figure="partners")).text


def test_the_european_university_comes_first_among_the_networks(student):
    said = one(student.says("ask_school_networks"))
    assert "member of ECIU University" in said.text.split("\n- ")[1]


def test_the_codes_that_students_need_come_first(student):
    lines = one(student.says("ask_school_codes")).text.split("\n- ")
    assert "F ROUEN06" in lines[1]
    assert "999465788" in lines[2]


def test_the_label_has_two_stars(etudiant):
    assert "2 étoiles" in one(etudiant.says("ask_school_label")).text


def test_nothing_stated_is_said_plainly(student, monkeypatch):
    monkeypatch.setattr("actions.institution.find_institution_statements", lambda session, aspect: ())
    said = one(student.says("ask_school_label"))
    assert (said.response, said.answer["outcome"]) == ("utter_school_facts_not_known", "not_known")
    assert_complete(said, "en")
