"""Rasa component TypoRepair: what the classifier reads has its typos repaired; the message keeps its words."""

import json
from collections import Counter
from typing import Any, Dict, Iterable, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding.weights import general_words
from bot.nlu.glossary import glossaries
from bot.nlu.options import checked_options, text_or_none, whole_number
from bot.nlu.words import Vocabulary, split_words

REPAIRED_TEXT = "repaired_text"
_FILE = "words.json"


def text_to_classify(message: Message) -> str:
    """Return the repaired text of a message, or its own where no component repaired it."""
    return message.get(REPAIRED_TEXT) or message.get(TEXT) or ""


class TypoRepairer:
    """Maps an unknown word to a known one: words of the training examples first, then those of the embedding."""

    def __init__(
        self, trained: Iterable[str], general: Iterable[str], min_letters: int = 4, long_letters: int = 8
    ) -> None:
        self._trained = Vocabulary(trained)
        self._general = Vocabulary(general)
        self._min_letters = min_letters
        self._long_letters = long_letters

    def repair(self, text: str) -> str:
        """Return the text with unknown words of `min_letters` and more replaced by the nearest known ones."""
        pieces, place = [], 0
        for word in split_words(text):
            known = self._repair_word(word.text)
            if known != word.text:
                pieces += [text[place : word.start], known]
                place = word.end
        return "".join([*pieces, text[place:]])

    def _repair_word(self, word: str) -> str:
        if len(word) < self._min_letters or not word.isalpha() or word in self._trained or word in self._general:
            return word
        # One edit among either list before two edits among any: a nearer word is likelier than a more usual one.
        for edits in (1, 2) if len(word) >= self._long_letters else (1,):
            found = self._trained.nearest(word, edits) or self._general.nearest(word, edits)
            if found:
                return found
        return word


def known_words(examples: Iterable[str]) -> List[str]:
    """Return the words of the examples, the most frequent first, then those of the glossaries."""
    glossary_words = (word for glossary in glossaries().values() for word in glossary.words)
    return list(dict.fromkeys([*count_words(examples), *glossary_words]))


def count_words(texts: Iterable[str]) -> List[str]:
    """Return the words of the texts, the most frequent first."""
    counts = Counter(word.text for text in texts for word in split_words(text) if word.text.isalpha())
    return sorted(counts, key=lambda word: (-counts[word], word))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TypoRepair(GraphComponent):
    """Sets the repaired text that later components read with `text_to_classify`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the options: shortest word repaired, length from which two edits count, folder of the vocabulary."""
        return {"min_letters": 4, "long_letters": 8, "folder": None}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._options = checked_options(
            type(self),
            config,
            {
                "min_letters": whole_number(3, 20),
                "long_letters": whole_number(4, 40),
                "folder": text_or_none(),
            },
        )
        self._model_storage = model_storage
        self._resource = resource
        self._repairer = self._make_repairer([], [])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TypoRepair":
        """Return an untrained component, which repairs nothing."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and store them beside the embedding's."""
        trained = known_words(message.get(TEXT) or "" for message in training_data.training_examples)
        general = general_words(self._options["folder"])
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps({"trained": trained, "general": general}), encoding="utf-8")
        self._repairer = self._make_repairer(trained, general)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TypoRepair":
        """Load the words."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            words = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        component._repairer = component._make_repairer(words["trained"], words["general"])
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the repaired text of each message."""
        for message in messages:
            message.set(REPAIRED_TEXT, self._repairer.repair(message.get(TEXT) or ""))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are: all their words are known."""
        return training_data

    def _make_repairer(self, trained: List[str], general: List[str]) -> TypoRepairer:
        return TypoRepairer(trained, general, self._options["min_letters"], self._options["long_letters"])
