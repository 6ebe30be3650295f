"""The school itself: published figures, what its international office does, networks, place, codes, label, strategy."""

from abc import ABC, abstractmethod
from typing import Iterable, Tuple

from actions.base import MobilityAction
from actions.facts import as_extra_paragraph, as_list, in_language, offer, provenance_of, tell_statements
from actions.formatting import format_as_of, format_number
from actions.intent_topics import topic_of
from actions.offices import not_known, office_variables
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.institution import find_figures, find_identifiers, find_institution_statements
from bot.mobility.types import Figure, Provenance

KEY_FIGURES = (
    "student_mobility",
    "double_degrees",
    "partners",
    "mobility_students",
    "internships",
    "welcome_programmes",
    "summer_schools",
)
"""Told where the student names no figure, in the order of the school's page."""

FIGURE_TOPICS = {"double_degrees": "double_degree"}
"""Topic of a figure where it is not that of the institution."""


class ActionShowFigure(MobilityAction):
    """A figure that the school publishes; every source of it where they differ."""

    action_name = "action_show_figure"
    criteria = ("figure",)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the figures named, or the key figures."""
        named = question.entities.get("figure", ())
        if not named:
            return (self._tell_key_figures(session, question),)
        return tuple(self._tell(session, question, figure) for figure in named)

    def _tell(self, session: Session, question: Question, figure: str) -> Reply:
        topic = FIGURE_TOPICS.get(figure, "institution")
        found = find_figures(session, figure=figure)
        if not found:
            return not_known(session, question, topic)
        first, *others = found
        return Reply(
            "utter_figure_found", topic=topic, outcome=Outcome.ANSWERED,
            variables={
                "figure": _figure_text(first, question.language),
                "as_of": format_as_of(first.provenance, question.language),
                "others": as_extra_paragraph(as_list(_other_line(other, first, question.language) for other in others)),
            },
            provenance=provenance_of(found),
            buttons=offer(question.language, "ask_double_degree", "check_partner") if topic == "double_degree" else (),
        )

    def _tell_key_figures(self, session: Session, question: Question) -> Reply:
        figures = [figure for name in KEY_FIGURES for figure in find_figures(session, figure=name)[:1]]
        if not figures:
            return not_known(session, question, "institution")
        office, _ = office_variables(session, question.language)
        language = question.language
        lines = (phrase("figure_line", language, figure=_figure_text(figure, language)) for figure in figures)
        return Reply(
            "utter_figures_found", topic="institution", outcome=Outcome.ANSWERED,
            variables={"figures": as_list(lines), **office},
            provenance=provenance_of(figures),
        )


class SchoolAction(MobilityAction, ABC):
    """Tells what is stated about some aspects of the school."""

    aspects: Tuple[str, ...] = ()

    @property
    @abstractmethod
    def heading(self) -> str:
        """Phrase that says what the statements are about."""

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the statements in the order of the aspects."""
        statements = [item for aspect in self.aspects for item in find_institution_statements(session, aspect=aspect)]
        return (
            self.reply(
                session, question, tell_statements(statements, question.language), provenance_of(statements)
            ),
        )

    def reply(self, session: Session, question: Question, facts: str, provenance: Tuple[Provenance, ...]) -> Reply:
        """Return the reply that tells `facts`, or that none are known."""
        topic, heading = topic_of(question.intent), phrase(self.heading, question.language)
        if not facts:
            return not_known(
                session, question, topic, response="utter_school_facts_not_known", variables={"heading": heading}
            )
        return Reply(
            "utter_school_facts_found", topic=topic, outcome=Outcome.ANSWERED,
            variables={"heading": heading, "facts": facts}, provenance=provenance,
        )


class ActionShowOfficeRole(SchoolAction):
    """What the international relations office does."""

    action_name = "action_show_office_role"
    aspects = ("office_role",)
    heading = "school_heading_office_role"


class ActionShowSchoolNetworks(SchoolAction):
    """The networks and the European university that the school belongs to."""

    action_name = "action_show_school_networks"
    aspects = ("network",)
    heading = "school_heading_networks"


class ActionShowSchoolIdentity(SchoolAction):
    """What the school is: name, status, history, degrees, accreditation."""

    action_name = "action_show_school_identity"
    aspects = ("identity", "status", "history", "degrees", "accreditation")
    heading = "school_heading_identity"


class ActionShowSchoolLocation(SchoolAction):
    """Where the school is."""

    action_name = "action_show_school_location"
    aspects = ("location",)
    heading = "school_heading_location"


class ActionShowSchoolLabel(SchoolAction):
    """The label for the welcome of international students."""

    action_name = "action_show_school_label"
    aspects = ("label",)
    heading = "school_heading_label"


class ActionShowSchoolStrategy(SchoolAction):
    """The international strategy."""

    action_name = "action_show_school_strategy"
    aspects = ("strategy",)
    heading = "school_heading_strategy"


class ActionShowSchoolCodes(SchoolAction):
    """The codes by which other systems know the school; those that exchange students need come first."""

    action_name = "action_show_school_codes"
    heading = "school_heading_codes"
    schemes = ("erasmus", "pic", "schac", "eche", "uai", "vat", "ror", "eter", "deqar", "whed")

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell each code with the name of its scheme."""
        found = {identifier.scheme: identifier for identifier in find_identifiers(session)}
        identifiers = [found[scheme] for scheme in self.schemes if scheme in found]
        lines = (phrase(f"school_code_{item.scheme}", question.language, value=item.value) for item in identifiers)
        return (self.reply(session, question, as_list(lines), provenance_of(identifiers)),)


def _figure_text(figure: Figure, language: str) -> str:
    value = format_number(figure.value, language)
    if figure.unit == "%":
        value = phrase("figure_percent", language, value=value)
    elif figure.unit:
        value = phrase("figure_unit", language, value=value, unit=figure.unit)
    if figure.at_least:
        value = phrase("figure_at_least", language, value=value)
    return phrase("figure_named", language, value=value, name=in_language(figure.name, language))


def _other_line(other: Figure, first: Figure, language: str) -> str:
    text, as_of = _figure_text(other, language), format_as_of(other.provenance, language)
    if other.provenance.url == first.provenance.url:
        return phrase("figure_other_same_source", language, figure=text)
    return phrase(
        "figure_other_source", language, figure=text, source=in_language(other.provenance.title, language), as_of=as_of
    )
