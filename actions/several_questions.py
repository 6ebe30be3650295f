"""Several questions in one message, and messages in a language that the assistant does not speak."""

from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from actions.base import MobilityAction, Turn, find_action
from actions.intent_topics import INTENT_TOPICS
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.responding import respond_to_intent
from actions.wording import phrase
from bot.languages import OTHER_LANGUAGES
from bot.mobility.database import Session

ASK_SEVERAL = "ask_several"
_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
"""In a language that was not learnt, a message about something else is not told from one that is not understood."""


class ActionAnswerSeveral(MobilityAction):
    """Answer each question of a message, in the order asked."""

    action_name = "action_answer_several"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Let the action of each question answer; a follow-up refers to the last one."""
        replies: List[Reply] = []
        memory: Dict[str, Any] = {}
        for part in question.parts:
            turn = _answer_part(session, replace(part, slots={**part.slots, **memory}), question)
            if turn is not None:
                replies += [reply for reply in turn.replies if reply not in replies]
                memory.update(turn.memory)
        if not replies:
            return super().respond(session, question)
        # Choices belong to what was said last.
        return Turn((*(replace(reply, buttons=()) for reply in replies[:-1]), replies[-1]), memory)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Invite the questions that were announced: "I have several questions"."""
        yield Reply("utter_questions_invited", topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK)


class ActionShowLanguages(MobilityAction):
    """Say which languages are spoken; after a message in another one go on with what it asks for."""

    action_name = "action_show_languages"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Say it in the language of the message; where its intent is clear, answer in the conversation's language."""
        if question.other_language not in OTHER_LANGUAGES:
            return super().respond(session, question)
        turn = _respond_to_understood(session, question)
        if turn is None or not turn.replies:
            outcome = Outcome.FALLBACK if question.understood_intent in _NOT_UNDERSTOOD else Outcome.SMALL_TALK
            return Turn((self._languages(question, outcome),), {})
        languages = self._languages(question, turn.replies[0].outcome, turn.replies[0].topic)
        if languages.topic == "emergency":
            return replace(turn, replies=(*turn.replies, languages))  # the numbers come first
        return replace(turn, replies=(languages, *turn.replies))

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say it in the language of the conversation."""
        yield self._languages(question, Outcome.SMALL_TALK)

    def _languages(self, question: Question, outcome: Outcome, topic: Optional[str] = None) -> Reply:
        language = question.other_language or question.language
        return Reply(
            "utter_languages_spoken",
            topic=topic or ("out_of_scope" if outcome is Outcome.FALLBACK else "greeting_smalltalk"),
            outcome=outcome,
            variables={"languages_spoken": phrase("languages_spoken", language)},
        )


def _answer_part(session: Session, part: Question, whole: Question) -> Optional[Turn]:
    """Answer one question by what it names, and by what the rest of the message names where it names nothing."""
    action = find_action(INTENT_TOPICS[part.intent].action) if part.intent in INTENT_TOPICS else None
    if action is None:
        return respond_to_intent(session, part)
    elsewhere = _named_in([*(other for other in whole.parts if other.text != part.text), whole])
    informed = replace(part, slots={**part.slots, **elsewhere})
    complete = action.take_over(informed, [criterion for criterion in action.criteria if criterion in elsewhere])
    return action.respond(session, replace(complete, slots=part.slots))


def _named_in(questions: Iterable[Question]) -> Mapping[str, Tuple[str, ...]]:
    named: Dict[str, Tuple[str, ...]] = {}
    for question in questions:
        for entity, values in question.entities.items():
            named[entity] = tuple(dict.fromkeys((*named.get(entity, ()), *values)))
    return named


def _respond_to_understood(session: Session, question: Question) -> Optional[Turn]:
    """Return the answer to what was understood of the message, None where that was nothing or mere manners."""
    understood = replace(question, intent=question.understood_intent or "", other_language=None)
    if understood.intent == ASK_SEVERAL:
        return ActionAnswerSeveral().respond(session, understood)
    return respond_to_intent(session, understood) if understood.intent in INTENT_TOPICS else None
