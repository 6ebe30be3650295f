"""The hybrid intent model, without Rasa: n-grams and embedding classify, and tell whether a message is ours at all."""

from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.nlu.linear_models import NgramFeatures, OneVsRest, normalised
from bot.nlu.scope import MEASURED, ScopeWeights

# Words carry the domain's terms, characters within words carry word families, endings and typos.
_ANALYZERS = (
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"},
    {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2},
)
_NEIGHBOURS = 3
_NO_SCORE = -10.0
"""A score as low as any: that of a foreign intent where none was learnt."""


class Ranked(NamedTuple):
    """An intent and how sure the model is of it."""

    intent: str
    confidence: float


class IntentModel:
    """A linear classifier over n-grams and sentence embedding together.

    The confidence of the best intent is how likely the message is one for this assistant at all; the other intents
    follow at the distance of their probabilities. So a low confidence means a foreign message, and a small distance
    means a message that may be understood in two ways. Foreign intents share what is left to one.
    """

    def __init__(
        self,
        ngrams: NgramFeatures,
        classifier: OneVsRest,
        foreign: np.ndarray,
        own_examples: np.ndarray,
        foreign_examples: np.ndarray,
    ) -> None:
        """`foreign` says of each class whether it is foreign; the examples are embeddings, one per row."""
        self._ngrams = ngrams
        self._classifier = classifier
        self._foreign = foreign
        self._own_examples = own_examples
        self._foreign_examples = foreign_examples

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, intents: Sequence[str], foreign_intents: Sequence[str] = ()
    ) -> "IntentModel":
        """Learn from examples; those of `foreign_intents` are messages that the assistant has no answer for."""
        ngrams = NgramFeatures(_ANALYZERS)
        features = hstack([ngrams.fit(texts), csr_matrix(vectors)], format="csr")
        classifier = OneVsRest.fit(features, intents)
        is_foreign = np.isin(intents, foreign_intents)
        return cls(
            ngrams,
            classifier,
            np.isin(classifier.classes, foreign_intents),
            vectors[~is_foreign],
            vectors[is_foreign],
        )

    def rank(
        self,
        texts: Sequence[str],
        vectors: np.ndarray,
        weights: ScopeWeights = MEASURED,
        length: Optional[int] = None,
    ) -> List[List[Ranked]]:
        """Return for each text all intents or the `length` surest, the surest first."""
        scores = self._classifier.scores(self._ngrams.transform(texts), vectors)
        scope = weights.scope(self._clues(scores, vectors))[:, np.newaxis]
        confidences = np.zeros_like(scores)
        for columns, likely in ((~self._foreign, scope), (self._foreign, 1 - scope)):
            if columns.any():
                probabilities = normalised(scores[:, columns])
                behind = probabilities.max(axis=1, keepdims=True) - probabilities
                confidences[:, columns] = likely * (1 - behind)
        names = self._classifier.classes
        orders = np.argsort(-confidences, axis=1)[:, :length]
        return [
            [Ranked(names[column], float(row[column])) for column in order]
            for row, order in zip(confidences, orders, strict=True)
        ]

    def clues(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return for each text what ScopeWeights judges by, in the order of its fields."""
        return self._clues(self._classifier.scores(self._ngrams.transform(texts), vectors), vectors)

    def _clues(self, scores: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [
                _best(scores[:, ~self._foreign]),
                _best(scores[:, self._foreign]),
                _likeness(vectors, self._own_examples),
                _likeness(vectors, self._foreign_examples),
            ]
        )

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        self._ngrams.save(folder / "ngrams.json")
        self._classifier.save(folder / "classifier.npz")
        np.savez_compressed(
            folder / "examples.npz", foreign=self._foreign, own=self._own_examples, others=self._foreign_examples
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
        ngrams = NgramFeatures.load(folder / "ngrams.json")
        return cls(ngrams, OneVsRest.load(folder / "classifier.npz"), foreign, own, others)


def _best(scores: np.ndarray) -> np.ndarray:
    """Return the highest score of each row."""
    return scores.max(axis=1, initial=_NO_SCORE)


def _likeness(vectors: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """Return for each vector the mean cosine to its nearest examples, not below 0."""
    count = min(_NEIGHBOURS, len(examples))
    if count == 0:
        return np.zeros(len(vectors), dtype=np.float32)
    cosines = vectors @ examples.T
    nearest = np.partition(cosines, -count, axis=1)[:, -count:]
    return np.clip(nearest.mean(axis=1), 0, 1)
