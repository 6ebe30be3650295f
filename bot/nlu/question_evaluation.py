"""Measures the understanding on held-out questions: what the whole pipeline and the fallback make of each."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Sequence

from bot.nlu.examples import Example
from bot.nlu.trained_model import TrainedModel

OUT_OF_SCOPE = "out_of_scope"
# Answers under these topics harm nobody whose question is out of scope.
_HARMLESS_TOPICS = (OUT_OF_SCOPE, "greeting_smalltalk", "emergency")


@dataclass(frozen=True)
class Reaction:
    """What the assistant does with a message."""

    kind: str
    """answered, asked_back or fell_back."""
    intent: str
    """The intent answered, or the first one offered; "" where none is."""
    topic: str


@dataclass(frozen=True)
class Asked:
    """A question, the topic that it should reach, and the reaction."""

    question: Example
    topic: str
    reaction: Reaction

    @property
    def in_scope(self) -> bool:
        """Say whether the assistant should answer the question."""
        return self.question.intent != OUT_OF_SCOPE

    @property
    def is_false_answer(self) -> bool:
        """Say whether a question out of scope gets facts for an answer."""
        return not self.in_scope and self.reaction.kind == "answered" and self.reaction.topic not in _HARMLESS_TOPICS

    @property
    def is_right(self) -> bool:
        """Say whether the question is answered by its intent, or out of scope and not answered."""
        if not self.in_scope:
            return not self.is_false_answer
        return self.reaction.kind == "answered" and self.reaction.intent == self.question.intent

    @property
    def has_right_topic(self) -> bool:
        """Say whether the answer, or the first of the intents offered, is about what was asked."""
        return self.reaction.kind != "fell_back" and self.reaction.topic == self.topic


React = Callable[[Dict[str, Any]], Reaction]


def ask(
    model: TrainedModel,
    questions: Sequence[Example],
    react: React,
    topic_of: Callable[[str], str],
    change: Callable[[str], str] = str,
) -> List[Asked]:
    """Put every question, changed, to the model; `react` says what the assistant does with what was understood."""
    return [
        Asked(question, topic_of(question.intent), react(model.parse(change(question.text)))) for question in questions
    ]


def shares(asked: Sequence[Asked]) -> Mapping[str, float]:
    """Return the figures of a report, by name; all but the last are shares of the questions in scope."""
    inside = [item for item in asked if item.in_scope]
    outside = [item for item in asked if not item.in_scope]
    return {
        "intent right": _share([item.is_right for item in inside]),
        "topic right": _share([item.has_right_topic for item in inside]),
        "asked back": _share([item.reaction.kind == "asked_back" for item in inside]),
        "fell back": _share([item.reaction.kind == "fell_back" for item in inside]),
        "false answers out of scope": _share([item.is_false_answer for item in outside]),
    }


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
