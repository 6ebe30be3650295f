"""Visa, insurance, transport, money, daily life: what the database holds so far, and whom to ask for the rest."""

from dataclasses import dataclass
from typing import Iterable, Iterator, Mapping, Tuple

from actions.base import MobilityAction
from actions.facts import as_extra_paragraph, as_list, in_language, tell_deadline
from actions.intent_topics import topic_of
from actions.offices import INTERNATIONAL_OFFICE, not_known, office_variables
from actions.prices import tell_price
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.deadlines import find_deadlines
from bot.mobility.housing import find_prices, find_residence_statements, find_residences, residence_by_code
from bot.mobility.institution import find_institution_statements
from bot.mobility.programmes import find_programme_statements
from bot.mobility.types import Contact, Price, Provenance, Statement


@dataclass(frozen=True)
class Holdings:
    """Where the database holds facts on one subject."""

    answers: bool = False
    """Whether they answer the general question; otherwise they are told as what is known besides."""
    programmes: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()
    """Programmes with the aspects of their statements."""
    school: Tuple[str, ...] = ()
    """Aspects of the statements about the school."""
    residences: Tuple[str, ...] = ()
    """Aspects of the statements about residences."""
    deadlines: Tuple[str, ...] = ()
    """Subjects of deadlines."""
    prices: Tuple[str, ...] = ()
    """Kinds of prices of residences, by the month."""
    contacts: Tuple[str, ...] = ()
    """Desks that deal with it."""
    office: str = INTERNATIONAL_OFFICE
    """Whom to ask for the rest."""
    unknown_response: str = "utter_surrounding_topic_partly_known"
    """Response key where the facts do not answer the question."""


HOLDINGS: Mapping[str, Holdings] = {
    "ask_buddy": Holdings(contacts=("bde",)),
    "ask_arrival": Holdings(contacts=("astuce",)),
    "ask_housing_aid": Holdings(answers=True, deadlines=("housing_aid",), residences=("aid",)),
    "ask_guarantor": Holdings(answers=True, deadlines=("guarantor",), residences=("guarantor",)),
    "ask_learning_agreement": Holdings(programmes=(("exchange", ("credits", "content", "contact")),)),
    "ask_timetable": Holdings(school=("calendar", "internship")),
    "ask_exams": Holdings(),
    "ask_french_classes": Holdings(answers=True, programmes=(("french_courses", ("overview", "content")),)),
    "ask_double_degree": Holdings(
        answers=True, programmes=(("double_degree", ("overview", "registration", "content", "partners")),)
    ),
    "check_partner": Holdings(school=("partners",), unknown_response="utter_partner_not_known"),
    "ask_visa": Holdings(deadlines=("visa_validation",)),
    "ask_residence_permit": Holdings(answers=True, deadlines=("visa_validation", "residence_permit")),
    "ask_health_insurance": Holdings(answers=True, deadlines=("health_insurance",), contacts=("registrar", "ameli")),
    "ask_cvec": Holdings(answers=True, programmes=(("double_degree", ("cvec",)),), deadlines=("cvec",)),
    "ask_bank": Holdings(),
    "ask_phone": Holdings(prices=("internet",)),
    "ask_transport": Holdings(residences=("location",), contacts=("astuce", "lovelo")),
    "ask_living_costs": Holdings(prices=("rent", "internet"), deadlines=("meals",)),
    "ask_scholarship": Holdings(programmes=(("sib", ("scholarship",)),)),
    "ask_documents": Holdings(programmes=(("exchange", ("registration",)),)),
    "ask_internship": Holdings(school=("internship",)),
    "ask_campus_life": Holdings(contacts=("bde", "culture"), office="bde"),
    "ask_disability_support": Holdings(),
}
"""What is held on the subject of each intent."""

Fact = Tuple[str, Provenance]
"""A line of the answer and where it comes from."""


class ActionShowSurroundingTopic(MobilityAction):
    """Tells what is held on the subject of the intent, and names the office for the rest."""

    action_name = "action_show_surrounding_topic"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the facts as the answer where they are one, else as what is known besides."""
        holdings, language = HOLDINGS[question.intent], question.language
        topic = topic_of(question.intent)
        subject = phrase(f"intent_{question.intent}", language)
        facts = tuple(_find_facts(session, holdings, language))
        lines, provenance = as_list(line for line, _ in facts), tuple(origin for _, origin in facts)
        if not facts:
            return (
                not_known(
                    session, question, topic, response="utter_surrounding_topic_not_known",
                    variables={"subject": subject}, code=holdings.office,
                ),
            )
        if not holdings.answers:
            return (
                not_known(
                    session, question, topic, response=holdings.unknown_response,
                    variables={"subject": subject, "known": as_extra_paragraph(lines)},
                    code=holdings.office, provenance=provenance,
                ),
            )
        office, _ = office_variables(session, language, holdings.office)
        return (
            Reply(
                "utter_surrounding_topic_found", topic=topic, outcome=Outcome.ANSWERED,
                variables={"subject": subject, "facts": lines, **office},
                provenance=provenance,
            ),
        )


def _find_facts(session: Session, holdings: Holdings, language: str) -> Iterator[Fact]:
    for statement in _find_statements(session, holdings):
        yield in_language(statement.text, language), statement.provenance
    for subject in holdings.deadlines:
        for deadline in find_deadlines(session, subject=subject):
            yield tell_deadline(deadline, language), deadline.provenance
    for kind in holdings.prices:
        for price in find_prices(session, kind=kind):
            if price.period == "month":
                yield _price_line(session, price, language), price.provenance
    for code in holdings.contacts:
        contact = contact_by_code(session, code=code)
        if contact is not None:
            yield _contact_line(contact, language), contact.provenance


def _find_statements(session: Session, holdings: Holdings) -> Iterator[Statement]:
    for programme, aspects in holdings.programmes:
        for aspect in aspects:
            yield from find_programme_statements(session, programme=programme, aspect=aspect)
    for aspect in holdings.school:
        yield from find_institution_statements(session, aspect=aspect)
    for aspect in holdings.residences:
        for residence in find_residences(session):
            yield from find_residence_statements(session, residence=residence.code, aspect=aspect)


def _price_line(session: Session, price: Price, language: str) -> str:
    residence = residence_by_code(session, code=price.residence)
    line = tell_price(price, language)
    if residence is None:
        return line
    return phrase("price_line_residence", language, residence=in_language(residence.name, language), line=line)


def _contact_line(contact: Contact, language: str) -> str:
    parts = (localised(contact.purpose, language), contact.email, contact.phone, contact.address)
    details = ", ".join(part.rstrip(".") for part in parts if part)
    return phrase("contact_line", language, contact=in_language(contact.name, language), details=details)
