"""Whom to ask: the office named wherever the database holds no fact. Its mailbox and phone come from the database."""

from typing import Mapping, Optional, Tuple

from actions.formatting import format_texts
from actions.questions import Question
from actions.replies import Button, Card, Outcome, Reply
from bot.languages import localised
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.types import Contact, Provenance

INTERNATIONAL_OFFICE = "international_office"


def office_variables(
    session: Session, language: str, code: str = INTERNATIONAL_OFFICE
) -> Tuple[Mapping[str, str], Tuple[Provenance, ...]]:
    """Return name, mailbox, phone and address of a desk as `office_...`, and where they come from.

    A desk without a mailbox gives way to the international office: whoever is named can be written to.
    """
    contact = _reachable(session, code)
    if contact is None:
        return {"office_name": "", "office_email": "", "office_phone": "", "office_address": ""}, ()
    variables = {
        "office_name": localised(contact.name, language) or contact.code,
        "office_email": contact.email or "",
        "office_phone": contact.phone or "",
        "office_address": contact.address or "",
    }
    return variables, (contact.provenance,)


def tell_ways(office: Mapping[str, str], language: str, *, visit: bool = False) -> str:
    """Return how to reach the desk of these `office_variables`: mailbox, phone and, to `visit` it, the address."""
    ways = [office["office_email"], office["office_phone"], office["office_address"] if visit else ""]
    return format_texts([way for way in ways if way], language)


def not_known(
    session: Session,
    question: Question,
    topic: str,
    *,
    response: str = "utter_fact_not_known",
    variables: Optional[Mapping[str, str]] = None,
    code: str = INTERNATIONAL_OFFICE,
    provenance: Tuple[Provenance, ...] = (),
    cards: Tuple[Card, ...] = (),
    buttons: Tuple[Button, ...] = (),
) -> Reply:
    """Return the reply for a question that was understood but that the database holds no fact for.

    `response` may use {office_name}, {office_email}, {office_phone}, {office_address} besides its own `variables`; it
    names the office.
    `provenance` is that of related facts that the reply tells all the same.
    """
    office, office_provenance = office_variables(session, question.language, code)
    return Reply(
        response,
        topic=topic,
        outcome=Outcome.NOT_KNOWN,
        variables={**office, **(variables or {})},
        provenance=provenance,
        desk_provenance=office_provenance,
        cards=cards,
        buttons=buttons,
    )


def _reachable(session: Session, code: str) -> Optional[Contact]:
    for candidate in (code, INTERNATIONAL_OFFICE):
        contact = contact_by_code(session, code=candidate)
        if contact is not None and contact.email:
            return contact
    return None
