import datetime as dt
from decimal import Decimal

import pytest

from bot.mobility import campus, holidays, names, procedures
from bot.mobility.types import NamedRow


def codes(rows):
    return [row.code for row in rows]


def statements(session, **audience):
    return codes(procedures.find_procedure_statements(session, procedure="visa", **audience))


def test_procedures_come_in_their_order_and_by_topic(session):
    assert codes(procedures.find_procedures(session)) == ["bank", "visa", "permit"]
    (visa,) = procedures.find_procedures(session, topic="visa")
    assert (visa.code, visa.topic, visa.url, visa.contact) == ("visa", "visa", "https://example.org/visa", None)
    assert visa.provenance.kind == "procedure"


def test_a_procedure_by_code_tells_its_desk_unless_that_is_a_draft(session):
    assert procedures.procedure_by_code(session, code="bank").contact.email == "office@example.org"
    assert procedures.procedure_by_code(session, code="permit").contact is None
    assert procedures.procedure_by_code(session, code="hidden_procedure") is None
    assert procedures.procedure_by_code(session, code="nothing") is None


def test_without_an_audience_every_statement_is_told_steps_first(session):
    assert statements(session) == ["look", "ask", "fee", "aid", "no_need", "validate"]


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ({"nationality": "eu"}, ["look", "ask", "aid"]),
        ({"nationality": "non_eu"}, ["look", "ask", "fee", "validate"]),
        ({"nationality": "algeria"}, ["look", "ask", "fee", "no_need"]),
        ({"stay": "exchange"}, ["look", "ask", "fee", "no_need", "validate"]),
        ({"stay": "degree"}, ["ask", "fee", "aid", "no_need", "validate"]),
        ({"nationality": "eu", "stay": "exchange"}, ["look", "ask"]),
        ({"aspects": ("rule", "cost")}, ["fee", "aid", "no_need", "validate"]),
        ({"aspects": ("cost",), "nationality": "algeria"}, ["fee"]),
        ({"aspects": ("document",)}, []),
    ],
)
def test_statements_are_narrowed_by_aspect_and_audience(session, audience, told):
    assert statements(session, **audience) == told


@pytest.mark.parametrize(
    "audience",
    [{"nationality": "french"}, {"nationality": "other_non_eu"}, {"stay": "holiday"}, {"aspects": ("price",)}],
)
def test_a_value_that_means_nothing_is_refused(session, audience):
    with pytest.raises(ValueError, match=r"'(french|other_non_eu|holiday|price)'"):
        statements(session, **audience)


def test_amounts_are_exact_and_say_what_they_are_for(session):
    fee, aid = procedures.find_procedure_statements(session, procedure="visa", aspects=("cost",))
    assert (fee.amount, fee.amount_max, fee.currency, fee.period) == (Decimal("99.00"), None, "EUR", "once")
    assert (aid.amount, aid.amount_max, aid.currency, aid.period) == (100, Decimal("250.50"), "EUR", "month")
    assert (aid.procedure, aid.aspect, aid.nationality, aid.stay) == ("visa", "cost", "eu", "degree")
    (card,) = procedures.find_procedure_statements(session, procedure="bank")
    assert (card.amount, card.currency, card.period, card.nationality, card.stay) == (None, None, None, "any", "any")
    assert (card.provenance.kind, card.provenance.as_of) == ("procedure_statement", "2018-2019")


def test_what_a_procedure_requires_comes_in_order_with_the_reason(session):
    bank, visa = procedures.required_before(session, procedure="permit")
    assert (bank.procedure.code, bank.reason, bank.procedure.contact.code) == ("bank", None, "office")
    assert (visa.procedure.code, visa.reason["fr"], visa.provenance.title["en"]) == ("visa", "texte", "text")
    assert procedures.required_before(session, procedure="bank") == ()


def test_campus_statements_by_aspect(session):
    assert len(campus.find_campus_statements(session)) == 3
    sport = campus.find_campus_statements(session, aspect="sport")
    assert [(statement.aspect, statement.provenance.kind) for statement in sport] == [("sport", "campus_statement")] * 2
    assert campus.find_campus_statements(session, aspect="library") == ()


@pytest.mark.parametrize(
    ("criteria", "days"),
    [
        ({}, ["2026-11-11", "2026-12-25", "2027-01-01"]),
        ({"year": 2026}, ["2026-11-11", "2026-12-25"]),
        ({"after": dt.date(2026, 11, 11)}, ["2026-12-25", "2027-01-01"]),
        ({"year": 2026, "after": dt.date(2026, 11, 30)}, ["2026-12-25"]),
        ({"year": 2028}, []),
    ],
)
def test_public_holidays_by_date(session, criteria, days):
    found = holidays.find_public_holidays(session, **criteria)
    assert [holiday.date.isoformat() for holiday in found] == days
    assert all(holiday.name["en"] and holiday.provenance.verified_on for holiday in found)


def test_procedures_are_named(session):
    found = names.load_names(session)
    assert NamedRow("procedure", "bank", "RIB") in found
    assert NamedRow("procedure", "bank", "texte") in found
    assert not any(row.code == "hidden_procedure" or row.name == "bank" for row in found)
