"""Rasa component GlossaryTranslation: what the classifier reads is English as far as a glossary knows it."""

from pathlib import Path
from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import DEFAULT_LANGUAGE
from bot.nlu.examples import read_examples
from bot.nlu.glossary import glossaries, translate
from bot.nlu.language import LIKELY_LANGUAGE
from bot.nlu.options import checked_options, text
from bot.nlu.typo_repair import text_to_classify
from bot.nlu.untrained import UntrainedComponent
from bot.settings import PROJECT_ROOT

_ENGLISH_TEXT = "english_text"


def text_in_english(message: Message) -> str:
    """Return the repaired text of a message in English as far as it is known."""
    return message.get(_ENGLISH_TEXT) or text_to_classify(message)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class GlossaryTranslation(UntrainedComponent):
    """Sets the text that later components read with `text_in_english`.

    The embedding was trained on English. A gloss of each word brings a French message near the English examples.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: folder with a folder of examples per language."""
        return {"examples": "data/nlu"}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._options = checked_options(type(self), config, {"examples": text()})
        glossaries()  # read now rather than while the first student waits

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the translation of each message out of the language that it is likely in."""
        for message in messages:
            _translate(message, message.get(LIKELY_LANGUAGE) or DEFAULT_LANGUAGE)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the translation of each example; its language is the folder that it stands in."""
        examples = read_examples(PROJECT_ROOT / Path(self._options["examples"]))
        languages = {example.text: example.language for example in examples}
        for message in training_data.training_examples:
            _translate(message, languages.get(message.get(TEXT) or "", DEFAULT_LANGUAGE))
        return training_data


def _translate(message: Message, language: str) -> None:
    message.set(_ENGLISH_TEXT, translate(text_to_classify(message), language))
