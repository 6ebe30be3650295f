import numpy as np
import pytest

from bot.nlu.nearest_examples import NearestExamples

SIZE = 96


def unit_rows(numbers):
    return (numbers / np.linalg.norm(numbers, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def examples():
    """Meanings with many wordings each, as near to one another as the examples of an intent."""
    chance = np.random.default_rng(4)
    meanings = chance.normal(size=(60, SIZE)).repeat(80, axis=0)
    return unit_rows(meanings + chance.normal(size=meanings.shape) * 0.6)


def mean_of_best_three(vectors, examples):
    return np.sort(vectors @ examples.T, axis=1)[:, -3:].mean(axis=1)


def test_what_is_screened_in_8_bits_is_found_as_exactly_as_without(examples):
    chance = np.random.default_rng(5)
    messages = unit_rows(examples[::16] + chance.normal(size=(300, SIZE)) * 0.05)
    nearest = NearestExamples(examples)
    for message in messages:
        found = nearest.likeness(message[np.newaxis])
        assert found == pytest.approx(mean_of_best_three(message[np.newaxis], examples), abs=1e-6)
    together = nearest.likeness(messages)
    assert together == pytest.approx(mean_of_best_three(messages, examples), abs=1e-6)


def test_few_examples_need_no_screening(examples):
    few, message = examples[:50], examples[60:61]
    assert NearestExamples(few).likeness(message) == pytest.approx(mean_of_best_three(message, few), abs=1e-6)
    assert NearestExamples(few[:1]).likeness(few[:1]) == pytest.approx([1.0], abs=1e-6)


def test_nothing_is_like_no_examples_and_what_is_unlike_counts_as_nothing(examples):
    assert NearestExamples(examples[:0]).likeness(examples[:2]).tolist() == [0, 0]
    assert NearestExamples(examples[:1]).likeness(-examples[:1]).tolist() == [0]
