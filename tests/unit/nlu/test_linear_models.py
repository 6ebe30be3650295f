import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.linear_models import NgramFeatures, OneVsRest

TEXTS = ["Où est la résidence ?", "the residence, the residence", "résidences et cours", "courses", ""]
ANALYZERS = ({"analyzer": "word", "ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 2})


def test_features_are_those_of_scikit_learn():
    expected = hstack(
        [
            TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, **options).fit_transform(TEXTS)
            for options in ANALYZERS
        ]
    )
    features = NgramFeatures(ANALYZERS)
    assert np.allclose(features.fit(TEXTS).toarray(), expected.toarray(), atol=1e-6)
    assert np.allclose(features.transform(TEXTS[1:2]).toarray(), expected.toarray()[1:2], atol=1e-6)


def test_rows_multiply_like_the_matrix():
    features = NgramFeatures(ANALYZERS)
    weights = np.random.RandomState(1).normal(size=(features.fit(TEXTS).shape[1], 3)).astype(np.float32)
    texts = [*TEXTS, "zzz"]
    assert np.allclose(features.rows(texts) @ weights, features.transform(texts) @ weights, atol=1e-6)


def test_a_text_of_unknown_words_has_no_features():
    features = NgramFeatures(ANALYZERS)
    features.fit(TEXTS)
    assert features.transform(["zzz", "\U0001f642"]).nnz == 0


def test_stored_features_are_the_same(tmp_path):
    features = NgramFeatures(ANALYZERS)
    expected = features.fit(TEXTS)
    features.save(tmp_path / "ngrams.json")
    assert np.allclose(NgramFeatures.load(tmp_path / "ngrams.json").transform(TEXTS).toarray(), expected.toarray())


@pytest.mark.parametrize("labels", [["a", "b", "a", "b"], ["a", "b", "a", "c"]])
def test_classes_are_learnt_and_probabilities_sum_to_one(labels):
    points = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0.1], [0, 0, 1]])
    model = OneVsRest.fit(points, labels)
    found = model.probabilities(points)
    assert found.sum(axis=1) == pytest.approx(1)
    assert [model.classes[column] for column in found.argmax(axis=1)] == labels


def test_blocks_of_features_count_like_one():
    points = np.random.RandomState(0).normal(size=(20, 6))
    model = OneVsRest.fit(points, ["a", "b"] * 10)
    assert np.allclose(model.probabilities(points), model.probabilities(points[:, :2], points[:, 2:]))
