"""The project's own data on procedures, life on the campus and public holidays."""

import datetime as dt
from graphlib import TopologicalSorter

import pytest
from sqlalchemy import select

from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility import campus, holidays, models, names, procedures
from bot.topics import TOPICS

HELD_BY_PROCEDURES = {
    "ask_visa": ("visa_types", "rule"),
    "ask_visa_application": ("visa_application", "step"),
    "ask_visa_cost": ("visa_application", "cost"),
    "ask_visa_documents": ("visa_application", "document"),
    "ask_visa_validation": ("vls_ts_validation", "step"),
    "ask_visa_validation_cost": ("vls_ts_validation", "cost"),
    "ask_residence_permit": ("residence_permit_renewal", "rule"),
    "ask_residence_permit_renewal": ("residence_permit_renewal", "step"),
    "ask_registration": ("registration", "step"),
    "ask_documents": ("registration", "document"),
    "ask_health_insurance": ("health_other", "rule"),
    "ask_social_security": ("social_security_non_eu", "step"),
    "ask_european_health_card": ("social_security_eu", "step"),
    "ask_complementary_insurance": ("complementary_health", "rule"),
    "ask_cvec": ("cvec", "rule"),
    "ask_cvec_amount": ("cvec", "cost"),
    "ask_cvec_payment": ("cvec", "step"),
    "ask_cvec_refund": ("cvec", "deadline"),
    "ask_housing_aid": ("caf", "rule"),
    "ask_housing_aid_application": ("caf", "step"),
    "ask_housing_aid_amount": ("caf", "cost"),
    "ask_guarantor": ("visale", "step"),
    "ask_home_insurance": ("home_insurance", "step"),
    "ask_inspection": ("insa_residence", "step"),
    "ask_bank": ("bank", "step"),
    "ask_living_costs": ("budget", "rule"),
    "ask_tuition_fees": ("tuition", "cost"),
    "ask_student_job": ("work", "rule"),
    "ask_language_level": ("language_proof", "step"),
    "ask_learning_agreement": ("insa_application", "step"),
    "ask_arrival": ("arrival_train", "step"),
    "ask_transport": ("transport", "step"),
    "ask_transport_pass": ("transport", "cost"),
    "ask_bicycle": ("bicycle", "step"),
    "ask_phone": ("phone", "step"),
    "ask_meals": ("meals", "cost"),
    "report_emergency": ("emergency", "step"),
}
"""An aspect of a procedure that the answer to an intent cannot do without."""

HELD_BY_CAMPUS = {
    "ask_arrival": "getting_there",
    "ask_buddy": "integration",
    "ask_sport": "sport",
    "ask_associations": "associations",
    "ask_arts": "arts",
    "ask_library": "library",
    "ask_digital_services": "digital",
    "ask_meals": "food",
    "ask_shopping": "shopping",
    "ask_campus_life": "campus",
    "ask_doctor": "health",
}


def told(session, procedure, **narrowed):
    found = procedures.find_procedure_statements(session, procedure=procedure, **narrowed)
    return {statement.code: statement for statement in found}


def amounts(session, procedure, **narrowed):
    found = told(session, procedure, **narrowed).values()
    return {(statement.amount, statement.provenance.as_of) for statement in found if statement.amount is not None}


@pytest.mark.parametrize("intent", HELD_BY_PROCEDURES)
def test_what_the_answer_to_an_intent_needs_of_a_procedure_is_there(full_session, intent):
    procedure, aspect = HELD_BY_PROCEDURES[intent]
    assert procedures.procedure_by_code(full_session, code=procedure)
    assert told(full_session, procedure, aspects=(aspect,))


@pytest.mark.parametrize("intent", HELD_BY_CAMPUS)
def test_what_the_answer_to_an_intent_needs_of_life_on_the_campus_is_there(full_session, intent):
    assert campus.find_campus_statements(full_session, aspect=HELD_BY_CAMPUS[intent])


def test_every_procedure_has_a_topic_a_place_in_the_order_and_statements(full_session):
    found = procedures.find_procedures(full_session)
    assert len(found) == 28
    for procedure in found:
        assert procedure.topic in TOPICS
        assert told(full_session, procedure.code), procedure.code
    positions = full_session.scalars(select(models.Procedure.position)).all()
    assert len(set(positions)) == len(positions)


@pytest.mark.parametrize("model", [models.ProcedureStatement, models.CampusStatement])
def test_statements_stand_alone_in_every_language_and_are_told_once(full_session, model):
    texts = [row.text for row in full_session.scalars(select(model))]
    for language in SUPPORTED_LANGUAGES:
        lines = [text[language] for text in texts]
        assert len(set(lines)) == len(lines)
        assert all(line.endswith(".") for line in lines)
    assert all(text["en"] != text["fr"] for text in texts)


def test_statements_of_an_aspect_have_a_place_each(full_session):
    model = models.ProcedureStatement
    places = full_session.execute(select(model.procedure_code, model.aspect, model.position)).all()
    assert len(set(places)) == len(places)


def test_no_procedure_waits_for_itself_and_what_comes_before_stands_before(full_session):
    order = [procedure.code for procedure in procedures.find_procedures(full_session)]
    graph = {
        code: [before.procedure.code for before in procedures.required_before(full_session, procedure=code)]
        for code in order
    }
    assert sum(map(len, graph.values())) == 16
    assert set(TopologicalSorter(graph).static_order()) == set(order)
    for code, before in graph.items():
        assert all(order.index(other) < order.index(code) for other in before), code


def test_exchange_students_pay_no_cvec_and_degree_students_hear_every_amount_with_its_year(full_session):
    assert amounts(full_session, "cvec", stay="exchange") == set()
    assert "cvec_rule_exchange" in told(full_session, "cvec", stay="exchange")
    degree = amounts(full_session, "cvec", stay="degree")
    assert {(103, "2024-2025"), (100, "2024-2025"), (100, "2023-2024"), (91, "2019-2020")} <= degree
    assert "cvec_rule_exchange" not in told(full_session, "cvec", stay="degree")


def test_amounts_that_sources_state_differently_are_all_kept(full_session):
    assert amounts(full_session, "vls_ts_validation", aspects=("cost",)) == {
        (50, None),
        (60, None),
        (75, None),
        (100, "2026-02"),
        (50, "2026-02"),
    }
    assert {amount for amount, _ in amounts(full_session, "visale", aspects=("rule",))} == {1300, 600, 425}


def test_each_nationality_hears_its_own_rules(full_session):
    assert told(full_session, "vls_ts_validation", nationality="non_eu")
    assert not told(full_session, "vls_ts_validation", nationality="algeria")
    assert not told(full_session, "vls_ts_validation", nationality="eu")
    assert set(told(full_session, "algerian_students", nationality="algeria"))
    assert not told(full_session, "algerian_students", nationality="non_eu")
    assert "caf_rule_non_eu_2026" in told(full_session, "caf", nationality="algeria")
    assert "caf_rule_non_eu_2026" not in told(full_session, "caf", nationality="eu")
    assert set(told(full_session, "visa_types", nationality="eu")) == {"visa_types_rule_eu_none"}
    assert set(told(full_session, "work", nationality="algeria")) == {"work_rule_algeria", "work_rule_vls_t"}


def test_public_holidays_of_two_years(full_session):
    for year in (2026, 2027):
        found = [holiday.date for holiday in holidays.find_public_holidays(full_session, year=year)]
        assert len(found) == 11
        assert {dt.date(year, 7, 14), dt.date(year, 11, 11), dt.date(year, 12, 25)} <= set(found)
    (next_one, *_) = holidays.find_public_holidays(full_session, after=dt.date(2026, 11, 23))
    assert (next_one.date, next_one.name["fr"]) == (dt.date(2026, 12, 25), "Noël")
    assert dt.date(2027, 3, 29) in {holiday.date for holiday in holidays.find_public_holidays(full_session)}


@pytest.mark.parametrize(
    ("name", "procedure"),
    [
        ("CVEC", "cvec"),
        ("carte vitale", "social_security_non_eu"),
        ("OFII", "vls_ts_validation"),
        ("Visale", "visale"),
        ("CAF", "caf"),
        ("APL", "caf"),
        ("EHIC", "social_security_eu"),
    ],
)
def test_procedures_are_found_by_what_students_call_them(full_session, name, procedure):
    assert [row.code for row in names.load_names(full_session) if (row.kind, row.name) == ("procedure", name)] == [
        procedure
    ]


def test_no_name_means_two_procedures(full_session):
    found = {(row.code, row.name.casefold()) for row in names.load_names(full_session) if row.kind == "procedure"}
    assert len({name for _, name in found}) == len(found)
