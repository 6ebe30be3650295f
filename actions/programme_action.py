"""What the answers about programmes share: which programme is meant, its topic, its sessions, what to ask next."""

import datetime as dt
from abc import ABC, abstractmethod
from typing import Any, Iterable, List, Mapping, Optional, Tuple

from actions.base import MobilityAction, Turn
from actions.facts import as_extra_paragraph, in_language, provenance_of, tell_statements
from actions.offices import INTERNATIONAL_OFFICE, not_known
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.school_day import school_today
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.programmes import find_programme_statements, next_edition, programme_by_code
from bot.mobility.types import Edition, Programme, Provenance

WELCOME_PROGRAMME = "welcome_programme"
SUMMER_SCHOOL = "summer_school"
EXCHANGE = "exchange"

TOPICS: Mapping[str, str] = {
    WELCOME_PROGRAMME: "welcome",
    SUMMER_SCHOOL: "summer_school",
    EXCHANGE: "application_deadline",
    "double_degree": "double_degree",
    "french_courses": "french_classes",
}
"""Topic of the answers about a programme; the others are a matter of the institution."""

ATTENDED_FOR_LONG = (EXCHANGE, "double_degree", "masters", "erasmus_icm")
"""Programmes by which students say who they are, when they name another one beside it."""

CHOICES = (WELCOME_PROGRAMME, SUMMER_SCHOOL, EXCHANGE)
"""Offered where the student names no programme."""

MOST_EDITIONS = 3
"""Coming sessions told at once: a year has no more."""


class ProgrammeAction(MobilityAction, ABC):
    """Answers one question about the programme that the student names, or named before."""

    criteria = ("programme",)
    context = ("programme",)

    missing: str
    """Phrase for what is not stated, after "I have no published information on"."""

    def respond(self, session: Session, question: Question) -> Turn:
        """Answer about a programme, unless something else is talked about and none is named."""
        elsewhere = None if question.named("programme") else self.respond_without_programme(session, question)
        return elsewhere or super().respond(session, question)

    def respond_without_programme(self, session: Session, question: Question) -> Optional[Turn]:
        """Return what the question means where it names no programme, if not the programme talked about before."""
        return None

    @abstractmethod
    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Return the answer, or None where the database holds none."""

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Answer about the programme named; ask which one where none is."""
        programme = _wanted(session, question)
        if programme is None:
            return (self.answer_without_programme(session, question),)
        return (self.tell(session, question, programme) or self._not_known(session, question, programme),)

    def answer_without_programme(self, session: Session, question: Question) -> Reply:
        """Ask which programme is meant."""
        return Reply(
            "utter_programme_missing", topic=TOPICS[WELCOME_PROGRAMME], outcome=Outcome.CLARIFY,
            buttons=offer_programmes(session, question),
        )

    def _not_known(self, session: Session, question: Question, programme: Programme) -> Reply:
        known = find_programme_statements(session, programme=programme.code, aspect="overview")
        return not_known(
            session, question, programme_topic(programme.code),
            response="utter_programme_not_known",
            variables={
                "programme": in_language(programme.name, question.language),
                "missing": phrase(self.missing, question.language),
                "known": as_extra_paragraph(tell_statements(known, question.language)),
            },
            code=office_of(programme),
            provenance=provenance_of(known),
        )


def answered(
    response: str, question: Question, programme: Programme, *, variables: Mapping[str, str], **parts: Any
) -> Reply:
    """Return the answer about `programme`; `parts` are those of a reply."""
    return Reply(
        response, topic=programme_topic(programme.code), outcome=Outcome.ANSWERED,
        variables={"programme": in_language(programme.name, question.language), **variables}, **parts,
    )


def programme_topic(programme: str) -> str:
    """Return the topic of the answers about `programme`."""
    return TOPICS.get(programme, "institution")


def office_of(programme: Programme) -> str:
    """Return the desk that answers for `programme`."""
    return programme.contact.code if programme.contact else INTERNATIONAL_OFFICE


def _wanted(session: Session, question: Question) -> Optional[Programme]:
    # "I am an exchange student, when is the Welcome Programme?": the first name says who asks, the second what about.
    named = sorted(question.entities.get("programme", ()), key=ATTENDED_FOR_LONG.__contains__)
    return programme_by_code(session, code=named[0]) if named else None


def offer_programmes(session: Session, question: Question) -> Tuple[Button, ...]:
    """Return a choice for each programme that students mostly mean."""
    programmes = [programme_by_code(session, code=code) for code in CHOICES]
    return tuple(
        Button(in_language(programme.name, question.language), question.intent, {"programme": programme.code})
        for programme in programmes
        if programme is not None
    )


def offer_questions(question: Question, programme: Programme, *aspects: str) -> Tuple[Button, ...]:
    """Return the questions that students ask next about `programme`."""
    return tuple(
        Button(
            phrase(f"button_programme_{aspect}", question.language),
            f"ask_programme_{aspect}",
            {"programme": programme.code},
        )
        for aspect in aspects
    )


def coming_edition(session: Session, programme: Programme) -> Optional[Edition]:
    """Return the session that runs now or comes next, if any."""
    return next_edition(session, programme=programme.code, today=school_today())


def coming_editions(session: Session, programme: Programme) -> Tuple[Edition, ...]:
    """Return the sessions to come, the next one first."""
    editions: List[Edition] = []
    day = school_today()
    while len(editions) < MOST_EDITIONS:
        edition = next_edition(session, programme=programme.code, today=day)
        if edition is None:
            break
        editions.append(edition)
        day = (edition.ends_on or edition.starts_on) + dt.timedelta(days=1)
    return tuple(editions)


def edition_provenance(edition: Optional[Edition]) -> Tuple[Provenance, ...]:
    """Return where a session comes from, where there is one."""
    return (edition.provenance,) if edition else ()
