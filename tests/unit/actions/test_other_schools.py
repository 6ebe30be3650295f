"""Answers to who means another school, and to small talk."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_assistant_says_which_school_it_speaks_for(real_facts, language):
    said = one(Student(language).says("ask_other_school"))
    assert_complete(said, language)
    assert (said.answer["topic"], said.answer["outcome"]) == ("out_of_scope", "fallback")
    assert "**INSA Rouen Normandie**" in said.text
    assert "international@insa-rouen.fr" in said.text


def test_the_mailbox_of_the_other_one_is_told_where_it_is_known(student):
    said = one(student.says("ask_other_school", contact="univ_rouen"))
    assert "mobilite.in@univ-rouen.fr" in said.text


def test_a_desk_of_the_school_is_no_other_school(student):
    assert "bde@" not in one(student.says("ask_other_school", contact="bde")).text


def test_a_school_that_is_not_loaded_is_not_named(student, monkeypatch):
    monkeypatch.setattr("actions.other_schools.home_institution", lambda session: None)
    assert one(student.says("ask_other_school")).answer["outcome"] == "not_known"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_small_talk_is_answered_kindly(real_facts, language):
    said = one(Student(language).says("ask_small_talk"))
    assert_complete(said, language)
    assert (said.answer["topic"], said.answer["outcome"]) == ("greeting_smalltalk", "small_talk")


def test_a_university_named_after_the_partner_check_is_looked_up(real_facts):
    student = Student("en")
    student.says("check_partner", "is Hogwarts a partner?")
    said = one(student.says("ask_other_school", "Federal University of Ceará"))
    assert said.response == "utter_partner_found"
