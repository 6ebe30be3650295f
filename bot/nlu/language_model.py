"""The language of a message, learnt from the training examples; no Rasa in here."""

from pathlib import Path
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from bot.languages import SUPPORTED_LANGUAGES
from bot.nlu.examples import Example, load_yaml
from bot.nlu.linear_models import NgramFeatures, OneVsRest
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.words import plain, split_words

# Accents are evidence here, so they stay; words weigh a sentence's frame ("is ... taught in") over the names in it.
_ANALYZERS = (
    {"analyzer": "char_wb", "ngram_range": (1, 4), "min_df": 2, "strip_accents": None},
    {"analyzer": "word", "ngram_range": (1, 1), "min_df": 2, "token_pattern": r"(?u)\b\w+\b", "strip_accents": None},
)
_SAMPLE_WEIGHT = 3
"""How often the few samples are repeated, so that their n-grams are not dropped as rare."""
_TELLING = 1000
"""So many characters tell the language as well as more do."""
_NAME_EVERY = 3
"""Every third example is learnt once more with a name of another language in it."""


class Guess(NamedTuple):
    """The likeliest language and by how much it leads the second."""

    language: str
    margin: float


class Judgement(NamedTuple):
    """What is known of the language of a text."""

    likely: str
    sure: Optional[str]
    """None when the text is too short or too mixed."""


class LanguageModel:
    """Tells languages apart, and when it cannot."""

    def __init__(
        self, features: NgramFeatures, classifier: OneVsRest, unmistakable: Mapping[str, Sequence[str]]
    ) -> None:
        self._features = features
        self._classifier = classifier
        self._unmistakable = {plain(word): language for language, words in unmistakable.items() for word in words}

    @classmethod
    def fit(cls, examples: Sequence[Example]) -> "LanguageModel":
        """Learn from examples and the texts of resources/languages.yml."""
        resource = load_yaml(RESOURCES / "languages.yml")
        texts, languages = _training_texts(examples, resource)
        features = NgramFeatures(_ANALYZERS)
        return cls(features, OneVsRest.fit(features.fit(texts), languages), resource["unmistakable"])

    def guess(self, text: str) -> Guess:
        """Return the likeliest language of a text, however short."""
        row = self._classifier.probabilities(self._features.rows([text[:_TELLING]]))[0]
        order = row.argsort()[::-1]
        return Guess(self._classifier.classes[order[0]], float(row[order[0]] - row[order[1]]))

    def identify(self, text: str, margin: float, min_words: int) -> Optional[str]:
        """Return the language of a text, or None when it is too short or too mixed to be sure."""
        return self.judge(text, margin, min_words).sure

    def judge(self, text: str, margin: float, min_words: int) -> "Judgement":
        """Return the likeliest language of a text, and the one that is sure."""
        words = split_words(text)
        # Place names and codes in capitals or with digits say nothing about the language around them.
        telling = [word for word in words if word.text.isalpha() and not text[word.start : word.end].isupper()]
        if len(telling) < min_words:
            # "TU" in "and TU Hamburg?" is no French; a message all in capitals is still told by its words.
            told = {self._unmistakable[word.text] for word in telling or words if word.text in self._unmistakable}
            sure = told.pop() if len(told) == 1 else None
            return Judgement(sure or self.guess(text).language, sure)
        guess = self.guess(text)
        return Judgement(guess.language, guess.language if guess.margin >= margin else None)

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        self._features.save(folder / "ngrams.json")
        self._classifier.save(folder / "languages.npz")

    @classmethod
    def load(cls, folder: Path) -> "LanguageModel":
        """Read what `save` wrote."""
        resource = load_yaml(RESOURCES / "languages.yml")
        return cls(
            NgramFeatures.load(folder / "ngrams.json"),
            OneVsRest.load(folder / "languages.npz"),
            resource["unmistakable"],
        )


def _training_texts(examples: Sequence[Example], resource: Mapping[str, Any]) -> Tuple[List[str], List[str]]:
    pairs = [(example.text, example.language) for example in examples]
    pairs += [
        (text, language)
        for language, texts in resource["samples"].items()
        for text in texts
        for _ in range(_SAMPLE_WEIGHT)
    ]
    names = resource["names"]
    long_enough = [pair for pair in pairs if len(pair[0].split()) > 3 and pair[1] in SUPPORTED_LANGUAGES]
    for number, (text, language) in enumerate(long_enough[::_NAME_EVERY]):
        foreign = [name for other, others in names.items() if other != language for name in others]
        name = foreign[number % len(foreign)]
        start, _, end = text.partition(" ")
        pairs.append((f"{text} {name}" if number % 2 else f"{start} {name} {end}", language))
    texts, languages = zip(*pairs, strict=True)
    return list(texts), list(languages)
