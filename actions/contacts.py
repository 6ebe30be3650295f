"""Whom to ask: desks and offices."""

from typing import Iterable, List

from actions.base import MobilityAction
from actions.facts import as_extra_paragraph, as_list, in_language
from actions.formatting import format_as_of
from actions.holdings import HOLDINGS
from actions.offices import INTERNATIONAL_OFFICE, not_known
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.normalisation import normalised
from bot.mobility.statements import find_offices
from bot.mobility.types import Contact

MOST_CONTACTS = 2
"""A name that fits more desks than this is answered with the first ones."""

SUITED = 0.5
"""Least score at which a desk is named for a question that names none: half of what is asked is its business."""


_DESK_WORDS = frozenset("bureau bureaux desk desks email mail office offices phone service services telephone".split())
"""Words of those who ask for a desk, which say nothing of what for."""


class ActionShowContact(MobilityAction):
    """How to reach the desk named, or the international office."""

    action_name = "action_show_contact"
    criteria = ("contact",)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell mailbox, phone, address and purpose of the desk."""
        named = question.entities.get("contact", ())
        if not named:
            subject = " ".join(word for word in question.text.split() if normalised(word) not in _DESK_WORDS)
            suited = next((match for match in find_offices(session, text=subject) if match.score >= SUITED), None)
            if suited is not None:
                return (self._tell(session, question, suited.contact, "utter_contact_suggested"),)
        codes = named[:MOST_CONTACTS] or (_office_of_last_answer(question),)
        contacts = [contact_by_code(session, code=code) for code in codes]
        return tuple(self._tell(session, question, contact) for contact in contacts if contact) or (
            not_known(session, question, "contact"),
        )

    def _tell(
        self, session: Session, question: Question, contact: Contact, response: str = "utter_contact_found"
    ) -> Reply:
        name, language = in_language(contact.name, question.language), question.language
        if not (contact.email or contact.phone or contact.address):
            return not_known(
                session, question, "contact", response="utter_contact_not_known",
                variables={"contact_name": name, "known": as_extra_paragraph(_purpose(contact, language))},
                provenance=(contact.provenance,),
            )
        return Reply(
            response, topic="contact", outcome=Outcome.ANSWERED,
            variables={"contact_name": name, "details": as_list(_details(contact, language))},
            provenance=(contact.provenance,),
        )


def _office_of_last_answer(question: Question) -> str:
    """Return the desk for what was talked about last: "which office?"."""
    holding = HOLDINGS.get(question.slots.get("topic_intent") or "")
    return holding.office if holding else INTERNATIONAL_OFFICE


def _details(contact: Contact, language: str) -> List[str]:
    known = {"email": contact.email, "phone": contact.phone, "address": contact.address}
    lines = [phrase(f"contact_{name}", language, **{name: value}) for name, value in known.items() if value]
    age = "contact_as_of" if contact.provenance.as_of else "contact_as_of_undated"
    return [
        _purpose(contact, language),
        *lines,
        phrase(age, language, as_of=format_as_of(contact.provenance, language)),
    ]


def _purpose(contact: Contact, language: str) -> str:
    return localised(contact.purpose, language) or ""
