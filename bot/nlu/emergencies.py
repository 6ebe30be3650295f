"""Rasa component EmergencyDetector: distress and emergencies come before everything else, however the rest reads."""

from functools import lru_cache
from typing import Any, Dict, List, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.examples import load_yaml
from bot.nlu.options import checked_options
from bot.nlu.phrase_patterns import RESOURCES, PhrasePatterns
from bot.nlu.untrained import UntrainedComponent
from bot.nlu.words import Vocabulary, Word, respelt, split_words

_SHORTEST_REPAIRED = 7
"""Shorter words are one letter away from too many others ("raped", "rapid")."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyDetector(UntrainedComponent, IntentClassifier):
    """Sets the intent of messages that hold a phrase of resources/emergencies.yml.

    The classifier weighs the whole message, so that a cry for help in a long story, or one unlike the examples, could
    drown; a phrase cannot.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: none."""
        return {}

    def __init__(self, config: Dict[str, Any]) -> None:
        checked_options(type(self), config, {})

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the intent of each message that tells of an emergency before all others."""
        for message in messages:
            intent = find_emergency(message.get(TEXT) or "")
            if intent:
                urgent = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
                # The others are kept for the record, far enough behind for the fallback not to see two candidates.
                others = [
                    {**other, PREDICTED_CONFIDENCE_KEY: other[PREDICTED_CONFIDENCE_KEY] / 2}
                    for other in message.get(INTENT_RANKING_KEY) or []
                    if other[INTENT_NAME_KEY] != intent
                ]
                message.set(INTENT, urgent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [urgent, *others], add_to_output=True)
        return messages


def find_emergency(text: str) -> Optional[str]:
    """Return the intent of the first phrase of an emergency in `text`, or None."""
    patterns, spelling, not_typos = _patterns()
    words = [word if word.text in not_typos else _repaired(word, spelling) for word in split_words(text)]
    found = patterns.find_among(words)
    return found[0].entity if found else None


def _repaired(word: Word, spelling: Vocabulary) -> Word:
    if len(word.text) < _SHORTEST_REPAIRED or word.text in spelling:
        return word
    return respelt(word, spelling.nearest(word.text) or word.text)


@lru_cache(maxsize=1)
def _patterns() -> tuple:
    content = load_yaml(RESOURCES / "emergencies.yml")
    written = {
        word
        for entries in content["entities"].values()
        for entry in entries
        for item in entry["pattern"].split()
        for word in item.strip("[]").split("|")
    }
    spelling = Vocabulary(sorted(word for word in written if len(word) >= _SHORTEST_REPAIRED))
    return PhrasePatterns(content), spelling, frozenset(content["not_typos"])
