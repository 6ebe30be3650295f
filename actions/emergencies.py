"""Emergencies: the numbers to call before anything else, and the desk of the school for afterwards."""

from typing import Iterable, Mapping, NamedTuple, Tuple

from actions.base import MobilityAction
from actions.facts import as_list, in_language, provenance_of
from actions.offices import not_known, office_variables, tell_ways
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.types import Contact


class Emergency(NamedTuple):
    """How one kind of emergency is answered."""

    response: str
    """Response key: a sentence for the student, and the desk."""
    numbers: Tuple[str, ...]
    """Contacts to call, the most important first."""


EMERGENCIES: Mapping[str, Emergency] = {
    "report_emergency": Emergency("utter_emergency_numbers", ("emergency_eu", "samu", "police", "fire", "sms114")),
    "report_distress": Emergency("utter_distress_numbers", ("emergency_eu", "samu", "police", "sms114")),
    "report_homelessness": Emergency("utter_homelessness_numbers", ("emergency_eu", "police", "sms114")),
}


class ActionShowEmergencyNumbers(MobilityAction):
    """The emergency numbers, in the first line of the answer; then the desk to turn to."""

    action_name = "action_show_emergency_numbers"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the numbers, what each is for, and the desk."""
        emergency = EMERGENCIES.get(question.intent, EMERGENCIES["report_emergency"])
        found = [contact_by_code(session, code=code) for code in emergency.numbers]
        contacts = [contact for contact in found if contact is not None and contact.phone]
        if not contacts:
            return (not_known(session, question, "emergency", response="utter_emergency_numbers_not_known"),)
        office, office_provenance = office_variables(session, question.language)
        return (
            Reply(
                emergency.response, topic="emergency", outcome=Outcome.HANDED_OVER,
                variables={
                    "numbers": " · ".join(contact.phone or "" for contact in contacts),
                    "lines": as_list(_line(contact, question.language) for contact in contacts),
                    "office_name": office["office_name"],
                    "reach": tell_ways(office, question.language, visit=True),
                },
                # These numbers stay what they are; nobody in need shall stop at a note on the age of the page.
                desk_provenance=(*provenance_of(contacts), *office_provenance),
            ),
        )


def _line(contact: Contact, language: str) -> str:
    purpose = localised(contact.purpose, language) or in_language(contact.name, language)
    return phrase("emergency_line", language, phone=contact.phone, purpose=purpose)
