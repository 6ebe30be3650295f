"""Rasa component OtherLanguage: who writes in a language that the assistant does not speak is told so first."""

from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import OTHER_LANGUAGE
from bot.nlu.options import checked_options
from bot.nlu.untrained import UntrainedComponent

ASK_LANGUAGES = "ask_languages"
UNDERSTOOD_INTENT = "understood_intent"
"""Key of the parse data under which the action finds what the message itself asks for."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OtherLanguage(UntrainedComponent, IntentClassifier):
    """Gives such a message the intent `ask_languages`, whose action goes on to answer what was understood."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: none."""
        return {}

    def __init__(self, config: Dict[str, Any]) -> None:
        checked_options(type(self), config, {})

    def process(self, messages: List[Message]) -> List[Message]:
        """Replace the intent of messages in another language."""
        for message in messages:
            intent = message.get(INTENT) or {}
            if message.get(OTHER_LANGUAGE) and intent.get(INTENT_NAME_KEY):
                message.set(UNDERSTOOD_INTENT, intent[INTENT_NAME_KEY], add_to_output=True)
                asked = {**intent, INTENT_NAME_KEY: ASK_LANGUAGES}
                message.set(INTENT, asked, add_to_output=True)
                ranking = message.get(INTENT_RANKING_KEY) or []
                message.set(INTENT_RANKING_KEY, [asked, *ranking], add_to_output=True)
        return messages
