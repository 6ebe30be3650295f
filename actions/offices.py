"""Whom to ask: the office named wherever the database holds no fact. Its mailbox and phone come from the database."""

from typing import Mapping, Optional, Tuple

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
    """Return `office_name`, `office_email` and `office_phone` of a desk, and where they come from.

    A desk without a mailbox gives way to the international office: whoever is named can be written to.
    """
    contact = _reachable(session, code)
    if contact is None:
        return {"office_name": "", "office_email": "", "office_phone": ""}, ()
    variables = {
        "office_name": localised(contact.name, language) or contact.code,
        "office_email": contact.email or "",
        "office_phone": contact.phone or "",
    }
    return variables, (contact.provenance,)


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

    `response` may use {office_name}, {office_email}, {office_phone} besides its own `variables`; it names the office.
    `provenance` is that of related facts that the reply tells all the same.
    """
    office, office_provenance = office_variables(session, question.language, code)
    return Reply(
        response,
        topic=topic,
        outcome=Outcome.NOT_KNOWN,
        variables={**office, **(variables or {})},
        provenance=(*provenance, *office_provenance),
        cards=cards,
        buttons=buttons,
    )


def _reachable(session: Session, code: str) -> Optional[Contact]:
    for candidate in (code, INTERNATIONAL_OFFICE):
        contact = contact_by_code(session, code=candidate)
        if contact is not None and contact.email:
            return contact
    return None
