"""The partner check: is my university a partner, with whom are there agreements, double degrees with which country.

The list that the database holds is not the school's whole list. So the answer is never "no": it is "not in the list
that I hold", with the age of that list and the office that knows.
"""

from dataclasses import replace
from typing import Iterable, Mapping, Optional, Sequence, Tuple

from babel import Locale

from actions.base import MobilityAction, Turn, find_action
from actions.facts import as_extra_paragraph, as_list, in_language
from actions.formatting import format_as_of, format_partial_date
from actions.offices import not_known, office_variables
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.institution import find_institution_statements
from bot.mobility.partners import (
    Agreement,
    InstitutionSearch,
    PartnerInstitution,
    find_agreements,
    find_institutions,
    institutions_by_code,
    list_read_on,
    same_institution,
)
from bot.mobility.types import Provenance

MAX_CHOICES = 3
MOST_LINES = 12
"""Institutions listed at once."""
_DOUBLE_DEGREE = "double_degree"
_OTHER_ENTITIES = ("country", "language", "nationality", "stay")
"""Entities whose words name no institution."""
_WITHOUT_PLACES = ("network", "scholarship", "cooperation")
"""Kinds of agreement from which no place for an exchange follows."""


class ActionCheckPartner(MobilityAction):
    """Look an institution or a country up among the agreements that the database holds."""

    action_name = "action_check_partner"
    criteria = ("institution", "country")
    asks_for = criteria
    guesses = ("unknown",)
    displaces: Mapping[str, Tuple[str, ...]] = {"institution": ("country",), "country": ("institution",)}
    topic = "nomination"
    found_in_country = "utter_partner_country_found"
    none_in_country = "utter_partner_country_not_in_list"
    kind: Optional[str] = None
    """The only kind of agreement that is asked about."""

    def read(self, session: Session, question: Question) -> Question:
        """Read the institution out of the text: names are too many and too various for the gazetteer."""
        if not question.text:
            return question
        others = [place for entity in _OTHER_ENTITIES for place in question.spans.get(entity, ())]
        countries = question.entities.get("country", ())
        found = find_institutions(session, question.text, ignored=others, countries=countries)
        if found.codes and self.is_meant(session, found):
            return question.with_entities({"institution": found.codes, "country": ()})
        # A word that may name an institution unknown here says more than the country beside it.
        unknown = found.words if not question.named("country") or len(found.words) > 1 else ()
        return question.with_entities({"institution": (), "unknown": unknown})

    def is_meant(self, session: Session, found: InstitutionSearch) -> bool:
        """Tell whether the question is about the institutions found."""
        return True

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the agreements, or what is not in the list; ask which institution is meant where several may be."""
        codes = question.entities.get("institution", ())
        if len(codes) > 1:
            yield self._which(institutions_by_code(session, codes=codes[:MAX_CHOICES]), question)
            return
        institution = next(iter(institutions_by_code(session, codes=codes)), None)
        if institution is not None:
            yield self._about(session, question, institution)
        elif question.entities.get("unknown"):
            yield self._not_in_list(session, question, "utter_partner_unknown", "")
        elif question.named("country"):
            yield self._in_country(session, question, question.named("country") or "")
        else:
            yield self._all(session, question)

    def memory(self, question: Question) -> dict:
        """Remember one institution; of several the student has yet to choose."""
        memory = super().memory(question)
        return {**memory, "institution": memory["institution"] if question.named_alone("institution") else None}

    def _about(self, session: Session, question: Question, institution: PartnerInstitution) -> Reply:
        language = question.language
        agreements = find_agreements(session, partners=same_institution(session, code=institution.code), kind=self.kind)
        name = _full_name(institution, language)
        if not agreements:
            other = find_agreements(session, partners=same_institution(session, code=institution.code))
            if other:
                return self._not_in_list(
                    session, question, "utter_partner_other_kind", name, institution.provenance,
                    agreements=as_list(_tell_agreement(one, language) for one in other), found=other,
                )
            return self._not_in_list(session, question, "utter_partner_not_in_list", name, institution.provenance)
        office, provenance = office_variables(session, language)
        is_place = any(one.kind not in _WITHOUT_PLACES for one in agreements)
        return Reply(
            "utter_partner_found" if is_place else "utter_partner_without_places",
            topic=self.topic, outcome=Outcome.ANSWERED,
            variables={
                "name": name, "agreements": as_list(_tell_agreement(one, language) for one in agreements), **office,
            },
            provenance=tuple(one.provenance for one in agreements), desk_provenance=provenance,
        )

    def _in_country(self, session: Session, question: Question, country: str) -> Reply:
        name = _country_name(country, question.language)
        agreements = find_agreements(session, country=country, kind=self.kind)
        if not agreements:
            return self._not_in_list(session, question, self.none_in_country, name)
        return self._list(session, question, self.found_in_country, agreements, country=name)

    def _all(self, session: Session, question: Question) -> Reply:
        agreements = find_agreements(session, kind=self.kind)
        claims = find_institution_statements(session, aspect="partners")[:1]
        claim = as_extra_paragraph(as_list(in_language(one.text, question.language) for one in claims))
        found = self._list(session, question, "utter_partner_list", agreements, claim=claim)
        return replace(found, outcome=Outcome.NOT_KNOWN)  # which of them all there are, only the office knows

    def _list(
        self, session: Session, question: Question, response: str, agreements: Sequence[Agreement], **variables: str
    ) -> Reply:
        language = question.language
        office, provenance = office_variables(session, language)
        lines = [_tell_partner(one, language) for one in agreements]
        left = len(lines) - MOST_LINES
        if left > 0:
            lines = [*lines[:MOST_LINES], phrase("partner_more", language, count=left)]
        return Reply(
            response, topic=self.topic, outcome=Outcome.ANSWERED,
            variables={"partners": as_list(lines), "as_of": _age(session, language), **variables, **office},
            provenance=tuple(one.provenance for one in agreements[:MOST_LINES]), desk_provenance=provenance,
        )

    def _not_in_list(
        self, session: Session, question: Question, response: str, name: str, *told: Provenance,
        agreements: str = "", found: Sequence[Agreement] = (),
    ) -> Reply:  # fmt: skip
        words = " ".join(question.entities.get("unknown", ()))
        return not_known(
            session, question, self.topic, response=response,
            variables={
                "name": name,
                "words": f"“{words}”",
                "agreements": agreements,
                "as_of": _age(session, question.language),
            },
            provenance=(*(one.provenance for one in found), *told),
        )

    def _which(self, institutions: Sequence[PartnerInstitution], question: Question) -> Reply:
        buttons = tuple(
            Button(_full_name(one, question.language), question.intent, {"institution": one.code})
            for one in institutions
        )
        return Reply("utter_partner_unclear", topic=self.topic, outcome=Outcome.CLARIFY, buttons=buttons)


class ActionShowDoubleDegree(ActionCheckPartner):
    """Tell about double degrees; with an institution or a country, whether one is held."""

    action_name = "action_show_double_degree"
    topic = "double_degree"
    found_in_country = "utter_double_degree_country_found"
    none_in_country = "utter_double_degree_country_not_in_list"
    kind = _DOUBLE_DEGREE

    def is_meant(self, session: Session, found: InstitutionSearch) -> bool:
        """Take only what is certain: "a double degree in computer science" names no institution."""
        return found.names_a_kind or (found.is_certain and bool(find_agreements(session, partners=found.codes)))

    def respond(self, session: Session, question: Question) -> Turn:
        """Tell what a double degree is where no institution and no country is named."""
        read = self.read(session, question)
        general = find_action("action_show_everyday_topic")
        if general is not None and not (read.named("institution") or read.named("country")):
            return general.respond(session, question)
        return self.respond_by_criteria(session, read)


def _full_name(institution: PartnerInstitution, language: str) -> str:
    name = localised(institution.name, language) or institution.code
    place = ", ".join(filter(None, (institution.city, _country_name(institution.country, language))))
    return phrase("partner_name", language, name=name, place=place) if place else name


def _country_name(code: Optional[str], language: str) -> str:
    return Locale(language).territories.get(code or "", code or "")


def _tell_partner(agreement: Agreement, language: str) -> str:
    kind = phrase(f"agreement_{agreement.kind}", language)
    name = _full_name(agreement.partner, language)
    return phrase("partner_line", language, name=name, kind=kind, as_of=format_as_of(agreement.provenance, language))


def _tell_agreement(agreement: Agreement, language: str) -> str:
    """Return the kind of an agreement, who has made it, what the source says of it, and how old that is."""
    told = localised(agreement.text, language) or phrase(
        "agreement_of_group" if agreement.is_of_group else "agreement_of_school", language
    )
    kind = phrase(f"agreement_{agreement.kind}", language)
    as_of = format_as_of(agreement.provenance, language)
    return phrase("agreement_line", language, kind=kind, told=told.rstrip("."), as_of=as_of)


def _age(session: Session, language: str) -> str:
    read = list_read_on(session)
    return format_partial_date(read, language) if read else phrase("partner_list_empty", language)
