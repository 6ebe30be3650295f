import pytest

from bot.nlu.evaluation import Judged, calibrate, confusions, cross_validate, intent_scores, language_errors, macro_f1
from bot.nlu.examples import Example


def judged(expected, found, confidence=0.9, lead=0.5, language="en"):
    return Judged(Example("text", expected, "en"), found, confidence, lead, language)


def test_every_example_is_judged_once_by_a_model_that_has_not_seen_it(encoder, examples):
    parts = list(cross_validate(examples, encoder, folds=4))
    assert len(parts) == 4
    assert sorted(item.example.text for part in parts for item in part) == sorted(example.text for example in examples)
    # An example that nothing resembles cannot be known unless the model has seen it.
    unknown = [*examples, Example("zxqv wkjh ptrm", "greet", "en")]
    odd = [item for part in cross_validate(unknown, encoder, folds=4) for item in part if item.example.text[0] == "z"]
    assert odd[0].confidence < 0.5


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


def test_the_threshold_lets_all_but_the_given_share_pass():
    inside = [judged("a", "a", confidence=number / 100) for number in range(1, 101)]
    outside = [judged("out_of_scope", "a", confidence=0.02), judged("out_of_scope", "a", confidence=0.9)]
    result = calibrate([*inside, *outside, judged("out_of_scope", "out_of_scope")], ambiguity=0.05, rejected=0.1)
    assert result.threshold == pytest.approx(0.109)
    assert result.in_scope_rejected == pytest.approx(0.1)
    assert result.wrong_accepted == 0
    assert result.out_of_scope_stopped == pytest.approx(2 / 3)


def test_a_close_second_intent_is_asked_back_whatever_the_threshold():
    items = [judged("a", "a", lead=0.01), judged("a", "b", lead=0.3)]
    result = calibrate(items, ambiguity=0.05)
    assert result.in_scope_rejected == 0.5
    assert result.wrong_accepted == 0.5
    assert result.out_of_scope_stopped is None
