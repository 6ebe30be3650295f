"""The follow-ups: "and in semester 8?", "the second one", "more", "why?", "how?", "in French please".

General for every topic: what an action answers by, and what its list leads to, each action declares (actions/base.py).
"""

from dataclasses import replace
from typing import Iterable, Optional

from actions.base import FoldingAction, ListAction, MobilityAction, Turn, find_action
from actions.conversation import MAX_CHOICES, ask_back, may_mean_courses, wanted_language
from actions.explanations import explain, intent_of_other_procedure
from actions.intent_topics import INTENT_TOPICS, topic_of
from actions.questions import MANNER_ENTITIES, Question
from actions.replies import Button, Outcome, Reply
from actions.responding import likely_intents, respond_to_intent
from actions.short_messages import action_of_last_intent, says_nothing_else
from actions.wording import phrase
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility.database import Session

_INTENT_OF_ENTITY = {
    "programme": ("ask_programme", "action_show_programme"),
    "residence": ("ask_residence_details", "action_show_residence"),
    "course": ("ask_course_details", "action_show_course"),
    "teaching_unit": ("ask_course_details", "action_show_course"),
    "subject": ("find_courses", "action_find_courses"),
    "department": ("find_courses", "action_find_courses"),
    "semester": ("find_courses", "action_find_courses"),
    "study_year": ("find_courses", "action_find_courses"),
    "course_language": ("find_courses", "action_find_courses"),
    "figure": ("ask_figure", "action_show_figure"),
    "contact": ("ask_contact", "action_show_contact"),
    "amount": ("find_residences", "action_find_residences"),
    "date": ("start_plan", "action_show_plan"),
}
"""What a bare "and the summer school?" asks where the last answer was about something else; the first that fits."""


_SURE = 0.78
"""As the fallback's threshold in config.yml."""


class ActionFollowUp(MobilityAction):
    """Run the action that answered last again, with what the follow-up changes."""

    action_name = "action_follow_up"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Find out what the follow-up refers to and answer it; ask back where it refers to nothing."""
        handlers = {
            "change_language": self._again, "find_more": self._more, "ask_item": self._item,
            "ask_reason": self._explained, "ask_method": self._explained,
        }
        turn = handlers.get(question.intent, self._changed)(session, question)
        return turn or super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Ask what the follow-up is about."""
        yield Reply("utter_follow_up_unclear", topic=_last_topic(question), outcome=Outcome.CLARIFY)

    def _again(self, session: Session, question: Question) -> Turn:
        if may_mean_courses(question):
            return Turn((_ask_language_of_what(question),), {})
        if wanted_language(question) is None:
            buttons = tuple(
                Button(phrase("language_name", code), "change_language", {"requested_language": code})
                for code in SUPPORTED_LANGUAGES
            )
            topic = _last_topic(question)
            return Turn((Reply("utter_language_unclear", topic=topic, outcome=Outcome.CLARIFY, buttons=buttons),), {})
        action = find_action(question.slots.get("topic_action"))
        if action is None:
            return Turn((Reply("utter_language_set", topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK),), {})
        spoken_already = question.named("requested_language") == question.last_language
        if question.named("course_language") or (spoken_already and "course_language" in action.criteria):
            # "in English" while English is spoken: it is the courses that are to be in English.
            turn = self._changed(session, question)
            if turn is not None:
                return turn
        return action.respond_by_criteria(session, _as_asked_before(action, question))

    def _more(self, session: Session, question: Question) -> Optional[Turn]:
        action = find_action(question.slots.get("topic_action"))
        if isinstance(action, FoldingAction):
            current = _as_asked_before(action, question)
            following = replace(current, page=current.page + 1)
            if action.has_page(session, following):
                return action.respond_by_criteria(session, following)
            if current.page:
                reply = Reply("utter_list_end", topic=topic_of(current.intent), outcome=Outcome.ANSWERED)
                return Turn((reply,), {})
        action = find_action(question.slots.get("list_action"))
        if not isinstance(action, ListAction):
            return None
        current = list_as_shown(action, question)
        following = replace(current, page=current.page + 1)
        if not action.items(session, following):
            reply = Reply("utter_list_end", topic=topic_of(current.intent), outcome=Outcome.ANSWERED)
            return Turn((reply,), {})
        return action.respond_by_criteria(session, following)

    def _item(self, session: Session, question: Question) -> Optional[Turn]:
        action = find_action(question.slots.get("list_action"))
        if not isinstance(action, ListAction):
            return self._changed(session, question)
        codes = action.items(session, list_as_shown(action, question))
        if not codes:
            return self._changed(session, question)
        named = question.named(action.item_entity)
        code = named or pick_item(codes, question.named("ordinal"))
        detail = find_action(action.item_action)
        if code is None or detail is None:
            reply = Reply(
                "utter_item_missing", topic=topic_of(question.slots.get("list_intent") or ""), outcome=Outcome.CLARIFY,
                variables={"count": str(len(codes))},
            )
            return Turn((reply,), {})
        picked = replace(
            question, intent=action.item_intent, text="", spans={}, entities={action.item_entity: (code,)},
        )
        return detail.respond(session, picked)

    def _explained(self, session: Session, question: Question) -> Turn:
        # "What are the steps?" as the first words is about what it is most like, where it is like anything.
        is_first = not question.slots.get("topic_intent") and not intent_of_other_procedure(question)
        return (_new_question(session, question) if is_first else None) or explain(session, question)

    def _changed(self, session: Session, question: Question) -> Optional[Turn]:
        other = intent_of_other_procedure(question) or _plan_meant(question)
        if other:
            # "and the CVEC?" is a new question, whatever else it names.
            return respond_to_intent(session, replace(question, intent=other))
        action, own = find_action(question.slots.get("topic_action")), action_of_last_intent(question)
        if action and own and _named_criteria(own, question) - frozenset(action.criteria):
            return own.respond(session, replace(question, intent=question.slots.get("topic_intent") or ""))
        if action is not None:
            understood = action.read(session, question)
            if _named_criteria(action, understood):
                return action.respond_by_criteria(session, _merged(action, understood, "topic_intent"))
        shown = action
        action = find_action(question.slots.get("list_action"))
        if isinstance(action, ListAction):
            # After the details of one of its items a list is still what is talked about, words of the text included.
            is_near = shown is not None and shown.action_name == action.item_action
            understood = action.read(session, question) if is_near else question
            if _named_criteria(action, understood):
                return action.respond_by_criteria(session, _merged(action, understood, "list_intent"))
        for entity, (intent, name) in _INTENT_OF_ENTITY.items():
            action = find_action(name)
            if question.named(entity) and action is not None:
                return action.respond(session, replace(question, intent=intent, text="", spans={}))
        if _says_who_only(question):
            return _noted(session, question)
        return _new_question(session, question) or _guessed(session, question) or _noted(session, question)


def _says_who_only(question: Question) -> bool:
    """Tell whether the message says who the student is, and nothing else."""
    return bool(question.entities.keys() & {"nationality", "stay"}) and says_nothing_else(question)


def _ask_language_of_what(question: Question) -> Reply:
    language, requested = question.last_language or question.language, question.named("requested_language") or ""
    buttons = (
        Button(phrase(f"button_courses_{requested}", language), "change_criteria", {"course_language": requested}),
        Button(phrase(f"button_answers_{requested}", language), "change_language", {"requested_language": requested}),
    )
    return Reply(
        "utter_language_of_what", topic=_last_topic(question), outcome=Outcome.CLARIFY, buttons=buttons
    )


def _plan_meant(question: Question) -> Optional[str]:
    """Return the intent about the personal plan that "I'm Moroccan, on exchange, make me a plan" has besides."""
    others = [pair for pair in question.ranking if pair[0] in INTENT_TOPICS]
    intent, confidence = others[0] if others else ("", 0.0)
    return intent if confidence >= _SURE and intent in ("start_plan", "ask_next_step") else None


def _new_question(session: Session, question: Question) -> Optional[Turn]:
    """Take "and the bank?" as a question of its own; ask back where several are as likely."""
    asked = replace(question, ranking=tuple(pair for pair in question.ranking if pair[0] in INTENT_TOPICS))
    likely = likely_intents(asked)[:MAX_CHOICES] if question.text else ()
    if len(likely) == 1:
        return respond_to_intent(session, replace(question, intent=likely[0]))
    return Turn((ask_back(likely, question),), {}) if likely else None


def _guessed(session: Session, question: Question) -> Optional[Turn]:
    """Take words that nothing else explains as what the last action reads out of words: "and TU Munich?"."""
    action = find_action(question.slots.get("topic_action"))
    understood = action.read(session, question) if action and action.guesses and question.text else None
    if action is None or understood is None or not set(action.guesses) & understood.entities.keys():
        return None
    return action.respond_by_criteria(session, replace(understood, intent=question.slots.get("topic_intent") or ""))


def _noted(session: Session, question: Question) -> Optional[Turn]:
    """Thank for what the student tells of himself, and offer what depends on it."""
    who = [(name, question.named(name)) for name in ("nationality", "stay")]
    told = [phrase(f"audience_{value}", question.language) for _, value in who if value]
    if not told:
        return None
    reply = Reply(
        "utter_student_noted", topic="arrival", outcome=Outcome.CLARIFY, variables={"who": ", ".join(told)},
        slots={name: [value] for name, value in who if value},
    )
    return Turn((reply,), dict(reply.slots))


def _named_criteria(action: MobilityAction, question: Question) -> frozenset:
    return frozenset(action.criteria) & question.entities.keys() - frozenset(MANNER_ENTITIES)


def _merged(action: MobilityAction, question: Question, intent_slot: str) -> Question:
    asked = replace(question, intent=question.slots.get(intent_slot) or question.intent, page=0)
    return action.take_over(asked, action.criteria)


def _as_asked_before(action: MobilityAction, question: Question) -> Question:
    """Return the last question anew: same criteria, same page."""
    slots = question.slots
    intent, page = slots.get("topic_intent") or "", int(slots.get(action.page_slot) or 0)
    before = replace(question, intent=intent, text="", spans={}, entities={}, page=page)
    return action.take_over(before, action.criteria)


def list_as_shown(action: ListAction, question: Question) -> Question:
    """Return the question that the last list answered."""
    return replace(_as_asked_before(action, question), intent=question.slots.get("list_intent") or "")


def pick_item(codes: tuple, ordinal: Optional[str]) -> Optional[str]:
    """Return the code at `ordinal` ("1" the first, "-1" the last); without one, the only code there is."""
    if ordinal is None:
        return codes[0] if len(codes) == 1 else None
    place = int(ordinal)
    if place == -1 and codes:
        return codes[-1]
    return codes[place - 1] if 1 <= place <= len(codes) else None


def _last_topic(question: Question) -> str:
    return topic_of(question.slots.get("topic_intent") or "")
