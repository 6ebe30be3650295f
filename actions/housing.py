"""Residences: what they cost and include, contract, who may live there, how to apply, deposit."""

from abc import ABC, abstractmethod
from typing import Iterable, List, Optional, Tuple

from actions.base import MobilityAction
from actions.facts import as_extra_paragraph, as_list, as_paragraphs, in_language, offer, provenance_of
from actions.intent_topics import topic_of
from actions.offices import INTERNATIONAL_OFFICE, not_known
from actions.prices import is_monthly_rent, tell_price
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.residence_texts import (
    basic_lines,
    residence_card,
    room_line,
    tell_about,
    tell_prices,
)
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.housing import (
    find_prices,
    find_residence_statements,
    find_residences,
    find_room_types,
    residence_by_code,
    residences_pricing,
    residences_stating,
)
from bot.mobility.types import Price, Provenance, Residence, Statement

MOST_RESIDENCES = 10
"""Residences told of where none is named, the most important ones."""


class ResidenceAction(MobilityAction, ABC):
    """Answers one question about the residence that the student names, or named before."""

    criteria = ("residence",)
    context = ("residence",)

    missing: str
    """Phrase for what is not stated, after "I have no published information on"."""

    def say_unknown(
        self, session: Session, question: Question, residence: Optional[Residence],
        known: str = "", provenance: Tuple[Provenance, ...] = (),
    ) -> Reply:
        """Return the reply that says who runs the residence and whom to ask; `known` is what is stated besides."""
        if residence is None:
            return not_known(session, question, topic_of(question.intent))
        return not_known(
            session, question, topic_of(question.intent),
            response="utter_residence_not_known",
            variables={
                "residence": in_language(residence.name, question.language),
                "provider": in_language(residence.provider, question.language),
                "missing": phrase(self.missing, question.language),
                "known": as_extra_paragraph(known),
            },
            code=residence.contact.code if residence.contact else INTERNATIONAL_OFFICE,
            provenance=provenance,
        )


class ResidenceFactsAction(ResidenceAction, ABC):
    """Tells what is stated about some aspects of the residences, that of the school first."""

    aspects: Tuple[str, ...]
    next_questions: Tuple[str, ...] = ()
    """Intents offered after the answer."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """Phrase that says what the statements are about."""

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the statements about the residence named and its group, or about each where none is named."""
        named = _named(session, question)
        residences = _with_group(session, named) if named else self._stating(session)
        told = [(item, self._statements(session, item)) for item in residences]
        told = [(residence, statements) for residence, statements in told if statements]
        facts = as_paragraphs(*(tell_about(residence, statements, question.language) for residence, statements in told))
        provenance = tuple(statement.provenance for _, statements in told for statement in statements)
        # Asked about none in particular, the school's own residences are meant: what others state is no answer.
        if not told or (named is None and told[0][0] != _first(session)):
            return (self.say_unknown(session, question, named or _first(session), facts, provenance),)
        entities = {"residence": named.code} if named else None
        return (
            Reply(
                "utter_residence_facts_found", topic=topic_of(question.intent), outcome=Outcome.ANSWERED,
                variables={"heading": phrase(self.heading, question.language), "facts": facts},
                provenance=provenance,
                buttons=offer(question.language, *self.next_questions, entities=entities),
            ),
        )

    def _stating(self, session: Session) -> Tuple[Residence, ...]:
        return residences_stating(session, aspects=self.aspects, limit=MOST_RESIDENCES)

    def _statements(self, session: Session, residence: Residence) -> List[Statement]:
        return [
            statement
            for aspect in self.aspects
            for statement in find_residence_statements(session, residence=residence.code, aspect=aspect)
        ]


class ActionShowResidence(ResidenceAction):
    """All that is stated about one residence."""

    action_name = "action_show_residence"
    missing = "residence_missing_details"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell place, size, prices and statements of the residence named, else of the first one."""
        residence = _named(session, question) or _first(session)
        if residence is None:
            return (self.say_unknown(session, question, None),)
        language = question.language
        statements = find_residence_statements(session, residence=residence.code)
        prices = sorted(find_prices(session, residence=residence.code), key=is_monthly_rent, reverse=True)
        rooms = find_room_types(session, residence=residence.code)
        lines = (
            *basic_lines(residence, language),
            *(room_line(room, language) for room in rooms),
            *(tell_price(price, language) for price in prices),
            *(in_language(statement.text, language) for statement in statements),
        )
        return (
            Reply(
                "utter_residence_found", topic=topic_of(question.intent), outcome=Outcome.ANSWERED,
                variables={"residence": in_language(residence.name, language), "facts": as_list(lines)},
                provenance=(
                    residence.provenance, *provenance_of(rooms), *provenance_of(prices), *provenance_of(statements)
                ),
                cards=(residence_card(session, residence, language),),
                buttons=offer(
                    language, "ask_residence_price", "ask_residence_application", entities={"residence": residence.code}
                ),
            ),
        )


class ActionShowResidencePrice(ResidenceAction):
    """What a room costs."""

    action_name = "action_show_residence_price"
    missing = "residence_missing_price"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the prices of the residence named, or of each that states a rent."""
        named = _named(session, question)
        compared = [residence_by_code(session, code=code) for code in question.entities.get("residence", ())]
        residences = [residence for residence in compared if residence] or residences_pricing(
            session, limit=MOST_RESIDENCES
        )
        priced = _priced(session, residences)
        rented = [(residence, prices) for residence, prices in priced if any(map(is_monthly_rent, prices))]
        told = rented or priced
        facts = as_paragraphs(*(tell_prices(residence, prices, question.language) for residence, prices in told))
        provenance = tuple(price.provenance for _, prices in told for price in prices)
        if not rented:
            return (self.say_unknown(session, question, named or _first(session), facts, provenance),)
        entities = {"residence": named.code} if named else None
        return (
            Reply(
                "utter_residence_price_found", topic=topic_of(question.intent), outcome=Outcome.ANSWERED,
                variables={"prices": facts}, provenance=provenance,
                buttons=offer(
                    question.language, "ask_residence_inclusions", "ask_residence_contract", entities=entities
                ),
            ),
        )


class ActionShowResidenceInclusions(ResidenceFactsAction):
    """What the rent includes, what it does not, what the rooms have and what to bring."""

    action_name = "action_show_residence_inclusions"
    aspects = ("inclusion", "exclusion", "equipment", "services")
    heading = "residence_heading_inclusions"
    missing = "residence_missing_inclusions"
    next_questions = ("ask_residence_price", "ask_residence_contract")


class ActionShowResidenceContract(ResidenceFactsAction):
    """Length of the contract, notice and rules."""

    action_name = "action_show_residence_contract"
    aspects = ("contract", "notice", "rules")
    heading = "residence_heading_contract"
    missing = "residence_missing_contract"


class ActionShowResidenceEligibility(ResidenceFactsAction):
    """Who may live in a residence."""

    action_name = "action_show_residence_eligibility"
    aspects = ("eligibility",)
    heading = "residence_heading_eligibility"
    missing = "residence_missing_eligibility"
    next_questions = ("ask_residence_application",)


class ActionShowResidenceApplication(ResidenceFactsAction):
    """How to apply for a room."""

    action_name = "action_show_residence_application"
    aspects = ("application",)
    heading = "residence_heading_application"
    missing = "residence_missing_application"


class ActionShowResidenceDeposit(ResidenceAction):
    """The deposit."""

    action_name = "action_show_residence_deposit"
    missing = "residence_missing_deposit"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the deposit of the residence named, or of each that states one."""
        named = _named(session, question)
        residences = (named,) if named else residences_pricing(session, kind="deposit", limit=MOST_RESIDENCES)
        told = _priced(session, residences, kind="deposit")
        if not told:
            return (self.say_unknown(session, question, named or _first(session)),)
        facts = as_paragraphs(*(tell_prices(residence, prices, question.language) for residence, prices in told))
        return (
            Reply(
                "utter_residence_facts_found", topic=topic_of(question.intent), outcome=Outcome.ANSWERED,
                variables={"heading": phrase("residence_heading_deposit", question.language), "facts": facts},
                provenance=tuple(price.provenance for _, prices in told for price in prices),
            ),
        )


def _named(session: Session, question: Question) -> Optional[Residence]:
    code = question.named("residence")
    return residence_by_code(session, code=code) if code else None


def _first(session: Session) -> Optional[Residence]:
    return next(iter(find_residences(session, limit=1)), None)


def _with_group(session: Session, residence: Residence) -> Tuple[Residence, ...]:
    """Return the residence, and what its provider's residences are described as in common."""
    provider = find_residences(session, provider=residence.provider_code, limit=MOST_RESIDENCES)
    return (residence, *(item for item in provider if item.is_group and item.code != residence.code))


def _priced(
    session: Session, residences: Iterable[Residence], *, kind: Optional[str] = None
) -> List[Tuple[Residence, List[Price]]]:
    """Return the residences that state a price, with their prices, the rent first."""
    found = ((residence, find_prices(session, residence=residence.code, kind=kind)) for residence in residences)
    return [(residence, sorted(prices, key=is_monthly_rent, reverse=True)) for residence, prices in found if prices]
