"""Applying for an exchange: until when, in which steps, and the nomination by the home university."""

from dataclasses import replace
from typing import Iterable, List, Tuple

from actions.base import MobilityAction, Turn
from actions.explanations import aspect_of_last_answer
from actions.facts import (
    as_extra_paragraph,
    as_list,
    in_language,
    offer,
    provenance_of,
    tell_deadline,
)
from actions.factsheets import further_replies, institutions_named, named_replies
from actions.intent_topics import topic_of
from actions.offices import not_known, office_variables
from actions.programme_action import ATTENDED_FOR_LONG, EXCHANGE
from actions.programmes import ActionShowProgrammeRegistration
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.responding import respond_to_intent
from actions.short_messages import is_short
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.deadlines import find_deadlines
from bot.mobility.programmes import find_programme_statements
from bot.mobility.types import Deadline, Statement

APPLICATION = "exchange_application"
"""Subject of the deadlines for the application of exchange students."""


_OF_ROOMS = ("ask_residence_eligibility", "ask_residence_application")
"""Intents that say who may apply for a room, and how."""


class ActionShowApplicationDeadline(MobilityAction):
    """Until when to apply for an exchange, for the term named or for all."""

    action_name = "action_show_application_deadline"
    criteria = ("term", "programme")

    def respond(self, session: Session, question: Question) -> Turn:
        """Take a bare "deadline?" for that of the procedure talked about."""
        return aspect_of_last_answer(session, question, "deadline") or super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the deadlines, and that the source states no year where it does not."""
        if _is_about_short_programme(question):
            return ActionShowProgrammeRegistration().answer(session, question)
        deadlines = _application_deadlines(session, question.entities.get("term", ()))
        if not deadlines:
            return (_say_unknown(session, question, "utter_application_deadline_not_known"),)
        language = question.language
        lacks_year = any(deadline.date is None and deadline.month is not None for deadline in deadlines)
        office, _ = office_variables(session, language)
        return (
            Reply(
                "utter_application_deadline_found", topic="application_deadline", outcome=Outcome.ANSWERED,
                variables={
                    "deadlines": as_list(tell_deadline(deadline, language) for deadline in deadlines),
                    "missing_year": as_extra_paragraph(phrase("deadline_missing_year", language) if lacks_year else ""),
                    **office,
                },
                provenance=provenance_of(deadlines),
                buttons=offer(language, "ask_application_procedure", "ask_nomination"),
            ),
        )


class ActionShowApplicationProcedure(MobilityAction):
    """The steps of the application: nomination, then the online form."""

    action_name = "action_show_application_procedure"
    criteria = ("programme",)

    def respond(self, session: Session, question: Question) -> Turn:
        """Take "who can apply?" and "how do I apply?", said of housing, for questions about rooms."""
        if not is_short(question) or question.named("programme") or not _is_about_housing(question):
            return super().respond(session, question)
        turns = [respond_to_intent(session, replace(question, intent=intent)) for intent in _OF_ROOMS]
        told = [turn for turn in turns if turn is not None]
        replies = [reply for turn in told for reply in turn.replies]
        known = [reply for reply in replies if reply.outcome is Outcome.ANSWERED] or replies
        return Turn(tuple(known), told[-1].memory) if told else super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell who may apply, the nomination, the form, and until when."""
        if _is_about_short_programme(question):
            return ActionShowProgrammeRegistration().answer(session, question)
        statements = _exchange_statements(session, "eligibility", "nomination", "registration")
        if not statements:
            return (_say_unknown(session, question, "utter_application_procedure_not_known"),)
        deadlines = [item for item in find_deadlines(session, subject=APPLICATION) if item.terms]
        office, _ = office_variables(session, question.language)
        return (
            Reply(
                "utter_application_procedure_found", topic="application_deadline", outcome=Outcome.ANSWERED,
                variables={"steps": _told(statements, deadlines, question.language), **office},
                provenance=(*provenance_of(statements), *provenance_of(deadlines)),
                buttons=offer(question.language, "ask_application_deadline", "ask_documents"),
            ),
        )


class ActionShowNomination(MobilityAction):
    """How the home university nominates its students."""

    action_name = "action_show_nomination"
    criteria = ("institution", "term")

    def read(self, session: Session, question: Question) -> Question:
        """Read the institution out of the text, where its factsheet says when it wants nominations."""
        named = institutions_named(session, question, "nomination")
        return question.with_entities({"institution": named}) if named else question

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell how nomination works; of an institution that the question names, what its factsheet says."""
        named = named_replies(session, question, "nomination")
        if named:
            return named
        return (*self._answer_for_the_school(session, question), *further_replies(session, question, "nomination"))

    def _answer_for_the_school(self, session: Session, question: Question) -> Iterable[Reply]:
        statements = _exchange_statements(session, "nomination")
        deadlines = list(find_deadlines(session, subject="nomination"))
        if not (statements or deadlines):
            return (not_known(session, question, "nomination", response="utter_nomination_not_known"),)
        office, _ = office_variables(session, question.language)
        return (
            Reply(
                "utter_nomination_found", topic="nomination", outcome=Outcome.ANSWERED,
                variables={"facts": _told(statements, deadlines, question.language), **office},
                provenance=(*provenance_of(statements), *provenance_of(deadlines)),
                buttons=offer(question.language, "ask_application_deadline", "check_partner"),
            ),
        )


def _is_about_short_programme(question: Question) -> bool:
    # "Until when can I apply for the Summer School?" is no question about an exchange.
    return any(programme not in ATTENDED_FOR_LONG for programme in question.entities.get("programme", ()))


def _say_unknown(session: Session, question: Question, response: str) -> Reply:
    return not_known(session, question, "application_deadline", response=response)


def _application_deadlines(session: Session, terms: Iterable[str]) -> Tuple[Deadline, ...]:
    found = [deadline for term in terms for deadline in find_deadlines(session, subject=APPLICATION, term=term)]
    # A deadline for autumn and for the year is one: whoever names both reads it once.
    distinct = {deadline.code: deadline for deadline in found}
    return tuple(distinct.values()) or find_deadlines(session, subject=APPLICATION)


def _exchange_statements(session: Session, *aspects: str) -> List[Statement]:
    return [
        statement
        for aspect in aspects
        for statement in find_programme_statements(session, programme=EXCHANGE, aspect=aspect)
    ]


def _told(statements: Iterable[Statement], deadlines: Iterable[Deadline], language: str) -> str:
    lines = (in_language(statement.text, language) for statement in statements)
    return as_list((*lines, *(tell_deadline(deadline, language) for deadline in deadlines)))


def _is_about_housing(question: Question) -> bool:
    """Tell whether the last answer was about places to live."""
    return topic_of(question.slots.get("topic_intent") or "") in ("housing_search", "housing_price")
