"""The hybrid intent model, without Rasa: n-grams and embedding classify, and tell whether a message is ours at all."""

from pathlib import Path
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.nlu.linear_models import NgramFeatures, OneVsRest, main_axes, normalised
from bot.nlu.nearest_examples import NearestExamples
from bot.nlu.scope import MEASURED, ScopeWeights

# Words carry the domain's terms, characters within words carry word families, endings and typos. Words are those of the
# translation, so that French and English examples of an intent share them; characters are those of both.
_WORDS: Mapping[str, Any] = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"}
_CHARACTERS: Mapping[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2}
_VECTOR_WEIGHT = 1.5
"""How much the embedding weighs beside one kind of n-grams; measured by cross-validation."""
_LEARNT_AXES = 128
"""How many of the 384 axes of the embedding are learnt from: as good as all of them, in three quarters of the time."""
_CLEAR_FROM = 0.385
"""From this probability of the best of our intents a message is clear. In cross-validation two of three answers below
it were those of another intent."""
_NO_SCORE = -10.0
"""A score as low as any: that of a foreign intent where none was learnt."""


class Ranked(NamedTuple):
    """An intent and how sure the model is of it."""

    intent: str
    confidence: float


class IntentModel:
    """A linear classifier over n-grams and sentence embedding together.

    The confidence of the best intent is how likely the message is one for this assistant at all, less where none of
    its intents stands out; the other intents follow at the distance of their probabilities. So a low confidence means a
    foreign or unclear message, and a small distance means a message that may be understood in two ways. Foreign intents
    share what is left to one.
    """

    def __init__(
        self,
        written: NgramFeatures,
        translated: NgramFeatures,
        classifier: OneVsRest,
        foreign: np.ndarray,
        own_examples: np.ndarray,
        foreign_examples: np.ndarray,
    ) -> None:
        """`foreign` says of each class whether it is foreign; the examples are embeddings, one per row."""
        self._written = written
        self._translated = translated
        self._classifier = classifier
        self._foreign = foreign
        self._own = NearestExamples(own_examples)
        self._others = NearestExamples(foreign_examples)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        translations: Sequence[str],
        vectors: np.ndarray,
        intents: Sequence[str],
        foreign_intents: Sequence[str] = (),
    ) -> "IntentModel":
        """Learn from examples; those of `foreign_intents` are messages that the assistant has no answer for.

        The translations are the texts in English as far as it is known, the vectors are theirs.
        """
        written, translated = NgramFeatures([_CHARACTERS]), NgramFeatures([_WORDS, _CHARACTERS])
        axes = main_axes(vectors, _LEARNT_AXES)
        folded = csr_matrix(vectors @ axes * _VECTOR_WEIGHT)
        features = hstack([written.fit(texts), translated.fit(translations), folded], format="csr")
        classifier = OneVsRest.fit(features, intents).unfold(axes)
        is_foreign = np.isin(intents, foreign_intents)
        return cls(
            written,
            translated,
            classifier,
            np.isin(classifier.classes, foreign_intents),
            vectors[~is_foreign],
            vectors[is_foreign],
        )

    def rank(
        self,
        texts: Sequence[str],
        translations: Sequence[str],
        vectors: np.ndarray,
        weights: ScopeWeights = MEASURED,
        length: Optional[int] = None,
    ) -> List[List[Ranked]]:
        """Return for each text all intents or the `length` surest, the surest first."""
        scores = self._scores(texts, translations, vectors)
        scope = weights.scope(self._clues(scores, vectors))[:, np.newaxis]
        confidences = np.zeros_like(scores)
        for columns, likely in ((~self._foreign, scope), (self._foreign, 1 - scope)):
            if columns.any():
                probabilities = normalised(scores[:, columns])
                best = probabilities.max(axis=1, keepdims=True)
                clear = np.minimum(1, best / _CLEAR_FROM)
                confidences[:, columns] = likely * clear * (1 - (best - probabilities))
        names = self._classifier.classes
        orders = np.argsort(-confidences, axis=1)[:, :length]
        return [
            [Ranked(names[column], float(row[column])) for column in order]
            for row, order in zip(confidences, orders, strict=True)
        ]

    def clues(self, texts: Sequence[str], translations: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return for each text what ScopeWeights judges by, in the order of its fields."""
        return self._clues(self._scores(texts, translations, vectors), vectors)

    def _scores(self, texts: Sequence[str], translations: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        written, translated = self._written.rows(texts), self._translated.rows(translations)
        return self._classifier.scores(written, translated, vectors * _VECTOR_WEIGHT)

    def _clues(self, scores: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [
                _best(scores[:, ~self._foreign]),
                _best(scores[:, self._foreign]),
                self._own.likeness(vectors),
                self._others.likeness(vectors),
            ]
        )

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        self._written.save(folder / "written.json")
        self._translated.save(folder / "translated.json")
        self._classifier.save(folder / "classifier.npz")
        np.savez_compressed(
            folder / "examples.npz", foreign=self._foreign, own=self._own.vectors, others=self._others.vectors
        )

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Say whether `save` was called for a folder."""
        return (folder / "examples.npz").is_file()

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read what `save` wrote."""
        with np.load(folder / "examples.npz", allow_pickle=False) as arrays:
            foreign, own, others = arrays["foreign"], arrays["own"], arrays["others"]
        written = NgramFeatures.load(folder / "written.json")
        translated = NgramFeatures.load(folder / "translated.json")
        return cls(written, translated, OneVsRest.load(folder / "classifier.npz"), foreign, own, others)


def _best(scores: np.ndarray) -> np.ndarray:
    """Return the highest score of each row."""
    return scores.max(axis=1, initial=_NO_SCORE)
