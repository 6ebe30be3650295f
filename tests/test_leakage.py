"""What measures the assistant is not what it has learnt.

Two kinds of texts measure it: the evaluation questions, where a folder of them lies beside the project, and the pairs
and questions of tests/. The test names our examples, never the evaluation questions.
"""

import json
import os
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, Iterator, List, Set

import pytest
import yaml
from project_files import examples

from bot.nlu.questions import read_questions
from bot.settings import PROJECT_ROOT

EVALUATION = Path(os.environ.get("EVALUATION_FOLDER") or PROJECT_ROOT.parent / "shared" / "eval")
PARITY = sorted((PROJECT_ROOT / "tests" / "parity").glob("*.yml"))
QUESTIONS = sorted((PROJECT_ROOT / "tests" / "nlu").glob("*.yml"))
FEWEST_WORDS = 4
"""Shorter texts ("thanks a lot") are alike without having been copied."""
NEARLY_EQUAL = 0.85
"""Share of words in common (Jaccard) from which two texts count as the same."""

Words = FrozenSet[str]


def words_of(text: str) -> Words:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return frozenset(re.findall(r"[a-z0-9]+", plain))


def read_evaluation() -> Iterator[str]:
    for path in sorted(EVALUATION.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)["text"]


def read_own() -> Iterator[str]:
    """Yield the texts under tests/ that measure the understanding; what only precedes a follow-up is not among them."""
    for path in PARITY:
        for pairs in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            for pair in pairs:
                yield from (pair["en"], pair["fr"])
    for path in QUESTIONS:
        yield from (question.text for question in read_questions(path))


class Alike:
    """Finds among many texts those that say nearly the same words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_word: Dict[str, Set[Words]] = defaultdict(set)
        for words in map(words_of, texts):
            if len(words) >= FEWEST_WORDS:
                for word in words:
                    self._by_word[word].add(words)

    def knows(self, text: str) -> bool:
        words = words_of(text)
        if len(words) < FEWEST_WORDS:
            return False
        candidates: Set[Words] = set().union(*(self._by_word[word] for word in words if word in self._by_word))
        return any(len(words & other) / len(words | other) >= NEARLY_EQUAL for other in candidates)


def copied(texts: Iterable[str]) -> List[str]:
    """Return the places of the training examples that are nearly equal to one of the texts."""
    measuring = Alike(texts)
    return [example.place for example in examples() if measuring.knows(example.text)]


@pytest.mark.skipif(not list(EVALUATION.glob("*.jsonl")), reason="no evaluation questions beside the project")
def test_no_training_example_is_an_evaluation_question():
    assert not copied(read_evaluation()), "these training examples equal evaluation questions"


@pytest.mark.skipif(not list(EVALUATION.glob("*.jsonl")), reason="no evaluation questions beside the project")
def test_no_own_question_is_an_evaluation_question():
    evaluation = Alike(read_evaluation())
    assert not [text for text in read_own() if evaluation.knows(text)]


def test_no_training_example_is_a_question_or_pair_of_the_tests():
    assert PARITY
    assert QUESTIONS
    assert not copied(read_own()), "these training examples equal a question or pair of the tests"


def test_words_ignore_case_accents_and_punctuation():
    assert words_of("Où est l'été ?") == {"ou", "est", "l", "ete"}


def test_nearly_equal_texts_are_found():
    known = Alike(["How much is a room in the Crous residence, please?", "thanks a lot"])
    assert known.knows("how much is a room in the crous residence")
    assert not known.knows("how long is the contract in the Crous residence")
    assert not known.knows("thanks a lot")
