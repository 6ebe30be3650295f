"""Two residences side by side: each aspect that one of them states, and what is stated for neither."""

from dataclasses import dataclass
from typing import Iterable, List, Tuple

from actions.base import ListAction, MobilityAction, find_action
from actions.facts import as_extra_paragraph, as_list, in_language, offer, provenance_of
from actions.formatting import format_texts
from actions.prices import tell_rent
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.residence_texts import residence_card, room_line
from actions.short_messages import words_beside_entities
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.housing import (
    find_prices,
    find_residence_statements,
    find_residences,
    find_room_types,
    residence_by_code,
)
from bot.mobility.institution import home_words
from bot.mobility.normalisation import normalised
from bot.mobility.types import Provenance, Residence

_TOPIC = "housing_search"
_STATED = ("eligibility", "inclusion", "contract", "notice")
"""Aspects of statements that are compared."""
_SIDES = 2


@dataclass(frozen=True)
class _Value:
    """What one residence states on one aspect; an empty text where it states nothing."""

    text: str
    provenance: Tuple[Provenance, ...] = ()


class ActionCompareResidences(MobilityAction):
    """Compare the two residences named; one that is named is compared with the one talked about before."""

    action_name = "action_compare_residences"
    criteria = ("residence",)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell aspect by aspect what each of them states."""
        pair = _pair(session, question)
        if len(pair) < _SIDES:
            known = find_residences(session, limit=_SIDES + 1)
            names = [in_language(residence.name, question.language) for residence in known]
            examples = format_texts(names, question.language, alternatives=True)
            return (Reply("utter_comparison_incomplete", _TOPIC, Outcome.CLARIFY, {"examples": examples}),)
        return (_compare(session, question, *pair),)


def _pair(session: Session, question: Question) -> List[Residence]:
    """Return the first two of those named here, talked about before and shown in the last list."""
    codes = [*question.entities.get("residence", ()), *question.remembered("residence")]
    if question.named_alone("residence") and _names_school(session, question):
        codes = [*(one.code for one in find_residences(session, limit=1)), *codes]
    if not question.entities.get("residence"):
        shown = find_action(question.slots.get("list_action"))
        if isinstance(shown, ListAction) and shown.item_entity == "residence":
            codes = [*shown.items(session, question.taking_over(shown.criteria)), *codes]
    found = (residence_by_code(session, code=code) for code in dict.fromkeys(codes))
    return [residence for residence in found if residence is not None][:_SIDES]


def _names_school(session: Session, question: Question) -> bool:
    """Tell whether the school's own residences, the first ones, are named by the word for the school alone."""
    school = next(iter(find_residences(session, limit=1)), None)
    own = {word for name in (school.name.values() if school else ()) for word in normalised(name).split()}
    return not own.isdisjoint(home_words(session) & set(words_beside_entities(question)))


def _compare(session: Session, question: Question, first: Residence, second: Residence) -> Reply:
    language = question.language
    names = [in_language(residence.name, language) for residence in (first, second)]
    lines, missing, provenance = [], [], [first.provenance, second.provenance]
    for aspect, *values in zip(
        _ASPECTS, _values(session, first, language), _values(session, second, language), strict=True
    ):
        title = phrase(f"aspect_{aspect}", language)
        if not any(value.text for value in values):
            missing.append(title)
            continue
        provenance.extend(source for value in values for source in value.provenance)
        lines.append(_line(title, names, [value.text for value in values], language))
    neither = phrase("comparison_neither", language, aspects=", ".join(missing)) if missing else ""
    return Reply(
        "utter_residences_compared",
        topic=_TOPIC,
        outcome=Outcome.ANSWERED,
        variables={
            "first": in_language(first.name, language),
            "second": in_language(second.name, language),
            "facts": as_list(lines),
            "remarks": as_extra_paragraph(neither),
        },
        provenance=tuple(provenance),
        cards=tuple(residence_card(session, residence, language) for residence in (first, second)),
        buttons=offer(language, "ask_residence_application"),
    )


def _line(title: str, names: List[str], values: List[str], language: str) -> str:
    if values[0] == values[1]:
        return phrase("comparison_same", language, aspect=title, value=values[0])
    sides = [
        phrase("comparison_side", language, residence=name, value=value or phrase("comparison_missing", language))
        for name, value in zip(names, values, strict=True)
    ]
    return phrase("comparison_line", language, aspect=title, first=sides[0], second=sides[1])


_ASPECTS = ("provider", "area", "capacity", "rooms", "rent", "deposit", *_STATED)


def _values(session: Session, residence: Residence, language: str) -> Iterable[_Value]:
    """Yield what the residence states, in the order of the aspects."""
    yield _Value(in_language(residence.provider, language))
    yield _Value(localised(residence.area, language) or "")
    yield _Value("" if residence.capacity is None else str(residence.capacity))
    rooms = find_room_types(session, residence=residence.code)
    yield _Value("; ".join(room_line(room, language) for room in rooms), provenance_of(rooms))
    for kind in ("rent", "deposit"):
        prices = find_prices(session, residence=residence.code, kind=kind)
        yield _Value("; ".join(tell_rent(price, language) for price in prices), provenance_of(prices))
    for aspect in _STATED:
        statements = find_residence_statements(session, residence=residence.code, aspect=aspect)
        texts = (localised(statement.text, language) or "" for statement in statements)
        yield _Value(" ".join(texts), provenance_of(statements))
