import pytest
from scipy.special import logit

from bot.nlu.evaluation import (
    Judged,
    Thresholds,
    calibrate,
    confusions,
    cross_validate,
    describe,
    intent_scores,
    language_errors,
    macro_f1,
)
from bot.nlu.examples import Example
from bot.nlu.scope import ScopeWeights

PLAIN = ScopeWeights(1, 0, 0, 0, 0)


def judged(expected, found, scope=0.9, lead=0.5, language="en"):
    """An example whose only clue is the logarithm of the odds that it is ours, which PLAIN turns into `scope`."""
    clues = (float(logit(scope)), 0.0, 0.0, 0.0)
    return Judged(Example("text", expected, "en"), found, language, found, lead, clues)


def test_every_example_is_judged_once_by_a_model_that_has_not_seen_it(encoder, examples):
    parts = list(cross_validate(examples, encoder, folds=4))
    assert len(parts) == 4
    assert sorted(item.example.text for part in parts for item in part) == sorted(example.text for example in examples)
    # A text that no other resembles is only known by a model that has seen it.
    unknown = [*examples, Example("zxqv wkjh ptrm", "greet", "en")]
    odd = [item for part in cross_validate(unknown, encoder, folds=4) for item in part if item.example.text[0] == "z"]
    assert odd[0].clues[2] < 0.5


def test_scores_and_confusions():
    items = [judged("a", "a")] * 3 + [judged("a", "b")] + [judged("b", "b")] * 2 + [judged("c", "a")]
    assert confusions(items) == [(("a", "b"), 1), (("c", "a"), 1)]
    scores = dict(intent_scores(items))
    assert scores == pytest.approx({"a": 0.75, "b": 0.8, "c": 0.0})
    assert intent_scores(items)[0][0] == "c"
    assert macro_f1(items) == pytest.approx((0.75 + 0.8 + 0) / 3)


def test_language_errors():
    items = [judged("a", "a"), judged("a", "a", language="fr"), judged("a", "a", language=None), judged("a", "a")]
    assert language_errors(items) == {"wrong": 0.25, "not_sure": 0.25}


def test_the_threshold_stops_all_but_the_given_share_of_the_foreign_examples():
    own = [judged("a", "a", scope=number / 100) for number in range(50, 100)]
    foreign = [judged("out_of_scope", "a", scope=number / 100) for number in range(1, 81)]
    result = calibrate([*own, *foreign], ambiguity=0, ask_back=0.3, false_answers=0.1)
    assert result.foreign_answered == pytest.approx(0.1)
    assert result.wrong == 0
    assert 0 < result.foreign_asked_back < 1
    assert result.right + result.asked_back + result.fell_back == pytest.approx(1)
    strict = calibrate([*own, *foreign], ambiguity=0, ask_back=0.3, false_answers=0)
    assert strict.foreign_answered == 0
    assert strict.thresholds.answer > result.thresholds.answer
    assert strict.right < result.right


def test_what_thresholds_do():
    items = [
        judged("a", "a", scope=0.9),
        judged("a", "b", scope=0.8),
        judged("a", "a", scope=0.9, lead=0.01),
        judged("a", "a", scope=0.6),
        judged("a", "a", scope=0.2),
        judged("out_of_scope", "a", scope=0.8),
        judged("out_of_scope", "a", scope=0.5),
        judged("out_of_scope", "out_of_scope", scope=0.1),
        judged("out_of_scope", "out_of_scope", scope=0.1),
    ]
    result = describe(items, PLAIN, Thresholds(answer=0.7, ask_back=0.3, ambiguity=0.05))
    assert (result.right, result.wrong, result.asked_back, result.fell_back) == pytest.approx((0.2, 0.2, 0.4, 0.2))
    assert (result.foreign_answered, result.foreign_asked_back) == pytest.approx((0.25, 0.25))
