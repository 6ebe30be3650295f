"""The hybrid intent model, without Rasa: n-grams and embedding classify, neighbours tell how familiar a message is."""

from pathlib import Path
from typing import List, NamedTuple, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.nlu.linear_models import NgramFeatures, OneVsRest

# Words carry the domain's terms, characters within words carry word families, endings and typos.
_ANALYZERS = (
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"},
    {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2},
)
_NEIGHBOURS = 3


class Ranked(NamedTuple):
    """An intent and how sure the model is of it."""

    intent: str
    confidence: float


class IntentModel:
    """A linear classifier over n-grams and sentence embedding together.

    Confidence is the mean of the probability and of the cosine to the nearest training examples: the probabilities
    alone are sure of foreign messages too, because they only compare the intents with each other.
    """

    def __init__(self, ngrams: NgramFeatures, classifier: OneVsRest, neighbours: np.ndarray) -> None:
        """`neighbours` holds the embeddings of the examples that are in scope, one per row."""
        self._ngrams = ngrams
        self._classifier = classifier
        self._neighbours = neighbours

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, intents: Sequence[str], foreign_intents: Sequence[str] = ()
    ) -> "IntentModel":
        """Learn from examples; those of `foreign_intents` do not count as neighbours."""
        ngrams = NgramFeatures(_ANALYZERS)
        features = hstack([ngrams.fit(texts), csr_matrix(vectors)], format="csr")
        classifier = OneVsRest.fit(features, intents)
        in_scope = np.array([intent not in foreign_intents for intent in intents])
        return cls(ngrams, classifier, vectors[in_scope])

    def rank(self, texts: Sequence[str], vectors: np.ndarray) -> List[List[Ranked]]:
        """Return for each text all intents, the surest first."""
        probabilities = self._classifier.probabilities(self._ngrams.transform(texts), vectors)
        confidences = (probabilities + self._familiarity(vectors)[:, np.newaxis]) / 2
        names = self._classifier.classes
        return [[Ranked(names[column], float(row[column])) for column in np.argsort(-row)] for row in confidences]

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder."""
        self._ngrams.save(folder / "ngrams.json")
        self._classifier.save(folder / "classifier.npz")
        np.savez_compressed(folder / "neighbours.npz", vectors=self._neighbours)

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Say whether `save` was called for a folder."""
        return (folder / "neighbours.npz").is_file()

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read what `save` wrote."""
        with np.load(folder / "neighbours.npz", allow_pickle=False) as arrays:
            neighbours = arrays["vectors"]
        ngrams = NgramFeatures.load(folder / "ngrams.json")
        return cls(ngrams, OneVsRest.load(folder / "classifier.npz"), neighbours)

    def _familiarity(self, vectors: np.ndarray) -> np.ndarray:
        """Return for each vector the mean cosine to its nearest neighbours, not below 0."""
        count = min(_NEIGHBOURS, len(self._neighbours))
        if count == 0:
            return np.zeros(len(vectors), dtype=np.float32)
        cosines = vectors @ self._neighbours.T
        nearest = np.partition(cosines, -count, axis=1)[:, -count:]
        return np.clip(nearest.mean(axis=1), 0, 1)
