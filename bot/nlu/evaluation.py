"""Measures the understanding on its own training examples, each one judged by a model that has not seen it."""

from collections import Counter
from dataclasses import dataclass
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold, StratifiedKFold

from bot.nlu.embedding.encoder import SentenceEncoder
from bot.nlu.embedding.weights import general_words
from bot.nlu.examples import Example
from bot.nlu.glossary import translate
from bot.nlu.intent_model import IntentModel, Ranked
from bot.nlu.language_model import LanguageModel
from bot.nlu.scope import MEASURED, ScopeWeights, fit_weights
from bot.nlu.typo_repair import TypoRepairer, known_words

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Judged:
    """An example and what a model that had not seen it made of it."""

    example: Example
    intent: str
    language: Optional[str]
    own_intent: str
    """The best of the intents that have an answer."""
    own_lead: float
    """By how much its probability leads that of the second of them."""
    clues: Tuple[float, ...]
    """By which ScopeWeights tells foreign messages."""

    @property
    def is_right(self) -> bool:
        """Say whether the intent is the example's."""
        return self.intent == self.example.intent

    @property
    def is_foreign(self) -> bool:
        """Say whether the example has no answer."""
        return self.example.intent == OUT_OF_SCOPE


@dataclass(frozen=True)
class Thresholds:
    """From which confidence a message is answered, and asked back; and the least lead of an answer over the second."""

    answer: float
    ask_back: float
    ambiguity: float


@dataclass(frozen=True)
class Calibration:
    """What weights and thresholds do: shares of the examples with an answer, then of the foreign ones."""

    weights: ScopeWeights
    thresholds: Thresholds
    right: float
    wrong: float
    """Answered by another intent; it is often a neighbour about the same topic."""
    asked_back: float
    fell_back: float
    foreign_answered: float
    foreign_asked_back: float


def cross_validate(
    examples: Sequence[Example],
    encoder: SentenceEncoder,
    *,
    weights: ScopeWeights = MEASURED,
    folds: int = 5,
    margin: float = 0.2,
    min_words: int = 3,
) -> Iterator[List[Judged]]:
    """Yield the judged examples fold by fold.

    The weights are an option of HybridIntentClassifier; margin and least words are options of LanguageIdentifier.
    """
    general = general_words()
    translations = [translate(example.text, example.language) for example in examples]
    vectors = encoder.encode(translations)
    for learnt_rows, held_rows in _splits(examples, folds):
        learnt, held = [examples[row] for row in learnt_rows], [examples[row] for row in held_rows]
        texts = [example.text for example in learnt]
        intents = [example.intent for example in learnt]
        repairer = TypoRepairer(known_words(texts), general)
        in_english = [translations[row] for row in learnt_rows]
        model = IntentModel.fit(texts, in_english, vectors[learnt_rows], intents, (OUT_OF_SCOPE,))
        languages = LanguageModel.fit(learnt)
        judgements = [languages.judge(example.text, margin, min_words) for example in held]
        repaired = [repairer.repair(example.text) for example in held]
        translated = [translate(text, judged.likely) for text, judged in zip(repaired, judgements, strict=True)]
        known = [translations[row] for row in held_rows]
        held_vectors = _vectors_of_changed(known, translated, vectors[held_rows], encoder)
        rankings = model.rank(repaired, translated, held_vectors, weights)
        clues = model.clues(repaired, translated, held_vectors)
        scopes = weights.scope(clues)
        yield [
            _judge(example, ranking, row, scope, judgement.sure)
            for example, ranking, row, scope, judgement in zip(held, rankings, clues, scopes, judgements, strict=True)
        ]


def _judge(
    example: Example, ranking: Sequence[Ranked], clues: np.ndarray, scope: float, language: Optional[str]
) -> Judged:
    first, second = [ranked for ranked in ranking if ranked.intent != OUT_OF_SCOPE][:2]
    lead = (first.confidence - second.confidence) / scope
    return Judged(example, ranking[0].intent, language, first.intent, float(lead), tuple(map(float, clues)))


def macro_f1(judged: Sequence[Judged]) -> float:
    """Return the mean F1 of the intents, each counting the same."""
    expected = [item.example.intent for item in judged]
    return float(f1_score(expected, [item.intent for item in judged], average="macro", labels=sorted(set(expected))))


def intent_scores(judged: Sequence[Judged]) -> List[Tuple[str, float]]:
    """Return the intents with their F1, the weakest first."""
    expected = [item.example.intent for item in judged]
    names = sorted(set(expected))
    scores = f1_score(expected, [item.intent for item in judged], average=None, labels=names)
    return sorted(zip(names, map(float, scores), strict=True), key=lambda pair: pair[1])


def confusions(judged: Sequence[Judged]) -> List[Tuple[Tuple[str, str], int]]:
    """Return the pairs (right intent, intent found instead) with their counts, the most frequent first."""
    return Counter((item.example.intent, item.intent) for item in judged if not item.is_right).most_common()


def language_errors(judged: Sequence[Judged]) -> Dict[str, float]:
    """Return the shares of examples whose language was found wrongly, and not found for lack of certainty."""
    wrong = sum(item.language not in (None, item.example.language) for item in judged)
    return {"wrong": wrong / len(judged), "not_sure": sum(item.language is None for item in judged) / len(judged)}


def calibrate(
    judged: Sequence[Judged], *, ambiguity: float, ask_back: float = 0.5, false_answers: float = 0.03
) -> Calibration:
    """Return weights and the lowest threshold under which at most this share of the foreign examples is answered."""
    clues = np.array([item.clues for item in judged])
    is_foreign = np.array([item.is_foreign for item in judged])
    weights = fit_weights(clues, ~is_foreign)
    confidence = weights.scope(clues)
    leads = confidence * np.array([item.own_lead for item in judged])
    answerable = np.sort(np.where(leads >= ambiguity, confidence, 0)[is_foreign])[::-1]
    # The first foreign example that may no longer be answered stands just below the threshold.
    highest_stopped = answerable[int(false_answers * len(answerable))]
    threshold = max(ask_back, float(np.nextafter(highest_stopped, 1)))
    return describe(judged, weights, Thresholds(threshold, ask_back, ambiguity))


def describe(judged: Sequence[Judged], weights: ScopeWeights, thresholds: Thresholds) -> Calibration:
    """Return what weights and thresholds do with the examples; there must be some of both kinds."""
    confidence = weights.scope(np.array([item.clues for item in judged]))
    leads = confidence * np.array([item.own_lead for item in judged])
    answered = (confidence >= thresholds.answer) & (leads >= thresholds.ambiguity)
    asked_back = ~answered & (confidence >= thresholds.ask_back)
    foreign = np.array([item.is_foreign for item in judged])
    right = np.array([item.own_intent == item.example.intent for item in judged])
    return Calibration(
        weights,
        thresholds,
        right=_share(answered & right, ~foreign),
        wrong=_share(answered & ~right, ~foreign),
        asked_back=_share(asked_back, ~foreign),
        fell_back=_share(~answered & ~asked_back, ~foreign),
        foreign_answered=_share(answered, foreign),
        foreign_asked_back=_share(asked_back, foreign),
    )


def _share(hits: np.ndarray, among: np.ndarray) -> float:
    return float(hits[among].mean())


def _vectors_of_changed(
    known: Sequence[str], texts: Sequence[str], vectors: np.ndarray, encoder: SentenceEncoder
) -> np.ndarray:
    """Return the vectors of the texts; only those that differ from the known ones need new ones."""
    changed = [row for row, text in enumerate(texts) if text != known[row]]
    vectors = vectors.copy()
    vectors[changed] = encoder.encode([texts[row] for row in changed])
    return vectors


def _splits(examples: Sequence[Example], folds: int) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yield rows to learn from and rows to judge; every intent of every language is in each fold where it can be."""
    strata = [f"{example.intent} {example.language}" for example in examples]
    rare = min(Counter(strata).values()) < folds
    splitter = (KFold if rare else StratifiedKFold)(n_splits=folds, shuffle=True, random_state=0)
    return splitter.split(np.zeros(len(examples)), strata)
