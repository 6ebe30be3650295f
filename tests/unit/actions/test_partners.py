"""The partner check: found, found without places, known but not in the list, not found; never "no", never a guess."""

import pytest
from completeness import assert_complete, one


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("text", "response", "outcome"),
    [
        ("is the Federal University of Ceará a partner?", "utter_partner_found", "answered"),
        ("RO IASI05", "utter_partner_found", "answered"),
        ("Aalborg University?", "utter_partner_without_places", "answered"),
        ("is Hogwarts a partner", "utter_partner_unknown", "not_known"),
        ("is my university a partner?", "utter_partner_list", "not_known"),
    ],
)
def test_the_answer_says_what_the_list_holds(student, language, text, response, outcome):
    student.language = student.slots["language"] = language
    said = one(student.says("check_partner", text))
    assert (said.response, said.answer["outcome"]) == (response, outcome)
    assert_complete(said, language)


def test_an_agreement_is_told_with_kind_scope_and_year(student):
    said = one(student.says("check_partner", "do you have an agreement with NWPU?"))
    assert "double degree: Double degree with Groupe INSA" in said.text
    assert "(2021-2022)" in said.text


def test_an_unknown_name_is_not_in_the_list_that_is_held_and_never_no(student):
    said = one(student.says("check_partner", "is Hogwarts a partner"))
    assert "I do not find “hogwarts” in the list that I hold (read in November 2026)" in said.text
    assert "not complete" in said.text


def test_the_list_is_no_full_list_and_says_what_the_school_claims(student):
    said = one(student.says("check_partner", "list of partners"))
    assert "150 international partner institutions" in said.text
    assert "not the school's full list" in said.text


def test_countries_are_looked_up(student):
    brazil = one(student.says("check_partner", "partners in Brazil", country=("BR", "Brazil")))
    assert "Federal University of Santa Catarina" in brazil.text
    japan = one(student.says("change_criteria", "and in Japan?", country=("JP", "Japan")))
    assert japan.text.startswith("Japan: no institution of this country is in the list that I hold")
    assert japan.answer["outcome"] == "not_known"


def test_a_follow_up_names_another_institution(student):
    student.says("check_partner", "is UFC a partner?")
    said = one(student.says("change_criteria", "and with Twente?"))
    assert "University of Twente" in said.text


def test_a_double_degree_is_asked_of_the_agreements_only_where_somebody_is_named(student, etudiant):
    brazil = one(student.says("ask_double_degree", "double degree with Brazil?", country=("BR", "Brazil")))
    assert brazil.response == "utter_double_degree_country_found"
    assert "cooperation" not in brazil.text
    japan = one(etudiant.says("ask_double_degree", "un double diplôme avec le Japon ?", country=("JP", "Japon")))
    assert japan.response == "utter_double_degree_country_not_in_list"
    aalborg = one(student.says("ask_double_degree", "double degree with Aalborg University?"))
    assert aalborg.response == "utter_partner_other_kind"
    for text in ("what is a double degree?", "can I do a double degree in computer science"):
        assert "22 double degrees" in one(student.says("ask_double_degree", text)).text


def test_several_that_may_be_meant_are_offered(student):
    asked = one(student.says("check_partner", "federal university?"))
    assert asked.response == "utter_partner_unclear"
    assert 2 <= len(asked.choices) <= 3
    told = one(student.presses(next(iter(asked.choices.values()))))
    assert told.answer["outcome"] == "answered"


def test_the_answer_comes_again_in_french(student):
    student.says("check_partner", "is UFC a partner?")
    student.slots["language"] = "fr"
    said = student.says("change_language", requested_language="fr")[-1]
    assert said.text.startswith("Oui, **Université fédérale du Ceará")


@pytest.mark.parametrize("name", ["University of Twente", "RO IASI05"])
def test_a_bare_name_answers_the_question_for_it(student, name):
    student.says("check_partner", "is my university a partner?")
    said = one(student.says("nlu_fallback", name, ranking=[("nlu_fallback", 0.7), ("check_partner", 0.6)]))
    assert said.response in ("utter_partner_found", "utter_partner_without_places")


def test_a_bare_name_is_no_answer_where_nothing_was_asked(student):
    student.says("ask_visa")
    said = one(student.says("nlu_fallback", "University of Twente", ranking=[("nlu_fallback", 0.7)]))
    assert "partner" not in said.response


def test_a_bare_name_that_is_unknown_is_looked_up_too(student):
    student.says("check_partner", "is my university a partner?")
    ranking = [("nlu_fallback", 0.74), ("check_partner", 0.72)]
    assert one(student.says("nlu_fallback", "Hogwarts", ranking=ranking)).response == "utter_partner_unknown"


@pytest.mark.parametrize("text", ["polytech", "is Poly a partner?", "Technical University"])
def test_a_kind_of_institution_names_none(student, text):
    said = one(student.says("check_partner", text))
    assert said.answer["outcome"] == "not_known"
