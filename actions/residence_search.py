"""The search for a place to live: by provider, kind of room, budget, and how long it is for."""

import datetime as dt
from decimal import Decimal
from typing import Iterable, Iterator, List, Optional, Tuple

from actions.base import ListAction
from actions.facts import as_extra_paragraph, as_list, in_language, offer, provenance_of
from actions.formatting import format_money
from actions.offices import not_known
from actions.prices import tell_rent
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.residence_texts import rents, residence_card, residence_line
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.housing import find_residence_statements, lowest_rent, residence_by_code, search_residences
from bot.mobility.types import Price, Residence, ResidenceCriteria, ResidenceHits, Statement

_TOPIC = "housing_search"
_CURRENCY = "EUR"
"""Of the amounts that messages name."""
_DAYS_OF_WEEK, _DAYS_OF_MONTH = 7, 28
_WHEN = ("duration_months", "date", "period")


class ActionFindResidences(ListAction):
    """The residences that fit what the student looks for, those of the school first."""

    action_name = "action_find_residences"
    criteria = ("residence", "room_kind", "amount", *_WHEN, "stay", "nationality")
    item_entity = "residence"
    item_action = "action_show_residence"
    item_intent = "ask_residence_details"

    def items(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Return the codes of the residences on the page."""
        return tuple(residence.code for residence in self._search(session, question).residences)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """List one page of residences with what is stated about each."""
        criteria, hits, language = _criteria(session, question), self._search(session, question), question.language
        wanted = _tell_criteria(criteria, language)
        if not hits.total and not wanted:
            return (not_known(session, question, _TOPIC),)
        if not hits.total:
            return (_say_none(session, question, criteria, hits, wanted),)
        shown = self.page_size * question.page + len(hits.residences)
        prices = [price for residence in hits.residences for price in rents(session, residence, criteria.rent_period)]
        eligibility = _eligibility(session, question, hits.residences)
        lines = (residence_line(session, residence, language, criteria.rent_period) for residence in hits.residences)
        more = () if shown == hits.total else (Button(phrase("button_more_residences", language), "find_more"),)
        return (
            Reply(
                "utter_residences_matching" if wanted else "utter_residences_found",
                topic=_TOPIC, outcome=Outcome.ANSWERED,
                variables={
                    "shown": str(shown),
                    "total": str(hits.total),
                    **({"criteria": wanted} if wanted else {}),
                    "residences": as_list(lines),
                    "remarks": as_extra_paragraph(as_list(_remarks(question, hits, eligibility))),
                },
                provenance=(
                    *provenance_of(hits.residences), *provenance_of(prices),
                    *provenance_of(statement for _, statement in eligibility),
                ),
                cards=tuple(residence_card(session, residence, language) for residence in hits.residences),
                buttons=(*more, *offer(language, "ask_residence_price", "ask_residence_application")),
            ),
        )  # fmt: skip

    def _search(self, session: Session, question: Question) -> ResidenceHits:
        offset = self.page_size * question.page
        return search_residences(session, criteria=_criteria(session, question), offset=offset, limit=self.page_size)


def _say_none(
    session: Session, question: Question, criteria: ResidenceCriteria, hits: ResidenceHits, wanted: str
) -> Reply:
    lowest = lowest_rent(session, period=criteria.rent_period)
    remarks = list(_remarks(question, hits, ()))
    if lowest is not None:
        remarks.insert(0, _tell_lowest(session, lowest, question.language))
    return Reply(
        "utter_residences_none",
        topic=_TOPIC,
        outcome=Outcome.ANSWERED if lowest else Outcome.NOT_KNOWN,
        variables={"criteria": wanted, "remarks": as_extra_paragraph(as_list(remarks))},
        provenance=provenance_of([lowest] if lowest else ()),
        buttons=(Button(phrase("button_all_residences", question.language), "find_residences"),),
    )


def _criteria(session: Session, question: Question) -> ResidenceCriteria:
    code = question.named("residence")
    named = residence_by_code(session, code=code) if code else None
    least, most = _bounds(question.named("amount"))
    return ResidenceCriteria(
        provider=named.provider_code if named else None,
        room_kind=question.named("room_kind"),
        least_rent=least,
        most_rent=most,
        rent_period=_rent_period(question),
    )


def _bounds(amount: Optional[str]) -> Tuple[Optional[Decimal], Optional[Decimal]]:
    """Return the least and the most of an amount as messages name it; a bare one is the budget."""
    least, _, most = (amount or "").rpartition("..")
    return (Decimal(least) if least else None), (Decimal(most) if most else None)


def _rent_period(question: Question) -> str:
    """Return by what a stay of this length is paid: the night, the week or the month."""
    days = _days(question)
    if days is None or days >= _DAYS_OF_MONTH:
        return "month"
    return "night" if days < _DAYS_OF_WEEK else "week"


def _days(question: Question) -> Optional[float]:
    months = (question.named("duration_months") or "").replace("..", "")
    if months:
        return float(months) * 30
    ends = (question.named("period") or "").split("/")
    try:
        starts_on, ends_on = map(dt.date.fromisoformat, ends)
    except ValueError:
        return None  # whole months, or an open end
    return (ends_on - starts_on).days


def _tell_criteria(criteria: ResidenceCriteria, language: str) -> str:
    return ", ".join(_criteria_parts(criteria, language))


def _criteria_parts(criteria: ResidenceCriteria, language: str) -> Iterator[str]:
    if criteria.room_kind:
        yield phrase(f"room_kind_{criteria.room_kind}", language)
    least, most = criteria.least_rent, criteria.most_rent
    if most is not None:
        amount = format_money(least or most, _CURRENCY, language, up_to=most)
    elif least is not None:
        amount = format_money(least, _CURRENCY, language)
    else:
        if criteria.rent_period != "month":
            yield phrase(f"rented_by_{criteria.rent_period}", language)
        return
    bound = "rent_between" if least is not None and most is not None else "rent_most" if most else "rent_least"
    yield phrase(bound, language, rent=phrase(f"price_per_{criteria.rent_period}", language, amount=amount))


def _tell_lowest(session: Session, price: Price, language: str) -> str:
    residence = residence_by_code(session, code=price.residence)
    name = in_language(residence.name, language) if residence else ""
    return phrase("residence_lowest_rent", language, rent=tell_rent(price, language), residence=name)


def _remarks(
    question: Question, hits: ResidenceHits, eligibility: Iterable[Tuple[Residence, Statement]]
) -> Iterator[str]:
    language = question.language
    for residence, statement in eligibility:
        text = localised(statement.text, language)
        yield phrase("residence_remark", language, residence=in_language(residence.name, language), remark=text)
    if hits.unpriced:
        yield phrase("residences_unpriced", language, count=hits.unpriced)
    if any(question.named(entity) for entity in _WHEN):
        yield phrase("residences_availability_unknown", language)


def _eligibility(
    session: Session, question: Question, residences: Iterable[Residence]
) -> List[Tuple[Residence, Statement]]:
    """Return who may apply, where the student says who they are."""
    if not (question.named("stay") or question.named("nationality")):
        return []
    return [
        (residence, statement)
        for residence in residences
        for statement in find_residence_statements(session, residence=residence.code, aspect="eligibility")
    ]
