"""Answers in an emergency: the numbers before anything else."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

from actions.emergencies import ActionShowEmergencyNumbers
from actions.questions import Question
from bot.mobility.database import session_scope

NUMBERS = {
    "report_emergency": "**112 · 15 · 17 · 18 · 114**",
    "report_distress": "**112 · 15 · 17 · 114**",
    "report_homelessness": "**112 · 17 · 114**",
}
NOBODY_TOLD = {"en": "have told nobody", "fr": "n'ai prévenu personne"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", NUMBERS)
def test_the_numbers_come_first_then_the_desk(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert_complete(said, language)
    assert (said.answer["topic"], said.answer["outcome"]) == ("emergency", "handed_over")
    assert said.text.splitlines()[0] == NUMBERS[intent]
    for way in ("international@insa-rouen.fr", "+33 2 32 95 66 69", "685 avenue de l'Université"):
        assert way in said.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", NUMBERS)
def test_nobody_is_made_to_believe_that_help_is_on_its_way(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert NOBODY_TOLD[language] in said.text
    assert len(said.answer["sources"]) >= 2


@pytest.mark.parametrize("intent", NUMBERS)
def test_old_pages_are_no_matter_in_an_emergency(student, intent):
    said = one(student.says(intent))
    assert "out of date" not in said.text
    assert said.variables["notes"] == ""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", NUMBERS)
def test_without_any_number_the_office_is_named(real_facts, monkeypatch, intent, language):
    monkeypatch.setattr("actions.emergencies.contact_by_code", lambda session, code: None)
    with session_scope() as session:
        (reply,) = ActionShowEmergencyNumbers().answer(session, Question("", intent, language))
    assert reply.outcome == "not_known"
    assert reply.variables["office_email"] == "international@insa-rouen.fr"
