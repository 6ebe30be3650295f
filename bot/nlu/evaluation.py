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
from bot.nlu.intent_model import IntentModel
from bot.nlu.language_model import LanguageModel
from bot.nlu.typo_repair import TypoRepairer, count_words

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Judged:
    """An example and what a model that had not seen it made of it."""

    example: Example
    intent: str
    confidence: float
    lead: float
    """By how much the first intent leads the second."""
    language: Optional[str]

    @property
    def is_right(self) -> bool:
        """Say whether the intent is the example's."""
        return self.intent == self.example.intent

    def is_accepted(self, threshold: float, ambiguity: float) -> bool:
        """Say whether FallbackClassifier would let the intent pass."""
        return self.confidence >= threshold and self.lead >= ambiguity


@dataclass(frozen=True)
class Calibration:
    """What a threshold would do."""

    threshold: float
    in_scope_rejected: float
    """Share of the examples with an answer that would be asked back."""
    wrong_accepted: float
    """Share of the examples with an answer that would get a wrong one."""
    out_of_scope_stopped: Optional[float]
    """Share of the out-of-scope examples that would get no answer; None without such examples."""


def cross_validate(
    examples: Sequence[Example], encoder: SentenceEncoder, *, folds: int = 5, margin: float = 0.2, min_words: int = 3
) -> Iterator[List[Judged]]:
    """Yield the judged examples fold by fold; margin and least words are the options of LanguageIdentifier."""
    general = general_words()
    vectors = encoder.encode([example.text for example in examples])
    for learnt_rows, held_rows in _splits(examples, folds):
        learnt, held = [examples[row] for row in learnt_rows], [examples[row] for row in held_rows]
        texts = [example.text for example in learnt]
        repairer = TypoRepairer(count_words(texts), general)
        model = IntentModel.fit(texts, vectors[learnt_rows], [example.intent for example in learnt], (OUT_OF_SCOPE,))
        languages = LanguageModel.fit(learnt)
        repaired = [repairer.repair(example.text) for example in held]
        rankings = model.rank(repaired, _vectors_of_repaired(held, repaired, vectors[held_rows], encoder))
        yield [
            Judged(
                example,
                ranking[0].intent,
                ranking[0].confidence,
                ranking[0].confidence - ranking[1].confidence,
                languages.identify(example.text, margin, min_words),
            )
            for example, ranking in zip(held, rankings, strict=True)
        ]


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


def calibrate(judged: Sequence[Judged], ambiguity: float, *, rejected: float = 0.05) -> Calibration:
    """Return the threshold under which the given share of the examples with an answer falls, and what it does."""
    inside = [item for item in judged if item.example.intent != OUT_OF_SCOPE]
    outside = [item for item in judged if item.example.intent == OUT_OF_SCOPE]
    threshold = float(np.quantile([item.confidence for item in inside], rejected))
    return describe_threshold(inside, outside, threshold, ambiguity)


def describe_threshold(
    inside: Sequence[Judged], outside: Sequence[Judged], threshold: float, ambiguity: float
) -> Calibration:
    """Return what a threshold does with examples that have an answer and with those that have none."""
    accepted = [item for item in inside if item.is_accepted(threshold, ambiguity)]
    stopped = [item for item in outside if item.is_right or not item.is_accepted(threshold, ambiguity)]
    return Calibration(
        threshold,
        1 - len(accepted) / len(inside),
        sum(not item.is_right for item in accepted) / len(inside),
        len(stopped) / len(outside) if outside else None,
    )


def _vectors_of_repaired(
    held: Sequence[Example], repaired: Sequence[str], vectors: np.ndarray, encoder: SentenceEncoder
) -> np.ndarray:
    """Return the vectors of the repaired texts; only the texts that the repair has changed need new ones."""
    changed = [row for row, example in enumerate(held) if repaired[row] != example.text]
    vectors = vectors.copy()
    vectors[changed] = encoder.encode([repaired[row] for row in changed])
    return vectors


def _splits(examples: Sequence[Example], folds: int) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yield rows to learn from and rows to judge; every intent of every language is in each fold where it can be."""
    strata = [f"{example.intent} {example.language}" for example in examples]
    rare = min(Counter(strata).values()) < folds
    splitter = (KFold if rare else StratifiedKFold)(n_splits=folds, shuffle=True, random_state=0)
    return splitter.split(np.zeros(len(examples)), strata)
