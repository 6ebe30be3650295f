"""Answers on what surrounds a stay: papers, money, daily life."""

import pytest
import yaml
from completeness import assert_complete, one
from conversation_partner import Student

from actions.surroundings import HOLDINGS, Holdings
from bot.settings import PROJECT_ROOT

ANSWERED = {name for name, holdings in HOLDINGS.items() if holdings.answers}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", HOLDINGS)
def test_every_answer_is_complete(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert_complete(said, language)
    assert said.answer["outcome"] == ("answered" if intent in ANSWERED else "not_known")


def test_the_table_holds_exactly_the_intents_of_the_rules():
    rules = yaml.safe_load((PROJECT_ROOT / "data" / "rules" / "surroundings.yml").read_text(encoding="utf-8"))["rules"]
    assert {rule["steps"][0]["intent"] for rule in rules} == set(HOLDINGS)


@pytest.mark.parametrize("intent", [name for name, holdings in HOLDINGS.items() if holdings != Holdings()])
def test_the_database_holds_what_the_table_says(student, intent):
    assert one(student.says(intent)).response != "utter_surrounding_topic_not_known"


@pytest.mark.parametrize(("intent", "topic", "fact"), [
    ("ask_residence_permit", "residence_permit", "within 3 months of arrival in France"),
    ("ask_housing_aid", "housing_aid", "within 3 months of moving in"),
    ("ask_guarantor", "housing_guarantor_deposit", "before signing the lease"),
    ("ask_health_insurance", "insurance_health", "until the end of September"),
    ("ask_cvec", "cvec", "unlike exchange students"),
    ("ask_double_degree", "double_degree", "22 double degrees"),
    ("ask_french_classes", "french_classes", "level B2"),
])  # fmt: skip
def test_facts_that_answer_the_question(student, intent, topic, fact):
    said = one(student.says(intent))
    assert (said.answer["topic"], said.answer["outcome"]) == (topic, "answered")
    assert fact in said.text


def test_the_day_on_which_something_ends_is_no_deadline(student):
    text = one(student.says("ask_housing_aid")).text
    assert "**1 July 2026**" in text
    assert "until 1 July" not in text


def test_a_price_says_of_which_housing(student):
    assert "INSA student residences. Rent: **308 to 385 € per month**" in one(student.says("ask_living_costs")).text


def test_a_partner_is_never_guessed(student):
    said = one(student.says("check_partner", "Is the University of Bologna a partner?"))
    assert (said.response, said.answer["outcome"]) == ("utter_partner_not_known", "not_known")
    assert "150" in said.text
    assert "do not hold the list" in said.text
    assert "Bologna" not in said.text


def test_what_is_not_held_is_said_plainly(etudiant):
    said = one(etudiant.says("ask_bank"))
    assert said.response == "utter_surrounding_topic_not_known"
    assert "Le compte bancaire" in said.text


def test_the_same_in_french(student):
    student.says("ask_cvec")
    said = one(student.says("change_language", requested_language="fr"))
    assert said.answer["topic"] == "cvec"
