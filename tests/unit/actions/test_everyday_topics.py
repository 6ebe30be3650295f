"""Answers on papers, money, studies and daily life."""

import datetime as dt
from dataclasses import replace

import pytest
import yaml
from completeness import assert_complete, one
from conversation_partner import Student

from actions.everyday_topics import MOST_LINES
from actions.holdings import HOLDINGS, intent_about
from actions.holdings.holding import Holding
from actions.holdings.sources import Procedure
from actions.intent_topics import INTENT_TOPICS
from bot.mobility.database import session_scope
from bot.mobility.procedures import find_procedures, procedure_by_code
from bot.settings import PROJECT_ROOT

RULE_FILES = ("papers", "money", "studies", "living")
NOTHING_HELD = {
    "ask_liability_insurance", "ask_transcript", "ask_exams", "ask_resits", "ask_grading", "ask_attendance",
    "ask_disability_support",
}  # fmt: skip
PARTLY_KNOWN = {
    "ask_doctor", "ask_tuition_fees", "ask_scholarship", "ask_ects", "ask_timetable", "ask_academic_calendar",
    "ask_language_level", "ask_buddy", "ask_library", "ask_shopping",
}  # fmt: skip
ASKS_BACK = {"ask_documents"}


def outcome_of(intent):
    if intent in ASKS_BACK:
        return "clarify"
    return "not_known" if intent in NOTHING_HELD | PARTLY_KNOWN else "answered"


def lines(said):
    """The facts of an answer."""
    return said.variables["facts"].splitlines()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", HOLDINGS)
def test_every_answer_is_complete(real_facts, intent, language):
    said = one(Student(language).says(intent))
    assert_complete(said, language)
    assert (said.answer["topic"], said.answer["outcome"]) == (HOLDINGS[intent].topic, outcome_of(intent))


@pytest.mark.parametrize("nationality", ["eu", "non_eu", "algeria"])
@pytest.mark.parametrize("stay", ["exchange", "degree"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", HOLDINGS)
def test_every_answer_is_complete_for_every_student(real_facts, intent, language, nationality, stay):
    said = one(Student(language).says(intent, nationality=nationality, stay=stay))
    assert_complete(said, language)
    assert said.answer["outcome"] in ("answered", "not_known")


def test_the_table_holds_exactly_the_intents_of_the_rules():
    rules = [
        rule
        for name in RULE_FILES
        for rule in yaml.safe_load((PROJECT_ROOT / "data" / "rules" / f"{name}.yml").read_text("utf-8"))["rules"]
    ]
    assert {rule["steps"][0]["intent"] for rule in rules} == set(HOLDINGS)


@pytest.mark.parametrize("intent", HOLDINGS)
def test_the_database_holds_what_the_table_says(student, intent):
    is_empty = one(student.says(intent)).response == "utter_everyday_topic_not_known"
    assert is_empty == (intent in NOTHING_HELD) == (not HOLDINGS[intent].facts)


def test_every_procedure_of_the_table_is_in_the_database(real_facts):
    named = {code for holding in HOLDINGS.values() for code in holding.procedures}
    with session_scope() as session:
        assert not [code for code in named if procedure_by_code(session, code=code) is None]


def test_procedures_lead_to_the_intent_that_tells_about_them(real_facts):
    with session_scope() as session:
        codes = {procedure.code for procedure in find_procedures(session)}
    assert all(intent_about(code) in INTENT_TOPICS for code in codes)
    assert intent_about("nothing") is None


@pytest.mark.parametrize(("procedure", "intent"), [
    ("cvec", "ask_cvec"), ("bank", "ask_bank"), ("visale", "ask_guarantor"), ("caf", "ask_housing_aid"),
    ("visa_types", "ask_visa"), ("visa_application", "ask_visa_application"), ("registration", "ask_registration"),
    ("social_security_eu", "ask_european_health_card"), ("social_security_non_eu", "ask_social_security"),
    ("vls_ts_validation", "ask_visa_validation"), ("transport", "ask_transport"), ("meals", "ask_meals"),
    ("crous_room", "ask_residence_application"), ("insa_application", "ask_application_procedure"),
])  # fmt: skip
def test_a_procedure_leads_to_the_intent_about_it(procedure, intent):
    assert intent_about(procedure) == intent


@pytest.mark.parametrize(("intent", "fact"), [
    ("ask_visa", "Students from the EU, the EEA and Switzerland need no visa."),
    ("ask_visa_application", "france-visas.gouv.fr"),
    ("ask_visa_cost", "99 euros (undated page)"),
    ("ask_visa_documents", "615 euros a month"),
    ("ask_visa_validation", "Within three months of arrival"),
    ("ask_visa_validation_cost", "from 50 to 100 euros"),
    ("ask_residence_permit", "Algerian nationals ask for their residence permit within two months"),
    ("ask_residence_permit_renewal", "between four and two months"),
    ("ask_registration", "the registrar's office handles it"),
    ("ask_health_insurance", "until the end of September"),
    ("ask_social_security", "etudiant-etranger.ameli.fr"),
    ("ask_european_health_card", "before leaving"),
    ("ask_complementary_insurance", "optional"),
    ("ask_cvec", "exchange students at INSA Rouen do not pay"),
    ("ask_cvec_exemption", "exchange students at INSA Rouen do not pay"),
    ("ask_cvec_amount", "103 euros in 2024-2025"),
    ("ask_cvec_payment", "opens on 1 May"),
    ("ask_cvec_refund", "31 May"),
    ("ask_housing_aid", "within three months"),
    ("ask_housing_aid_application", "To be done before: **French bank account**."),
    ("ask_housing_aid_amount", "100 to 250 euros a month, according to the press (2026)"),
    ("ask_guarantor", "before signing the lease"),
    ("ask_home_insurance", "(2017-2020)"),
    ("ask_inspection", "do the inspection"),
    ("ask_bank", "only once in France"),
    ("ask_living_costs", "Rent: 308 to 385 € (2018-2019)"),
    ("ask_student_job", "964 hours a year"),
    ("ask_learning_agreement", "courses of semesters 5 to 10"),
    ("ask_french_classes", "level B2"),
    ("ask_double_degree", "22 double degrees"),
    ("ask_internship", "30 ECTS"),
    ("ask_arrival", "Paris Saint-Lazare"),
    ("ask_first_days", "get the keys"),
    ("ask_transport", "terminus Technopôle"),
    ("ask_transport_pass", "costs 55 euros (March 2022)"),
    ("ask_bicycle", "677 bicycles"),
    ("ask_phone", "SIM card"),
    ("ask_home_internet", "**10 € per month**"),
    ("ask_meals", "3.30 euros in September 2024"),
    ("ask_sport", "sports association"),
    ("ask_associations", "bde@insa-rouen.fr"),
    ("ask_arts", "Carte Culture"),
    ("ask_digital_services", "moodle.insa-rouen.fr"),
    ("ask_campus_life", "student union"),
])  # fmt: skip
def test_the_fact_that_answers_is_told_at_once(student, intent, fact):
    assert fact in one(student.says(intent)).text


def test_facts_that_do_not_answer_are_told_as_what_is_known_besides(student):
    said = one(student.says("ask_tuition_fees"))
    assert said.answer["outcome"] == "not_known"
    assert "my data does not hold the full answer" in said.text
    assert "2,770 euros" in said.text


def test_what_is_not_held_is_said_plainly(etudiant):
    said = one(etudiant.says("ask_resits"))
    assert said.response == "utter_everyday_topic_not_known"
    assert "Les rattrapages" in said.text


@pytest.mark.parametrize("intent", sorted(NOTHING_HELD))
def test_the_age_of_the_office_is_no_warning_where_nothing_is_told(student, intent):
    said = one(student.says(intent))
    assert [source["as_of"] for source in said.answer["sources"]] == ["2020-2021"]
    assert said.variables["notes"] == ""


def test_conflicting_amounts_are_all_told_the_latest_first(student):
    told = [*lines(one(student.says("ask_visa_validation_cost"))), *lines(one(student.says("find_more")))]
    assert "finance law 2026" in told[0]
    assert [amount for amount in (50, 60, 75) if not any(f"costs {amount} euros" in line for line in told)] == []


def test_an_amount_bears_its_year_once(student):
    for intent in ("ask_cvec_amount", "ask_transport_pass", "ask_home_insurance", "ask_visa_cost", "ask_meals"):
        for line in lines(one(student.says(intent))):
            assert line.count("2024-2025") <= 1
            assert line.count("undated page") <= 1


@pytest.mark.parametrize(("intent", "service"), [
    ("ask_cvec", "cvec.etudiant.gouv.fr"),
    ("ask_residence_permit", "administration-etrangers-en-france.interieur.gouv.fr"),
])  # fmt: skip
def test_the_official_service_is_named_once(student, intent, service):
    assert one(student.says(intent)).text.count(f"https://{service}") == 1


@pytest.mark.parametrize(("language", "days"), [
    ("en", ("1 January (New Year's Day)", "29 March (Easter Monday)", "11 November (Armistice of 1918)")),
    ("fr", ("1er janvier (Jour de l'An)", "29 mars (Lundi de Pâques)", "11 novembre (Armistice 1918)")),
])  # fmt: skip
def test_public_holidays_are_those_to_come(real_facts, monkeypatch, language, days):
    monkeypatch.setattr("actions.holdings.sources.school_today", lambda: dt.date(2026, 12, 31))
    text = one(Student(language).says("ask_public_holidays")).text
    assert "2026" not in text.split("**2027**")[0]
    assert all(day in text for day in days)


class TestLongAnswers:
    def test_more_tells_the_rest_and_nothing_twice(self, student):
        first = one(student.says("ask_residence_permit_renewal"))
        assert first.choices == {"More": "/find_more"}
        assert len(lines(first)) == MOST_LINES
        told = list(lines(first))
        while (said := one(student.says("find_more"))).response != "utter_list_end":
            assert_complete(said, "en")
            told += lines(said)
        assert len(told) == len(set(told)) > 2 * MOST_LINES

    def test_the_page_shown_comes_again_in_another_language(self, student):
        student.says("ask_residence_permit_renewal")
        english = one(student.says("find_more"))
        french = one(student.says("change_language", requested_language="fr"))
        assert len(lines(french)) == len(lines(english))
        assert [s["url"] for s in french.answer["sources"]] == [s["url"] for s in english.answer["sources"]]

    def test_a_short_answer_leaves_more_to_the_list_before_it(self, student):
        student.says("find_courses", "courses in S9", semester="9")
        student.says("ask_phone")
        assert one(student.says("find_more")).variables["first"] == "6"

    def test_a_list_outlives_a_long_answer(self, student):
        student.says("find_courses", "courses in S9", semester="9")
        student.says("ask_bank")
        student.says("find_more")
        said = one(student.says("ask_item", "the second course", ordinal="2"))
        assert said.response == "utter_course_details"


class TestWhoAsks:
    def test_exchange_students_do_not_pay_the_cvec(self, student):
        said = one(student.says("ask_cvec_amount", stay="exchange"))
        assert "(Exchange)" in said.text
        assert "do not pay" in said.text
        assert "euros" not in said.text

    def test_degree_students_pay_it(self, student):
        said = one(student.says("ask_cvec_exemption", stay="degree"))
        assert "Double-degree students pay the CVEC" in said.text
        assert "exchange students at INSA Rouen do not pay" not in said.text

    def test_a_programme_named_as_ones_own_says_which_stay(self, student):
        assert "(Degree or double degree)" in one(student.says("ask_cvec_amount", programme="double_degree")).text
        assert "(Exchange)" in one(student.says("ask_cvec_amount", programme="exchange")).text

    def test_who_the_student_is_is_remembered_over_other_topics(self, student):
        student.says("ask_visa", nationality="eu")
        student.says("find_courses", "courses in S9", semester="9")
        said = one(student.says("ask_housing_aid"))
        assert "(EU, EEA or Switzerland)" in said.text
        assert "Since 1 July 2026" not in said.text

    def test_it_is_remembered_whatever_it_was_said_with(self, student):
        student.says("find_courses", "I am on exchange, courses in S9?", semester="9", stay="exchange")
        assert "(Exchange)" in one(student.says("ask_cvec_amount")).text

    def test_starting_over_forgets_it(self, student):
        student.says("ask_visa", nationality="eu")
        student.says("start_over")
        assert "(EU" not in one(student.says("ask_housing_aid")).text

    def test_a_follow_up_asks_for_other_students(self, student):
        student.says("ask_student_job", nationality="eu")
        said = one(student.says("change_criteria", "and for Algerians?", nationality=("algeria", "Algerians")))
        assert "850 hours" in said.text
        assert "(Algeria)" in said.text
        assert student.slots["topic_intent"] == "ask_student_job"

    def test_two_nationalities_named_are_both_answered(self, student):
        said = one(student.says("ask_student_job", nationality=["eu", "non_eu"]))
        assert "like French students" in said.text
        assert "964 hours" in said.text

    def test_where_nothing_is_held_for_the_student_all_is_told(self, student):
        said = one(student.says("ask_visa_validation", nationality="eu"))
        assert "ANEF" in said.text
        assert "(EU" not in said.text

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_long_answer_that_depends_on_it_is_asked_back_about(self, real_facts, language):
        student = Student(language)
        asked = one(student.says("ask_documents"))
        assert (asked.response, asked.answer["outcome"]) == ("utter_nationality_missing", "clarify")
        told = {}
        for payload in asked.choices.values():
            said = one(student.presses(payload))
            assert said.answer["outcome"] == "answered"
            told[payload] = said.text
        assert len(set(told.values())) == len(told) == 3

    def test_the_kind_of_stay_is_asked_where_that_matters(self, student, monkeypatch):
        amounts_first = Holding("cvec", (Procedure("cvec", ("cost", "rule")),))
        monkeypatch.setitem(HOLDINGS, "ask_cvec", amounts_first)
        asked = one(student.says("ask_cvec"))
        assert asked.response == "utter_stay_missing"
        assert asked.choices == {
            "Exchange": '/ask_cvec{"stay": "exchange"}',
            "Degree or double degree": '/ask_cvec{"stay": "degree"}',
        }

    def test_an_audience_that_only_some_facts_mention_is_not_asked_about(self, student, monkeypatch):
        one_camp = replace(HOLDINGS["ask_residence_permit_renewal"])
        monkeypatch.setitem(HOLDINGS, "ask_cvec", one_camp)
        assert one(student.says("ask_cvec")).answer["outcome"] == "answered"


def test_another_procedure_named_after_an_answer_is_a_new_question(student):
    student.says("ask_visa", nationality="eu")
    said = one(student.says("change_criteria", "and the CVEC?", procedure=("cvec", "CVEC")))
    assert said.answer["topic"] == "cvec"


def test_the_same_in_french(student):
    student.says("ask_cvec")
    said = one(student.says("change_language", requested_language="fr"))
    assert "ne paient pas la CVEC" in said.text
