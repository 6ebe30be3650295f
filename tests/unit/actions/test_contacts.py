"""Answers on whom to ask."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

CONTACTS = [
    "international_office", "switchboard", "accommodation_office", "registrar", "department_coordinators", "culture",
    "bde", "univ_rouen", "ameli", "emergency_eu", "samu", "police", "fire", "sms114", "astuce", "lovelo",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("contact", CONTACTS)
def test_every_desk_can_be_asked_for(real_facts, contact, language):
    said = one(Student(language).says("ask_contact", contact=contact))
    assert_complete(said, language)
    assert said.answer["topic"] == "contact"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_international_office_is_meant_where_none_is_named(real_facts, language):
    said = one(Student(language).says("ask_contact"))
    assert (said.response, said.answer["outcome"]) == ("utter_contact_found", "answered")
    for fact in ("international@insa-rouen.fr", "+33 2 32 95 66 69", "685 avenue de l'Université", "2020-2021"):
        assert fact in said.text


@pytest.mark.parametrize("contact", ["accommodation_office", "registrar", "department_coordinators", "culture"])
def test_a_desk_without_a_mailbox_gives_way_to_the_international_office(student, contact):
    said = one(student.says("ask_contact", contact=contact))
    assert (said.response, said.answer["outcome"]) == ("utter_contact_not_known", "not_known")
    assert "international@insa-rouen.fr" in said.text


def test_a_desk_that_is_unknown_is_not_known(student):
    assert one(student.says("ask_contact", contact="observatory")).answer["outcome"] == "not_known"


def test_a_follow_up_asks_for_another_desk(student):
    student.says("ask_contact")
    assert "bde@insa-rouen.fr" in one(student.says("change_criteria", contact="bde")).text
