"""Answers to "why?" and "how?" after another answer."""

import pytest
from completeness import assert_complete, one
from conversation_partner import Student

from actions.explanations import INTENT_OF_METHOD
from actions.holdings import HOLDINGS
from actions.intent_topics import INTENT_TOPICS


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("explanation", ["ask_reason", "ask_method"])
@pytest.mark.parametrize("intent", HOLDINGS)
def test_why_and_how_are_answered_or_asked_back(real_facts, intent, explanation, language):
    student = Student(language)
    student.says(intent, nationality="non_eu", stay="degree")
    assert_complete(one(student.says(explanation)), language)


@pytest.mark.parametrize(("intent", "how"), [
    ("ask_guarantor", "Ask online"), ("ask_bank", "Book an appointment"),
    ("ask_visa_validation", "PDF certificate"),
])  # fmt: skip
def test_how_tells_the_steps_of_the_procedure(student, intent, how):
    student.says(intent)
    said = one(student.says("ask_method", "how?"))
    assert "step by step" in said.text
    assert how in said.text


def test_how_tells_what_comes_before(student):
    student.says("ask_social_security", nationality="non_eu")
    student.says("ask_method", "how?")
    assert "To be done before: **French bank account**" in one(student.says("find_more")).text


def test_why_tells_rules_and_background(student):
    student.says("ask_housing_aid_application")
    said = one(student.says("ask_reason", "why?"))
    assert "rules and background" in said.text
    assert "Since 1 July 2026" in said.text


@pytest.mark.parametrize(("intent", "entities", "method"), [
    ("ask_cvec_amount", {}, "ask_cvec_payment"),
    ("ask_housing_aid", {}, "ask_housing_aid_application"),
    ("ask_application_deadline", {}, "ask_application_procedure"),
    ("ask_residence_price", {"residence": "crous_normandie"}, "ask_residence_application"),
    ("ask_programme", {"programme": "summer_school"}, "ask_programme_registration"),
])  # fmt: skip
def test_how_may_have_an_intent_of_its_own(student, intent, entities, method):
    student.says(intent, **entities)
    said = one(student.says("ask_method", "how do I do that?"))
    assert said.text == one(Student().says(method, **entities)).text


def test_how_about_what_another_topic_answers_is_its_answer(student):
    student.says("ask_visa")
    said = one(student.says("ask_method", "how do I apply for an exchange?", procedure="insa_application"))
    assert said.response == "utter_application_procedure_found"


def test_every_how_intent_is_one_that_can_be_asked():
    assert {*INTENT_OF_METHOD, *INTENT_OF_METHOD.values()} <= set(INTENT_TOPICS)


def test_a_procedure_named_is_what_is_explained(student):
    student.says("ask_visa")
    said = one(student.says("ask_method", "how do I get Visale?", procedure=("visale", "Visale")))
    assert said.answer["topic"] == "housing_guarantor_deposit"


def test_why_is_told_for_another_student_and_in_another_language(student):
    student.says("ask_student_job")
    student.says("ask_reason", "why?")
    said = one(student.says("change_criteria", "and for Europeans?", nationality=("eu", "Europeans")))
    assert "rules and background" in said.text
    assert "964" not in said.text
    assert "règles et contexte" in one(student.says("change_language", requested_language="fr")).text


def test_the_next_question_is_no_explanation(student):
    student.says("ask_bank")
    student.says("ask_reason", "why?")
    assert "rules and background" not in one(student.says("ask_bank")).text


@pytest.mark.parametrize("before", [None, "ask_exams", "ask_contact"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_there_is_nothing_to_explain_it_is_asked_back_with_the_office(real_facts, before, language):
    student = Student(language)
    if before:
        student.says(before)
    said = one(student.says("ask_reason"))
    assert (said.response, said.answer["outcome"]) == ("utter_explanation_unclear", "clarify")
    assert "international@insa-rouen.fr" in said.text


def test_a_procedure_without_reasons_is_not_known(student):
    student.says("ask_phone")
    said = one(student.says("ask_reason", "why?"))
    assert (said.response, said.answer["outcome"]) == ("utter_explanation_not_known", "not_known")


@pytest.mark.parametrize(("intent", "entities", "told"), [
    ("ask_meals", {}, "A Crous meal cost"),
    ("ask_visa_documents", {}, "99 euros"),
    ("ask_bank", {}, "a first deposit"),
    ("ask_home_internet", {}, "10 €"),
])  # fmt: skip
def test_how_much_tells_the_costs_of_what_was_answered(student, intent, entities, told):
    student.says(intent, **entities)
    said = one(student.says("ask_programme_price", "how much is it?"))
    assert (said.answer["outcome"], told in said.text) == ("answered", True)


@pytest.mark.parametrize(("language", "text"), [("en", "my data does not say"), ("fr", "mes données ne le disent pas")])
@pytest.mark.parametrize("intent", ["ask_phone", "ask_library"])
def test_how_much_of_what_has_no_price_is_not_known(real_facts, intent, language, text):
    student = Student(language)
    student.says(intent)
    said = one(student.says("ask_programme_price", "how much?"))
    assert (said.answer["outcome"], text in said.text) == ("not_known", True)


def test_where_to_register_is_about_what_was_answered(student):
    student.says("ask_bank")
    assert "step by step" in one(student.says("ask_programme_registration", "where do I register?")).text


def test_what_are_the_steps_as_first_words_is_what_it_is_most_like(student):
    ranking = [("ask_method", 0.95), ("ask_application_procedure", 0.5), ("start_plan", 0.48), ("ask_visa", 0.1)]
    said = one(student.says("ask_method", "what are the steps?", ranking=ranking))
    assert said.answer["outcome"] == "clarify"
    assert list(said.choices.values()) == ["/ask_application_procedure", "/start_plan"]


def test_why_as_first_word_is_asked_back(student):
    said = one(student.says("ask_reason", "why?", ranking=[("ask_reason", 0.98), ("ask_visa", 0.1)]))
    assert said.response == "utter_explanation_unclear"
