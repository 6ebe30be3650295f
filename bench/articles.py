"""Measures how well articles are found, and what the sentence embedding would add.

    python -m bench.articles

Questions of students (bench/article_questions.yml) are asked of a database of its own. For each threshold it prints how
many of them find their article (recall), how many find another one, and how many questions that no article answers
find one (false). The last line is one JSON object.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import yaml

from actions.found_texts import WORDS_WORTH
from bot.mobility.articles import ArticleContent, publish_article, save_article, told_article_texts
from bot.mobility.database import session_scope, upgrade
from bot.mobility.passages import find_passages
from bot.nlu.embedding.encoder import SentenceEncoder
from bot.settings import Settings

QUESTIONS = Path(__file__).with_name("article_questions.yml")
THRESHOLDS = tuple(round(step * 0.05, 2) for step in range(4, 21))

MOST_FALSE = 0.03
"""Share of the questions that no article answers that may find one."""


class Found(NamedTuple):
    """What one question found, and what it should have found ("" for nothing)."""

    wanted: str
    code: str
    score: float


def main() -> int:
    """Print the tables and the JSON line."""
    content = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/mobility.db"
        upgrade(url)
        with session_scope(url) as session:
            asked = _write(session, content["articles"]) + [("", text) for text in content["unanswered"]]
            texts = told_article_texts(session)
            by_words = [_scores_by_words(session, text) for _, text in asked]
    by_meaning = _scores_by_meaning([text for _, text in asked], texts)
    both = [
        {code: meaning + WORDS_WORTH * words.get(code, 0.0) for code, meaning in meanings.items()}
        for words, meanings in zip(by_words, by_meaning, strict=True)
    ]
    wanted = [code for code, _ in asked]
    figures = {
        "words": _print("by their words", wanted, by_words),
        "meaning": _print("by the sentence embedding", wanted, by_meaning),
        "both": _print(f"as the assistant does: by the embedding, and words worth {WORDS_WORTH}", wanted, both),
    }
    print(json.dumps(figures))
    return 0


def _write(session: Any, articles: Sequence[Mapping[str, Any]]) -> List[Tuple[str, str]]:
    asked = []
    for article in articles:
        fields = {name: value for name, value in article.items() if name != "asked"}
        fields["questions"] = tuple(fields["questions"])
        code = save_article(session, ArticleContent(**fields), author="bench").code
        publish_article(session, code, author="bench")
        asked += [(code, text) for text in article["asked"]]
    return asked


def _scores_by_words(session: Any, text: str) -> Mapping[str, float]:
    return {hit.code: hit.score for hit in find_passages(session, text, kinds=("article",), limit=50)}


def _scores_by_meaning(asked: Sequence[str], texts: Sequence[Tuple[str, str]]) -> List[Mapping[str, float]]:
    encoder = SentenceEncoder.load(Settings.from_environment().var / "cache")
    likeness = encoder.encode(asked) @ encoder.encode([text for _, text in texts]).T
    scores = []
    for row in likeness:
        best: Dict[str, float] = {}
        for (code, _), value in zip(texts, row, strict=True):
            best[code] = max(float(value), best.get(code, -1.0))
        scores.append(best)
    return scores


def _best(scores: Mapping[str, float]) -> Tuple[str, float]:
    return max(scores.items(), key=lambda pair: pair[1], default=("", 0.0))


def _print(title: str, wanted: Sequence[str], scores: Sequence[Mapping[str, float]]) -> Dict[str, Any]:
    found = [Found(code, *_best(each)) for code, each in zip(wanted, scores, strict=True)]
    own, foreign = [one for one in found if one.wanted], [one for one in found if not one.wanted]
    print(f"\n{title}: {len(own)} questions, {len(foreign)} that no article answers")
    print("threshold  recall  wrong  false")
    best: Dict[str, Any] = {}
    for threshold in THRESHOLDS:
        told = [one for one in own if one.score >= threshold]
        right = sum(one.code == one.wanted for one in told) / len(own)
        wrong = sum(one.code != one.wanted for one in told) / len(own)
        false = sum(one.score >= threshold for one in foreign) / len(foreign)
        print(f"{threshold:9.2f}  {right:6.1%}  {wrong:5.1%}  {false:5.1%}")
        if false <= MOST_FALSE and right > best.get("recall", 0):
            figures = {"recall": right, "wrong": wrong, "false": false}
            best = {"threshold": threshold, **{name: round(value, 3) for name, value in figures.items()}}
    return best


if __name__ == "__main__":
    sys.exit(main())
