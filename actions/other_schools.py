"""Another school or university is meant: which school the assistant speaks for, and whom to ask instead."""

from typing import Iterable

from actions.base import MobilityAction, Turn
from actions.conversation import as_answer
from actions.facts import as_extra_paragraph, as_list, in_language, provenance_of
from actions.offices import not_known, office_variables
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.institution import home_institution


class ActionShowOtherSchool(MobilityAction):
    """Says which school the assistant speaks for, and points to the other one's own international office."""

    action_name = "action_show_other_school"
    criteria = ("contact",)

    def respond(self, session: Session, question: Question) -> Turn:
        """Take the name of a university, said right after the partner check, for another one to look up."""
        return as_answer(session, question) or super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Name the school; tell the mailbox of the other one where it is known."""
        school = home_institution(session)
        if school is None:
            return (not_known(session, question, "out_of_scope"),)
        named = [contact_by_code(session, code=code) for code in question.entities.get("contact", ())]
        others = [contact for contact in named if contact and contact.email and not contact.is_school]
        language = question.language
        lines = [
            phrase("other_school_office", language, name=in_language(contact.name, language), email=contact.email)
            for contact in others
        ]
        office, office_provenance = office_variables(session, language)
        return (
            Reply(
                "utter_other_school", topic="out_of_scope", outcome=Outcome.FALLBACK,
                variables={
                    "school": in_language(school.name, language),
                    "others": as_extra_paragraph(as_list(lines)),
                    **office,
                },
                provenance=(school.provenance, *provenance_of(others)),
                desk_provenance=office_provenance,
            ),
        )
