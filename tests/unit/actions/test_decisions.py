"""What a student weighs before signing, in both languages, with corrections and digressions."""

import pytest
from conversation_partner import Student

pytestmark = pytest.mark.usefixtures("real_facts")

MOROCCAN = {"en": "Moroccan", "fr": "Marocain"}
SPAIN = {"en": "Spain", "fr": "Espagne"}


def text_of(messages):
    return "\n".join(message.text for message in messages)


@pytest.mark.parametrize(("language", "lost", "kept"), [
    ("en", ("Since 1 July 2026", "no APL"), "keep the right"),
    ("fr", ("Depuis le 1er juillet 2026", "plus droit"), "gardent le droit"),
])  # fmt: skip
def test_housing_aid_follows_a_correction_of_the_nationality_over_a_digression(language, lost, kept):
    student = Student(language)
    first = text_of(student.says("ask_housing_aid", MOROCCAN[language], nationality=("non_eu", MOROCCAN[language])))
    assert all(words in first.split("\n\n")[1].splitlines()[0] for words in lost)
    corrected = text_of(student.says("change_criteria", SPAIN[language], nationality=("eu", SPAIN[language])))
    assert kept in corrected.split("\n\n")[1].splitlines()[0]
    assert not any(words in corrected for words in lost)
    student.says("ask_sport", "sport")
    visale = text_of(student.says("ask_guarantor", "guarantor"))
    assert "Visale" in visale
    assert not any(words in text_of(student.says("ask_housing_aid_application", "apl")) for words in lost)


@pytest.mark.parametrize(("language", "sum_of", "rent"), [
    ("en", "About 377 to 482 € a month", "Rent: 308 to 385 € (2018-2019)"),
    ("fr", "Environ 377 à 482 € par mois", "Loyer : 308 à 385 € (2018-2019)"),
])  # fmt: skip
def test_the_budget_is_a_sum_with_the_year_of_each_part(language, sum_of, rent):
    student = Student(language)
    student.says("ask_residence_comparison", "compare", residence=["insa_residences", "crous"])
    said = student.says("ask_living_costs", "budget")
    assert sum_of in text_of(said)
    assert rent in text_of(said)
    assert {source["as_of"] for source in said[0].answer["sources"]} >= {"2018-2019", "2022-03", "2026-01"}


@pytest.mark.parametrize(("language", "autumn", "spring"), [
    ("en", "28 April", "24 October"), ("fr", "28 avril", "24 octobre"),
])  # fmt: skip
def test_the_deadline_follows_a_correction_of_the_term(language, autumn, spring):
    student = Student(language)
    assert autumn in text_of(student.says("ask_application_deadline", "autumn", term=("autumn", "autumn")))
    corrected = text_of(student.says("change_criteria", "the spring", term=("spring", "spring")))
    assert spring in corrected
    assert autumn not in corrected
