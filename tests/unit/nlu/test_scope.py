import numpy as np
import pytest

from bot.nlu.scope import MEASURED, ScopeWeights, fit_weights


def test_what_is_like_our_examples_is_ours_and_what_is_like_foreign_ones_is_not():
    ours, foreign = [3.0, -4.0, 0.8, 0.4], [-3.0, 3.0, 0.3, 0.8]
    scope = MEASURED.scope(np.array([ours, foreign]))
    assert scope[0] > 0.95
    assert scope[1] < 0.05


def test_fitted_weights_tell_the_kinds_apart_however_rare_one_is():
    chance = np.random.default_rng(1)
    clues = np.vstack([chance.normal([2, -2, 0.7, 0.3], 0.5, (500, 4)), chance.normal([-1, 1, 0.4, 0.6], 0.5, (20, 4))])
    is_own = np.arange(520) < 500
    weights = fit_weights(clues, is_own)
    scope = weights.scope(clues)
    assert (scope[is_own] > 0.5).mean() > 0.98
    assert (scope[~is_own] < 0.5).mean() > 0.98
    assert weights.own_score > 0 > weights.foreign_score


def test_weights_are_written_as_options():
    assert ScopeWeights(1.234, 0, -2, 3, 0.5).as_options() == {
        "own_score": pytest.approx(1.23),
        "foreign_score": 0,
        "own_likeness": -2,
        "foreign_likeness": 3,
        "bias": 0.5,
    }
