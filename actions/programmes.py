"""Welcome Programme, Summer School, exchange and others: what, when, what happens, how to join, whom to ask."""

import datetime as dt
from abc import ABC, abstractmethod
from typing import Any, Iterable, Mapping, Optional, Tuple

from actions.base import MobilityAction
from actions.editions import (
    event_card,
    tell_later_session,
    tell_registration_address,
    tell_registration_period,
    tell_session,
    tell_timetable,
)
from actions.facts import as_extra_paragraph, as_list, as_paragraphs, in_language, provenance_of, tell_statements
from actions.formatting import format_money
from actions.offices import INTERNATIONAL_OFFICE, not_known, office_variables
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.database import Session
from bot.mobility.programmes import find_programme_statements, find_programmes, next_edition, programme_by_code
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
            buttons=_choices(session, question),
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


class ActionShowProgramme(ProgrammeAction):
    """What a programme is, and its next session."""

    action_name = "action_show_programme"
    missing = "programme_missing_overview"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell all that is stated about the programme in general, and the next session if there is one."""
        statements = sorted(
            find_programme_statements(session, programme=programme.code), key=lambda item: item.aspect != "overview"
        )
        edition = _next_edition(session, programme)
        if not statements and edition is None:
            return None
        session_line = tell_session(edition, question.language) if edition else ""
        office, _ = office_variables(session, question.language, office_of(programme))
        return _answered(
            "utter_programme_found", question, programme,
            variables={
                "facts": as_paragraphs(tell_statements(statements, question.language), session_line),
                **office,
            },
            provenance=(*provenance_of(statements), *_edition_provenance(edition)),
            buttons=_next_questions(question, programme, "dates", "activities", "registration") if edition else (),
        )

    def answer_without_programme(self, session: Session, question: Question) -> Reply:
        """Name the programmes there are."""
        programmes = find_programmes(session)
        if not programmes:
            return not_known(session, question, "institution")
        return Reply(
            "utter_programmes_found", topic="institution", outcome=Outcome.ANSWERED,
            variables={"programmes": as_list(in_language(item.name, question.language) for item in programmes)},
            provenance=provenance_of(programmes),
            buttons=_choices(session, question),
        )


class ActionShowProgrammeDates(ProgrammeAction):
    """When the next session takes place, and until when to register."""

    action_name = "action_show_programme_dates"
    missing = "programme_missing_dates"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell the dates of the next session."""
        editions = _coming_editions(session, programme)
        if not editions:
            return None
        first, *later = editions
        return _answered(
            "utter_programme_dates_found", question, programme,
            variables={
                "dates": as_paragraphs(
                    tell_session(first, question.language),
                    tell_registration_period(first, question.language),
                    *(tell_later_session(edition, question.language) for edition in later),
                ),
            },
            provenance=provenance_of(editions),
            buttons=_next_questions(question, programme, "activities", "registration"),
        )


class ActionShowProgrammeActivities(ProgrammeAction):
    """What happens in the next session."""

    action_name = "action_show_programme_activities"
    missing = "programme_missing_activities"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """List the dated events of the next session after what is stated about the content in general."""
        statements = find_programme_statements(session, programme=programme.code, aspect="content")
        edition = _next_edition(session, programme)
        events = edition.events if edition else ()
        if not statements and not events:
            return None
        timetable = tell_timetable(edition, question.language) if edition and events else ""
        return _answered(
            "utter_programme_activities_found", question, programme,
            variables={
                "activities": as_paragraphs(tell_statements(statements, question.language), timetable),
            },
            provenance=(*provenance_of(statements), *provenance_of(events)),
            cards=tuple(event_card(event, question.language) for event in events),
            buttons=_next_questions(question, programme, "dates", "registration") if edition else (),
        )


class ActionShowProgrammeRegistration(ProgrammeAction):
    """How, where and until when to register."""

    action_name = "action_show_programme_registration"
    missing = "programme_missing_registration"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell what is stated about registration, and the period and address of the next session."""
        statements = find_programme_statements(session, programme=programme.code, aspect="registration")
        edition = _next_edition(session, programme)
        period = tell_registration_period(edition, question.language) if edition else ""
        where = tell_registration_address(edition, question.language) if edition else ""
        if not (statements or period or where):
            return None
        told_edition = edition if period or where else None
        office, _ = office_variables(session, question.language, office_of(programme))
        return _answered(
            "utter_programme_registration_found", question, programme,
            variables={
                "registration": as_paragraphs(tell_statements(statements, question.language), period, where),
                **office,
            },
            provenance=(*provenance_of(statements), *_edition_provenance(told_edition)),
            buttons=_next_questions(question, programme, "dates", "price") if edition else (),
        )


class ActionShowProgrammePrice(ProgrammeAction):
    """What a programme costs."""

    action_name = "action_show_programme_price"
    missing = "programme_missing_price"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell the price of the next session, and what is stated about the price in general."""
        statements = find_programme_statements(session, programme=programme.code, aspect="price")
        edition = _next_edition(session, programme)
        price = ""
        if edition and edition.price is not None and edition.currency is not None:
            price = phrase(
                "programme_edition_price", question.language,
                edition=in_language(edition.name, question.language),
                price=format_money(edition.price, edition.currency, question.language),
            )
        if not statements and not price:
            return None
        return _answered(
            "utter_programme_price_found", question, programme,
            variables={
                "price": as_paragraphs(price, tell_statements(statements, question.language)),
            },
            provenance=(*_edition_provenance(edition if price else None), *provenance_of(statements)),
            buttons=_next_questions(question, programme, "dates", "registration") if edition else (),
        )


class ActionShowProgrammeEligibility(ProgrammeAction):
    """Who may take part."""

    action_name = "action_show_programme_eligibility"
    missing = "programme_missing_eligibility"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell what is stated about who may take part."""
        statements = find_programme_statements(session, programme=programme.code, aspect="eligibility")
        if not statements:
            return None
        return _answered(
            "utter_programme_eligibility_found", question, programme,
            variables={
                "eligibility": tell_statements(statements, question.language),
            },
            provenance=provenance_of(statements),
        )


class ActionShowProgrammeContact(ProgrammeAction):
    """Whom to ask about a programme."""

    action_name = "action_show_programme_contact"
    missing = "programme_missing_contact"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Name the office that answers for the programme."""
        office, office_provenance = office_variables(session, question.language, office_of(programme))
        if not office["office_email"]:
            return None
        statements = find_programme_statements(session, programme=programme.code, aspect="contact")
        return _answered(
            "utter_programme_contact_found", question, programme,
            variables={
                "facts": as_extra_paragraph(tell_statements(statements, question.language)),
                **office,
            },
            provenance=(*office_provenance, *provenance_of(statements)),
        )


def _answered(
    response: str, question: Question, programme: Programme, *, variables: Mapping[str, str], **parts: Any
) -> Reply:
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


def school_today() -> dt.date:
    """Return the date at the school."""
    return dt.datetime.now(SCHOOL_TIME).date()


def _wanted(session: Session, question: Question) -> Optional[Programme]:
    # "I am an exchange student, when is the Welcome Programme?": the first name says who asks, the second what about.
    named = sorted(question.entities.get("programme", ()), key=ATTENDED_FOR_LONG.__contains__)
    return programme_by_code(session, code=named[0]) if named else None


def _choices(session: Session, question: Question) -> Tuple[Button, ...]:
    programmes = [programme_by_code(session, code=code) for code in CHOICES]
    return tuple(
        Button(in_language(programme.name, question.language), question.intent, {"programme": programme.code})
        for programme in programmes
        if programme is not None
    )


def _next_questions(question: Question, programme: Programme, *aspects: str) -> Tuple[Button, ...]:
    return tuple(
        Button(
            phrase(f"button_programme_{aspect}", question.language),
            f"ask_programme_{aspect}",
            {"programme": programme.code},
        )
        for aspect in aspects
    )


def _next_edition(session: Session, programme: Programme) -> Optional[Edition]:
    return next_edition(session, programme=programme.code, today=school_today())


def _coming_editions(session: Session, programme: Programme) -> Tuple[Edition, ...]:
    editions = []
    day = school_today()
    while len(editions) < MOST_EDITIONS:
        edition = next_edition(session, programme=programme.code, today=day)
        if edition is None:
            break
        editions.append(edition)
        day = (edition.ends_on or edition.starts_on) + dt.timedelta(days=1)
    return tuple(editions)


def _edition_provenance(edition: Optional[Edition]) -> Tuple[Provenance, ...]:
    return (edition.provenance,) if edition else ()
