"""Small linear models over text, stored as JSON and numbers: nothing in the files can be executed."""

import json
import math
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True)
class _Block:
    """What one analyzer has learnt."""

    options: Mapping[str, Any]
    analyze: Callable[[str], List[str]]
    columns: Dict[str, int]
    """Column of each n-gram."""
    idf: np.ndarray


class NgramFeatures:
    """TF-IDF of word and character n-grams, a block of columns per analyzer; lower case, by default without accents."""

    def __init__(self, analyzers: Sequence[Mapping[str, Any]]) -> None:
        """`analyzers` are keyword arguments of TfidfVectorizer."""
        self._analyzers = list(analyzers)
        self._blocks: List[_Block] = []

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the n-grams of the texts and return their features."""
        self._blocks = []
        for options in self._analyzers:
            vectorizer = _vectorizer(options)
            vectorizer.fit(texts)
            self._add_block(options, list(vectorizer.get_feature_names_out()), vectorizer.idf_)
        return self.transform(texts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return the features of texts.

        The same numbers as scikit-learn's own transform, which takes ten times as long for a single message.
        """
        rows = self.rows(texts)
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows.entries)])
        columns = np.concatenate([columns for columns, _ in rows.entries])
        values = np.concatenate([values for _, values in rows.entries])
        return csr_matrix((values, columns, ends), shape=rows.shape)

    def rows(self, texts: Sequence[str]) -> "FeatureRows":
        """Return the features of a few texts, to multiply with: making a matrix takes longer than using it."""
        return FeatureRows([self._row(text) for text in texts], sum(len(block.columns) for block in self._blocks))

    def _row(self, text: str) -> Tuple[np.ndarray, np.ndarray]:
        """Return the columns of the n-grams that a text holds, and their values."""
        columns, values, start = [], [], 0
        for block in self._blocks:
            counts: Counter[Any] = Counter(map(block.columns.get, block.analyze(text)))
            counts.pop(None, None)  # the n-grams that are not known
            known = np.fromiter(counts, dtype=np.int32, count=len(counts))
            columns.append(known + start)
            values.append(_weighted(np.fromiter(counts.values(), np.float32, len(counts)), block.idf[known]))
            start += len(block.columns)
        return np.concatenate(columns), np.concatenate(values)

    def save(self, path: Path) -> None:
        """Write analyzers, n-grams in the order of their columns, and weights."""
        blocks = [
            {"analyzer": dict(block.options), "ngrams": list(block.columns), "idf": block.idf.tolist()}
            for block in self._blocks
        ]
        path.write_text(json.dumps(blocks), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "NgramFeatures":
        """Read what `save` wrote."""
        blocks = json.loads(path.read_text(encoding="utf-8"))
        features = cls([block["analyzer"] for block in blocks])
        for block in blocks:
            features._add_block(block["analyzer"], block["ngrams"], block["idf"])
        return features

    def _add_block(self, options: Mapping[str, Any], ngrams: Sequence[str], idf: Any) -> None:
        columns = {ngram: column for column, ngram in enumerate(ngrams)}
        analyze = _vectorizer(options).build_analyzer()
        self._blocks.append(_Block(options, analyze, columns, np.asarray(idf, dtype=np.float32)))


class FeatureRows:
    """The features of a few texts: for each the columns that are not zero, and their values."""

    def __init__(self, entries: Sequence[Tuple[np.ndarray, np.ndarray]], width: int) -> None:
        self.entries = entries
        self.shape = (len(entries), width)

    def __matmul__(self, weights: np.ndarray) -> np.ndarray:
        """Return one row per text."""
        return np.stack([values @ weights[columns] for columns, values in self.entries])


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
            max_iter=6,
            tol=1e-2,
            random_state=0,
        )
        with warnings.catch_warnings():
            # After 3 steps as many are right, but a few new examples turned answers on other topics; after 6 they stay.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, labels)
        weights, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps one row, the second class's; its mirror is the first's
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(list(model.classes_), np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32))

    def unfold(self, axes: np.ndarray) -> "OneVsRest":
        """Return the same model for features whose last columns are not folded: it was learnt from `vectors @ axes`."""
        kept = len(self._weights) - axes.shape[1]
        weights = np.vstack([self._weights[:kept], axes @ self._weights[kept:]])
        return OneVsRest(self.classes, np.ascontiguousarray(weights, dtype=np.float32), self._bias)

    def scores(self, *blocks: Any) -> np.ndarray:
        """Return one row per text, one column per class; the features may come in several blocks of columns."""
        scores, start = self._bias, 0
        for block in blocks:
            end = start + block.shape[1]
            scores = scores + np.asarray(block @ self._weights[start:end])
            start = end
        return scores

    def probabilities(self, *blocks: Any) -> np.ndarray:
        """Return one row per text, one column per class, from the same features as `scores`."""
        return normalised(self.scores(*blocks))

    def save(self, path: Path) -> None:
        """Write the model to an .npz file."""
        np.savez_compressed(path, classes=np.array(self.classes), weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, path: Path) -> "OneVsRest":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(name) for name in arrays["classes"]], arrays["weights"], arrays["bias"])


def main_axes(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return, as columns, the axes along which the vectors lie widest: at most `count` of them."""
    _, axes = np.linalg.eigh(np.cov(vectors, rowvar=False))
    return np.ascontiguousarray(axes[:, -count:], dtype=np.float32)


def normalised(scores: np.ndarray) -> np.ndarray:
    """Return scores of classes as probabilities that sum to one in each row."""
    probabilities = expit(scores)
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def _vectorizer(options: Mapping[str, Any]) -> TfidfVectorizer:
    options = {**options, "ngram_range": tuple(options["ngram_range"])}
    return TfidfVectorizer(**{"strip_accents": "unicode", **options})


def _weighted(counts: np.ndarray, idf: np.ndarray) -> np.ndarray:
    """Return the weights of counted n-grams, scaled to length one."""
    # The logarithm: a word written twice does not mean twice as much.
    weights = (1 + np.log(counts)) * idf
    return weights / (math.sqrt(weights @ weights) or 1.0)
