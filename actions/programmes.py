"""Welcome Programme, Summer School, exchange and others: what, when, what happens, how to join, whom to ask."""

from typing import Optional

from actions.base import Turn
from actions.conversation import as_answer
from actions.editions import (
    event_card,
    tell_later_session,
    tell_registration_address,
    tell_registration_period,
    tell_session,
    tell_timetable,
)
from actions.explanations import cost_of_last_answer, way_of_last_answer
from actions.facts import as_extra_paragraph, as_list, as_paragraphs, in_language, provenance_of, tell_statements
from actions.formatting import format_money
from actions.offices import not_known, office_variables
from actions.programme_action import (
    ProgrammeAction,
    answered,
    coming_edition,
    coming_editions,
    edition_provenance,
    offer_programmes,
    offer_questions,
    office_of,
)
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.programmes import find_programme_statements, find_programmes
from bot.mobility.types import Programme


class ActionShowProgramme(ProgrammeAction):
    """What a programme is, and its next session."""

    action_name = "action_show_programme"
    missing = "programme_missing_overview"

    def respond_without_programme(self, session: Session, question: Question) -> Optional[Turn]:
        """Take "exchange, autumn" as the answer where the assistant has just asked for it."""
        return as_answer(session, question)

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell all that is stated about the programme in general, and the next session if there is one."""
        statements = sorted(
            find_programme_statements(session, programme=programme.code), key=lambda item: item.aspect != "overview"
        )
        edition = coming_edition(session, programme)
        if not statements and edition is None:
            return None
        session_line = tell_session(edition, question.language) if edition else ""
        office, _ = office_variables(session, question.language, office_of(programme))
        return answered(
            "utter_programme_found", question, programme,
            variables={
                "facts": as_paragraphs(tell_statements(statements, question.language), session_line),
                **office,
            },
            provenance=(*provenance_of(statements), *edition_provenance(edition)),
            buttons=offer_questions(question, programme, "dates", "activities", "registration") if edition else (),
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
            buttons=offer_programmes(session, question),
        )


class ActionShowProgrammeDates(ProgrammeAction):
    """When the next session takes place, and until when to register."""

    action_name = "action_show_programme_dates"
    missing = "programme_missing_dates"

    def respond_without_programme(self, session: Session, question: Question) -> Optional[Turn]:
        """Answer "how long does it take?" about the procedure talked about."""
        return way_of_last_answer(session, question)

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell the dates of the next session."""
        editions = coming_editions(session, programme)
        if not editions:
            return None
        first, *later = editions
        return answered(
            "utter_programme_dates_found", question, programme,
            variables={
                "dates": as_paragraphs(
                    tell_session(first, question.language),
                    tell_registration_period(first, question.language),
                    *(tell_later_session(edition, question.language) for edition in later),
                ),
            },
            provenance=provenance_of(editions),
            buttons=offer_questions(question, programme, "activities", "registration"),
        )


class ActionShowProgrammeActivities(ProgrammeAction):
    """What happens in the next session."""

    action_name = "action_show_programme_activities"
    missing = "programme_missing_activities"

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """List the dated events of the next session after what is stated about the content in general."""
        statements = find_programme_statements(session, programme=programme.code, aspect="content")
        edition = coming_edition(session, programme)
        events = edition.events if edition else ()
        if not statements and not events:
            return None
        timetable = tell_timetable(edition, question.language) if edition and events else ""
        return answered(
            "utter_programme_activities_found", question, programme,
            variables={
                "activities": as_paragraphs(tell_statements(statements, question.language), timetable),
            },
            provenance=(*provenance_of(statements), *provenance_of(events)),
            cards=tuple(event_card(event, question.language) for event in events),
            buttons=offer_questions(question, programme, "dates", "registration") if edition else (),
        )


class ActionShowProgrammeRegistration(ProgrammeAction):
    """How, where and until when to register."""

    action_name = "action_show_programme_registration"
    missing = "programme_missing_registration"

    def respond_without_programme(self, session: Session, question: Question) -> Optional[Turn]:
        """Answer "where do I register?" by the steps of the procedure talked about."""
        return way_of_last_answer(session, question)

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell what is stated about registration, and the period and address of the next session."""
        statements = find_programme_statements(session, programme=programme.code, aspect="registration")
        edition = coming_edition(session, programme)
        period = tell_registration_period(edition, question.language) if edition else ""
        where = tell_registration_address(edition, question.language) if edition else ""
        if not (statements or period or where):
            return None
        told_edition = edition if period or where else None
        office, _ = office_variables(session, question.language, office_of(programme))
        return answered(
            "utter_programme_registration_found", question, programme,
            variables={
                "registration": as_paragraphs(tell_statements(statements, question.language), period, where),
                **office,
            },
            provenance=(*provenance_of(statements), *edition_provenance(told_edition)),
            buttons=offer_questions(question, programme, "dates", "price") if edition else (),
        )


class ActionShowProgrammePrice(ProgrammeAction):
    """What a programme costs."""

    action_name = "action_show_programme_price"
    missing = "programme_missing_price"

    def respond_without_programme(self, session: Session, question: Question) -> Optional[Turn]:
        """Answer "how much is it?" about the procedure or the place talked about."""
        return cost_of_last_answer(session, question)

    def tell(self, session: Session, question: Question, programme: Programme) -> Optional[Reply]:
        """Tell the price of the next session, and what is stated about the price in general."""
        statements = find_programme_statements(session, programme=programme.code, aspect="price")
        edition = coming_edition(session, programme)
        price = ""
        if edition and edition.price is not None and edition.currency is not None:
            price = phrase(
                "programme_edition_price", question.language,
                edition=in_language(edition.name, question.language),
                price=format_money(edition.price, edition.currency, question.language),
            )
        if not statements and not price:
            return None
        return answered(
            "utter_programme_price_found", question, programme,
            variables={
                "price": as_paragraphs(price, tell_statements(statements, question.language)),
            },
            provenance=(*edition_provenance(edition if price else None), *provenance_of(statements)),
            buttons=offer_questions(question, programme, "dates", "registration") if edition else (),
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
        return answered(
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
        return answered(
            "utter_programme_contact_found", question, programme,
            variables={
                "facts": as_extra_paragraph(tell_statements(statements, question.language)),
                **office,
            },
            provenance=(*office_provenance, *provenance_of(statements)),
        )
