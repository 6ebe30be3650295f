"""What a few words mean after an answer: "under 350 €", "the cheapest one?", "and the deadline?", an Erasmus code.

The classifier sees one message at a time. What was talked about before decides where the message alone does not.
"""

from dataclasses import replace
from typing import Mapping, Optional, Sequence, Tuple

from actions.base import MobilityAction, Turn, find_action
from actions.intent_topics import INTENT_TOPICS, topic_of
from actions.questions import MANNER_ENTITIES, Question
from actions.responding import OFFER_FROM, likely_intents, respond_to_intent
from bot.mobility.common_words import common_words
from bot.mobility.database import Session
from bot.mobility.normalisation import normalised
from bot.mobility.partners import find_institutions, is_erasmus_code

_FEW_WORDS = 4
_MOST_WORDS_IN_CONTEXT = 6
"""Longer messages say by themselves what they are about."""
_WHO_ASKS = ("nationality", "stay")
"""Criteria that tell of the student, not of what is asked."""
_CREDITS = ("ask_ects", "ask_course_credits")
"""Intents that ask for credits, of whatever was talked about."""
_CREDITS_OF: Mapping[str, str] = {"ask_course_plan": "ask_course_plan", "ask_course_details": "ask_course_credits"}
"""The intent that tells the credits of what the last answer was about."""
_NARROWING = "change_criteria"
_ABOUT_PARTNERS = ("check_partner", "ask_double_degree")
_BUDGETED = "find_residences"
"""What a budget is named for, where nothing else was talked about."""


def answer_code(session: Session, question: Question) -> Optional[Turn]:
    """Look up an Erasmus code that is the whole message: no classifier has learnt what it means."""
    if not is_erasmus_code(question.text):
        return None
    return respond_to_intent(session, replace(question, intent="check_partner"))


def answer_narrowing(session: Session, question: Question) -> Optional[Turn]:
    """Take "under 350 €" after a list as what the list is to be narrowed by."""
    if not is_short(question):
        return None
    if _narrows(question):
        return respond_to_intent(session, replace(question, intent=_NARROWING))
    is_budget = question.named("amount") and _BUDGETED in likely_intents(question, OFFER_FROM)
    return respond_to_intent(session, replace(question, intent=_BUDGETED)) if is_budget else None


def answer_in_context(session: Session, question: Question) -> Optional[Turn]:
    """Answer what may mean several things by the one that is about what was answered last."""
    intent = _meant_in_context(question, likely_intents(question))
    return respond_to_intent(session, replace(question, intent=intent)) if intent else None


def answer_institution(session: Session, question: Question) -> Optional[Turn]:
    """Look up "UPC Barcelona", said while partners are talked about."""
    is_about_partners = question.slots.get("topic_intent") in _ABOUT_PARTNERS
    if not (is_about_partners and is_short(question) and find_institutions(session, question.text).is_certain):
        return None
    return respond_to_intent(session, replace(question, intent=_ABOUT_PARTNERS[0]))


def credits_of(question: Question) -> Optional[str]:
    """Return the intent that tells the credits of the course or plan talked about, where they are asked for."""
    if question.intent not in _CREDITS or question.entities.keys() & {"course", "teaching_unit"}:
        return None
    return _CREDITS_OF.get(question.slots.get("topic_intent") or "")


def is_short(question: Question) -> bool:
    """Tell whether the message, without what it names, is of so few words that it leans on what was said before."""
    return bool(question.text) and len(words_beside_entities(question)) <= _FEW_WORDS


def words_beside_entities(question: Question) -> Sequence[str]:
    """Return the words of the message but for those that name something."""
    rest = list(question.text)
    for start, end in (place for places in question.spans.values() for place in places):
        rest[start:end] = " " * (end - start)
    return normalised("".join(rest)).split()


def action_of_last_intent(question: Question) -> Optional[MobilityAction]:
    """Return the action of the last intent; another one may have answered: on double degrees in general."""
    known = INTENT_TOPICS.get(question.slots.get("topic_intent") or "")
    return find_action(known.action) if known else None


def says_nothing_else(question: Question) -> bool:
    """Tell whether the words beside what the message names are those of grammar and of asking."""
    return all(len(word) == 1 or word in common_words() for word in words_beside_entities(question))


def _narrows(question: Question) -> bool:
    """Tell whether the message names little more than what the last answer or list is searched by."""
    actions = [find_action(question.slots.get(slot)) for slot in ("topic_action", "list_action")]
    actions.append(action_of_last_intent(question))
    criteria = {name for action in actions if action for name in action.criteria} - set(MANNER_ENTITIES)
    if not criteria & question.entities.keys():
        return False
    return says_nothing_else(question) or _NARROWING in likely_intents(question)


def _meant_in_context(question: Question, likely: Sequence[str]) -> Optional[str]:
    """Return the one likely intent about what was answered last: "how many credits?" after a course.

    That is the one whose action answers about the same thing, else the one of the same topic, else of a topic beside
    it; None where there are several, or none.
    """
    answered = question.slots.get("topic_intent") or ""
    if answered not in INTENT_TOPICS or len(question.text.split()) > _MOST_WORDS_IN_CONTEXT:
        return None
    about = credits_of(replace(question, intent=likely[0])) if likely else None
    if about:
        return about
    told = {name for name in _criteria_of(answered) if name not in _WHO_ASKS and question.remembered(name)}
    intents = [intent for intent in likely if intent in INTENT_TOPICS]
    of_thing = [intent for intent in intents if told.intersection(_criteria_of(intent))]
    of_topic = [intent for intent in of_thing or intents if topic_of(intent) == topic_of(answered)]
    beside = [intent for intent in intents if _subject(intent) == _subject(answered)]
    return next((group[0] for group in (of_topic, of_thing, beside) if len(group) == 1), None)


def _criteria_of(intent: str) -> Tuple[str, ...]:
    action = find_action(INTENT_TOPICS[intent].action)
    return action.criteria if action else ()


def _subject(intent: str) -> str:
    """Return what topics share that stand beside each other: housing_search, housing_price and so on."""
    return topic_of(intent).partition("_")[0]
