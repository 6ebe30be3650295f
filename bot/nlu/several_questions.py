"""Rasa components MessageSplitter and SeveralQuestions: each question of a message is understood by itself.

Rasa's components see the list of messages and nothing of each other. So the first one adds the parts of a message to
that list, the components between the two understand them as they understand any message, and the second one takes
them out again. A message of one part costs nothing.
"""

from typing import Any, Dict, List, Sequence, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import LIKELY_LANGUAGE
from bot.nlu.message_parts import MessagePart, message_cutter
from bot.nlu.options import checked_options, number_between, text_list, whole_number
from bot.nlu.part_choice import PartChoice, UnderstoodPart
from bot.nlu.untrained import UntrainedComponent
from bot.nlu.words import split_words

ASK_SEVERAL = "ask_several"
OUT_OF_SCOPE = "out_of_scope"
QUESTIONS = "questions"
"""Key of the parse data under which the questions go to the action: text, intent, confidence and entities of each."""
_PART = "part"
_PARTS = "parts"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class MessageSplitter(UntrainedComponent, IntentClassifier):
    """Adds the parts of a message to the messages that the following components process."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: none."""
        return {}

    def __init__(self, config: Dict[str, Any]) -> None:
        checked_options(type(self), config, {})
        self._cutter = message_cutter()

    def process(self, messages: List[Message]) -> List[Message]:
        """Return the messages, then the parts of those that have several."""
        added: List[Message] = []
        for message in messages:
            parts = self._cutter.cut(message.get(TEXT) or "")
            if sum(part.may_ask for part in parts) > 1:
                language = message.get(LIKELY_LANGUAGE)
                made = [Message({TEXT: part.text, _PART: part, LIKELY_LANGUAGE: language}) for part in parts]
                message.set(_PARTS, made)
                added += made
        return [*messages, *added]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralQuestions(UntrainedComponent, IntentClassifier):
    """Gives a message of two or three questions the intent `ask_several`, and the questions themselves."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: least confidences and leads; intents that ask nothing by themselves, or come first."""
        return {
            "threshold": 0.20,
            "lead_joined": 0.10,
            "lead_after_topic": 0.30,
            "lead_whole": 0.30,
            "few_words": 3,
            "sure": 0.78,
            "social_intents": ["greet", "goodbye", "thank", "affirm", "deny"],
            "dependent_intents": [],
            "urgent_intents": ["report_emergency"],
            "joining_intents": [],
        }

    def __init__(self, config: Dict[str, Any]) -> None:
        options = checked_options(
            type(self),
            config,
            {
                "threshold": number_between(0, 1),
                "lead_joined": number_between(0, 1),
                "lead_after_topic": number_between(0, 1),
                "lead_whole": number_between(0, 1),
                "few_words": whole_number(0, 20),
                "sure": number_between(0, 1),
                "social_intents": text_list(),
                "dependent_intents": text_list(),
                "urgent_intents": text_list(),
                "joining_intents": text_list(),
            },
        )
        self._sure = options["sure"]
        self._lead_whole = options["lead_whole"]
        self._few_words = options["few_words"]
        self._social = frozenset(options["social_intents"])
        self._urgent = frozenset(options["urgent_intents"])
        self._joining = frozenset(options["joining_intents"])
        dependent = self._social | set(options["dependent_intents"])
        self._choice = PartChoice(options["threshold"], options["lead_joined"], options["lead_after_topic"], dependent)

    def process(self, messages: List[Message]) -> List[Message]:
        """Return the messages without the parts, which have served."""
        for message in messages:
            parts = message.get(_PARTS)
            if parts and (message.get(INTENT) or {}).get(INTENT_NAME_KEY):
                self._judge(message, parts)
        return [message for message in messages if message.get(_PART) is None]

    def _judge(self, message: Message, parts: Sequence[Message]) -> None:
        understood = [_understood(part) for part in parts]
        urgent = [place for place, part in enumerate(understood) if self._is_sure(part) and part.intent in self._urgent]
        if urgent:
            _take_intent(message, parts[urgent[0]])
            return
        if self._joins(message, parts):
            return
        places = self._choice.questions(understood)
        if len(places) > 1 and self._is_one(message, [understood[place] for place in places]):
            return
        if len(places) > 1 and any(self._is_sure(understood[place]) for place in places):
            questions = _questions(message.get(TEXT), parts, understood, places)
            confidence = max(question[PREDICTED_CONFIDENCE_KEY] for question in questions)
            intent = {INTENT_NAME_KEY: ASK_SEVERAL, PREDICTED_CONFIDENCE_KEY: confidence}
            message.set(QUESTIONS, questions, add_to_output=True)
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
        elif len(places) == 1 and self._is_greeted(understood, places[0]):
            _take_intent(message, parts[places[0]])

    def _joins(self, message: Message, parts: Sequence[Message]) -> bool:
        """Say whether the message is one sentence of an intent that names two things: "compare this and that"."""
        intent = message.get(INTENT)
        is_sure = intent[INTENT_NAME_KEY] in self._joining and intent[PREDICTED_CONFIDENCE_KEY] >= self._sure
        return is_sure and not any(part.get(_PART).begins_sentence for part in parts[1:])

    def _is_one(self, message: Message, questions: Sequence[UnderstoodPart]) -> bool:
        """Say whether the message is clear as a whole and a part of few words only goes on with it.

        "when does the semester start and finish", "where is the form, and the deadline": it means little alone.
        """
        if any(question.part.begins_sentence for question in questions[1:]):
            return False
        if all(len(split_words(question.part.text)) > self._few_words for question in questions):
            return False
        first, second = [*_own_ranking(message), ("", 0.0), ("", 0.0)][:2]
        is_clear = first[1] >= self._sure and first[1] - second[1] >= self._lead_whole
        return is_clear and any(question.intent == first[0] for question in questions)

    def _is_greeted(self, parts: Sequence[UnderstoodPart], question: int) -> bool:
        """Say whether all but the question is greeting or thanks."""
        others = [part for place, part in enumerate(parts) if place != question]
        return all(part.intent in self._social and self._is_sure(part) for part in others)

    def _is_sure(self, part: UnderstoodPart) -> bool:
        return part.confidence >= self._sure


def _understood(message: Message) -> UnderstoodPart:
    # Foreign or not is told by the confidence: beside another question the likeliest of our own intents is meant.
    (intent, confidence), (_, next_confidence) = [*_own_ranking(message), ("", 0.0), ("", 0.0)][:2]
    return UnderstoodPart(
        part=message.get(_PART),
        intent=intent,
        confidence=confidence,
        lead=(confidence - next_confidence) / (confidence or 1.0),
        named=frozenset(entity[ENTITY_ATTRIBUTE_VALUE] for entity in message.get(ENTITIES) or ()),
    )


def _own_ranking(message: Message) -> List[Tuple[str, float]]:
    ranking = message.get(INTENT_RANKING_KEY) or ()
    return [
        (intent[INTENT_NAME_KEY], intent[PREDICTED_CONFIDENCE_KEY])
        for intent in ranking
        if intent[INTENT_NAME_KEY] != OUT_OF_SCOPE
    ]


def _take_intent(message: Message, part: Message) -> None:
    for key in (INTENT, INTENT_RANKING_KEY):
        message.set(key, part.get(key), add_to_output=True)


def _questions(
    text: str, parts: Sequence[Message], understood: Sequence[UnderstoodPart], places: Sequence[int]
) -> List[Dict[str, Any]]:
    """Return the questions, each with the words that go on with it ("... in mechanics" "and energy")."""
    questions: List[Dict[str, Any]] = []
    for place, following in zip(places, [*places[1:], len(parts)], strict=True):
        members = [parts[place]]
        for other in parts[place + 1 : following]:
            if not _goes_on(other.get(_PART)):
                break
            members.append(other)
        start, end = members[0].get(_PART).start, members[-1].get(_PART).end
        questions.append(
            {
                TEXT: text[start:end],
                INTENT: understood[place].intent,
                PREDICTED_CONFIDENCE_KEY: understood[place].confidence,
                ENTITIES: [
                    _moved(entity, member.get(_PART).start - start)
                    for member in members
                    for entity in member.get(ENTITIES) or ()
                ],
            }
        )
    return questions


def _goes_on(part: MessagePart) -> bool:
    return not part.begins_sentence and not part.tells


def _moved(entity: Dict[str, Any], by: int) -> Dict[str, Any]:
    return {
        **entity,
        ENTITY_ATTRIBUTE_START: entity[ENTITY_ATTRIBUTE_START] + by,
        ENTITY_ATTRIBUTE_END: entity[ENTITY_ATTRIBUTE_END] + by,
    }
