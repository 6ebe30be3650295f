"""Answers on residences."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

QUESTIONS = [
    "find_residences", "ask_residence_details", "ask_residence_price", "ask_residence_inclusions",
    "ask_residence_contract", "ask_residence_eligibility", "ask_residence_application", "ask_residence_deposit",
]  # fmt: skip
RESIDENCES = [
    None, "insa_residences", "crous_normandie", "crous_barbet", "crous_gilles_de_gennes", "crous_charpak",
    "crous_jardins_saint_paul", "crous_boulevard_des_belges", "private_room",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("residence", RESIDENCES)
@pytest.mark.parametrize("intent", QUESTIONS)
def test_every_answer_about_every_residence_is_complete(real_facts, intent, residence, language):
    named = {"residence": residence} if residence else {}
    said = one(Student(language).says(intent, **named))
    assert_complete(said, language)
    assert said.answer["topic"].startswith("housing_")


@pytest.mark.parametrize("named", [{}, {"residence": "insa_residences"}])
@pytest.mark.parametrize(("language", "rent"), [
    ("en", "308 to 385 € per month** (as of 2018-2019"),
    ("fr", "308 à 385 € par mois** (données : 2018-2019"),
])  # fmt: skip
def test_the_rent_has_its_year_its_source_and_a_warning(real_facts, named, language, rent):
    said = one(Student(language).says("ask_residence_price", **named))
    assert (said.response, said.answer["topic"], said.answer["outcome"]) == (
        "utter_residence_price_found", "housing_price", "answered",
    )  # fmt: skip
    assert rent in said.text
    assert said.answer["sources"][0]["as_of"] == "2018-2019"
    assert ("check it on the source page" if language == "en" else "vérifiez-les") in said.text


def test_the_price_of_the_private_market_is_told_beside_and_only_where_none_is_named(student):
    assert "350 €" in one(student.says("ask_residence_price")).text
    assert "350 €" not in one(Student().says("ask_residence_price", residence="insa_residences")).text


def test_a_night_in_an_emergency_room_is_no_rent(student):
    said = one(student.says("ask_residence_price", residence="crous_normandie"))
    assert said.answer["outcome"] == "not_known"
    assert "10 € per night" in said.text, "it is told as what is known besides"


def test_inclusions_tell_what_is_not_included_and_what_to_bring(student):
    said = one(student.says("ask_residence_inclusions"))
    for words in ("heating, electricity", "blankets are not provided", "Internet is not included", "To bring"):
        assert words in said.text


def test_contract_and_notice(etudiant):
    said = one(etudiant.says("ask_residence_contract", residence="insa_residences"))
    assert "du 1er septembre au 31 août" in said.text
    assert "préavis écrit de trois mois" in said.text


def test_how_to_apply_at_insa_is_not_known_though_crous_states_something(student):
    said = one(student.says("ask_residence_application"))
    assert said.answer["outcome"] == "not_known"
    assert "accommodation office" in said.text
    assert "DSE" in said.text


def test_one_residence_shares_what_its_provider_states_for_all(student):
    said = one(student.says("ask_residence_application", residence="crous_barbet"))
    assert said.answer["outcome"] == "answered"
    assert "**Crous residences in the Rouen area**" in said.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_deposit_is_not_known_and_the_office_is_named(real_facts, language):
    said = one(Student(language).says("ask_residence_deposit"))
    assert (said.answer["topic"], said.answer["outcome"]) == ("housing_guarantor_deposit", "not_known")
    assert "international@insa-rouen.fr" in said.text
    assert "€" not in said.text


def test_the_list_begins_with_the_school_and_goes_on(student):
    first = one(student.says("find_residences"))
    assert first.cards[0]["title"] == "INSA student residences"
    assert {"label": "Rent", "value": "308 to 385 € per month (as of 2018-2019)"} in first.cards[0]["facts"]
    assert "(5 of 8)" in first.text
    assert "/find_more" in first.choices.values()
    second = one(student.says("find_more"))
    assert [card["title"] for card in second.cards][-1] == "Room in a private home or shared flat"
    assert "/find_more" not in second.choices.values()


def test_the_list_of_one_provider(student):
    said = one(student.says("find_residences", residence="crous_normandie"))
    assert {card["subtitle"] for card in said.cards} == {"Crous Normandie"}


def test_the_third_one_of_the_list(student):
    student.says("find_residences")
    said = one(student.says("ask_item", ordinal="3"))
    assert (said.response, said.cards[0]["title"]) == ("utter_residence_found", "Résidence Barbet")
    assert "81" in said.text


def test_the_residence_is_remembered_and_can_be_changed(student):
    student.says("ask_residence_price", residence="insa_residences")
    assert "Crous" not in one(student.says("ask_residence_inclusions")).text
    assert "**Crous residences" in one(student.says("change_criteria", residence="crous_normandie")).text
