"""Small linear models over text, stored as JSON and numbers: nothing in the files can be executed."""

import json
import warnings
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


class NgramFeatures:
    """TF-IDF of word and character n-grams, a block of columns per analyzer; lower case, by default without accents."""

    def __init__(self, analyzers: Sequence[Dict[str, Any]]) -> None:
        """`analyzers` are keyword arguments of TfidfVectorizer."""
        self._analyzers = list(analyzers)
        self._vectorizers: List[TfidfVectorizer] = []

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the n-grams of the texts and return their features."""
        self._vectorizers = [self._make(analyzer) for analyzer in self._analyzers]
        return _joined([vectorizer.fit_transform(texts) for vectorizer in self._vectorizers])

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return the features of texts."""
        return _joined([vectorizer.transform(texts) for vectorizer in self._vectorizers])

    def save(self, path: Path) -> None:
        """Write analyzers, n-grams in the order of their columns, and weights."""
        blocks = [
            {"analyzer": analyzer, "ngrams": list(vectorizer.get_feature_names_out()), "idf": vectorizer.idf_.tolist()}
            for analyzer, vectorizer in zip(self._analyzers, self._vectorizers, strict=True)
        ]
        path.write_text(json.dumps(blocks), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "NgramFeatures":
        """Read what `save` wrote."""
        blocks = json.loads(path.read_text(encoding="utf-8"))
        features = cls([block["analyzer"] for block in blocks])
        for block in blocks:
            vectorizer = cls._make({**block["analyzer"], "vocabulary": block["ngrams"]})
            vectorizer.idf_ = np.array(block["idf"], dtype=np.float32)
            features._vectorizers.append(vectorizer)
        return features

    @staticmethod
    def _make(analyzer: Dict[str, Any]) -> TfidfVectorizer:
        options = dict(analyzer, ngram_range=tuple(analyzer["ngram_range"]))
        return TfidfVectorizer(**{"strip_accents": "unicode", "sublinear_tf": True, "dtype": np.float32, **options})


class OneVsRest:
    """One logistic regression per class, their probabilities scaled to sum to one.

    A multinomial regression was no better on 5,300 examples of 73 intents and took five times as long to train.
    """

    def __init__(self, classes: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        """`weights` has one row per feature, one column per class."""
        self.classes = list(classes)
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, features: Any, labels: Sequence[str], strength: float = 10.0) -> "OneVsRest":
        """Learn from features and labels, every class weighing the same; at least two classes are needed."""
        model = LogisticRegression(
            C=strength,
            class_weight="balanced",
            multi_class="ovr",
            solver="liblinear",
            dual=True,
            max_iter=50,
            tol=1e-2,
            random_state=0,
        )
        with warnings.catch_warnings():
            # The last steps change no answer.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, labels)
        weights, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps one row, the second class's; its mirror is the first's
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(list(model.classes_), np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32))

    def probabilities(self, features: Any) -> np.ndarray:
        """Return one row per text, one column per class."""
        probabilities = expit(np.asarray(features @ self._weights) + self._bias)
        return probabilities / probabilities.sum(axis=1, keepdims=True)

    def save(self, path: Path) -> None:
        """Write the model to an .npz file."""
        np.savez_compressed(path, classes=np.array(self.classes), weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, path: Path) -> "OneVsRest":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(name) for name in arrays["classes"]], arrays["weights"], arrays["bias"])


def _joined(blocks: List[csr_matrix]) -> csr_matrix:
    return blocks[0] if len(blocks) == 1 else hstack(blocks, format="csr")
