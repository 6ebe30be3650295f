"""Answers on applying for an exchange."""

import re

import pytest
from completeness import assert_complete, one
from conversation_partner import Student


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", ["ask_application_deadline", "ask_application_procedure", "ask_nomination"])
def test_every_answer_is_complete(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert_complete(said, language)
    assert said.answer["outcome"] == "answered"


@pytest.mark.parametrize(("language", "term", "told", "other"), [
    ("en", "spring", "before 24 October", "28 April"),
    ("fr", "spring", "avant le 24 octobre", "28 avril"),
    ("en", "autumn", "before 28 April", "24 October"),
    ("fr", "year", "avant le 28 avril", "24 octobre"),
])  # fmt: skip
def test_the_deadline_of_a_term_and_no_year(real_facts, language, term, told, other):
    said = one(Student(language).says("ask_application_deadline", term=term))
    assert (said.response, said.answer["topic"]) == ("utter_application_deadline_found", "application_deadline")
    assert told in said.text
    assert other not in said.text
    assert not re.search(r"\b20\d\d\b", said.text)
    assert ("no year" if language == "en" else "pas d'année") in said.text


def test_without_a_term_both_deadlines_are_told(student):
    said = one(student.says("ask_application_deadline"))
    assert "before 28 April" in said.text
    assert "before 24 October" in said.text


def test_a_deadline_for_two_terms_is_told_once(student):
    assert one(student.says("ask_application_deadline", term=["autumn", "year"])).text.count("28 April") == 1


def test_a_follow_up_asks_for_the_other_term(student):
    student.says("ask_application_deadline", term="autumn")
    said = one(student.says("change_criteria", term="spring"))
    assert "24 October" in said.text
    assert "28 April" not in said.text


@pytest.mark.parametrize("intent", ["ask_application_deadline", "ask_application_procedure"])
def test_applying_for_the_summer_school_is_no_exchange(student, intent):
    assert one(student.says(intent, programme="summer_school")).answer["topic"] == "summer_school"


def test_the_steps_begin_with_the_nomination(student):
    text = one(student.says("ask_application_procedure")).text
    assert text.index("nominates") < text.index("application form") < text.index("before 28 April")


def test_nomination_is_made_by_the_home_university(etudiant):
    said = one(etudiant.says("ask_nomination"))
    assert said.answer["topic"] == "nomination"
    assert "uniquement par courriel" in said.text


@pytest.mark.parametrize("intent", ["ask_application_deadline", "ask_application_procedure", "ask_nomination"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_stated_is_said_plainly(real_facts, monkeypatch, intent, language):
    monkeypatch.setattr("actions.applications.find_deadlines", lambda session, **criteria: ())
    monkeypatch.setattr("actions.applications.find_programme_statements", lambda session, **criteria: ())
    said = one(Student(language).says(intent))
    assert said.answer["outcome"] == "not_known"
    assert_complete(said, language)
