"""The examples that train the assistant are not the questions that measure it.

Runs where a folder of evaluation questions lies beside the project. It names our examples, never the questions.
"""

import json
import os
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import FrozenSet, Iterator

import pytest
from project_files import examples

from bot.settings import PROJECT_ROOT

QUESTIONS = Path(os.environ.get("EVALUATION_FOLDER") or PROJECT_ROOT.parent / "shared" / "eval")
FEWEST_WORDS = 4
"""Shorter texts ("thanks a lot") are alike without having been copied."""
NEARLY_EQUAL = 0.85
"""Share of words in common (Jaccard) from which two texts count as the same."""


def words_of(text: str) -> FrozenSet[str]:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return frozenset(re.findall(r"[a-z0-9]+", plain))


def read_questions() -> Iterator[FrozenSet[str]]:
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield words_of(json.loads(line)["text"])


@pytest.mark.skipif(not list(QUESTIONS.glob("*.jsonl")), reason="no evaluation questions beside the project")
def test_no_training_example_is_an_evaluation_question():
    by_word = defaultdict(set)
    for question in filter(lambda words: len(words) >= FEWEST_WORDS, read_questions()):
        for word in question:
            by_word[word].add(question)
    copied = []
    for example in examples():
        words = words_of(example.text)
        if len(words) >= FEWEST_WORDS:
            candidates = set().union(*(by_word[word] for word in words if word in by_word))
            if any(len(words & question) / len(words | question) >= NEARLY_EQUAL for question in candidates):
                copied.append(example.place)
    assert not copied, f"{len(copied)} training examples equal evaluation questions"


def test_words_ignore_case_accents_and_punctuation():
    assert words_of("Où est l'été ?") == {"ou", "est", "l", "ete"}
