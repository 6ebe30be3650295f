"""Chooses which parts of a message are questions of their own; no Rasa in here."""

from dataclasses import dataclass
from typing import FrozenSet, List, Sequence

from bot.nlu.message_parts import MessagePart

MOST_QUESTIONS = 3


@dataclass(frozen=True)
class UnderstoodPart:
    """A part of a message, its intent and what it names."""

    part: MessagePart
    intent: str
    confidence: float
    lead: float
    """By how much its intent leads the next one, as a share of the confidence."""
    named: FrozenSet[str] = frozenset()
    """The values of its entities."""


@dataclass(frozen=True)
class PartChoice:
    """When a part counts as a question; measured by `python -m bench.several_questions`."""

    threshold: float
    """Least confidence of a question. Low, because the other questions tell that the message is for this assistant."""
    lead_joined: float
    """Least lead of a question after a joining word, where no sentence ended."""
    lead_after_topic: float
    """Least lead after a comma that may only part a topic from its question ("visas, do I need one")."""
    dependent_intents: FrozenSet[str]
    """Intents of parts that are no questions of their own: greetings, thanks, follow-ups."""

    def questions(self, parts: Sequence[UnderstoodPart]) -> List[int]:
        """Return the places in `parts` of the questions, each kind of question once."""
        chosen: List[int] = []
        for place, part in enumerate(parts):
            if self._is_question(part) and not any(_is_same(part, parts[other]) for other in chosen):
                chosen.append(place)
        return chosen[:MOST_QUESTIONS]

    def _is_question(self, understood: UnderstoodPart) -> bool:
        part = understood.part
        if understood.intent in self.dependent_intents or not part.may_ask:
            return False
        least_lead = self.lead_after_topic if part.after_topic else 0.0 if part.begins_sentence else self.lead_joined
        return understood.confidence >= self.threshold and understood.lead >= least_lead


def _is_same(part: UnderstoodPart, other: UnderstoodPart) -> bool:
    """Say whether two parts ask the same; one that names nothing asks no more than the other."""
    if part.intent != other.intent:
        return False
    return part.named == other.named or not part.named or not other.named
