"""The full-text index over articles and statements: what stands in it, and which passages answer a text by their words.

Texts stand in it as `normalised` writes them, so that SQLite (FTS5) and PostgreSQL (tsvector) find the same. The
database gathers the passages that share a word with the text; how well each fits is reckoned here, the same for both.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import column, delete, func, insert, literal_column, select, table
from sqlalchemy.orm import Session

from bot.mobility.article_models import SEARCH_TABLE
from bot.mobility.common_words import common_words
from bot.mobility.normalisation import normalised

_INDEX = table(SEARCH_TABLE, *map(column, ("kind", "code", "language", "title", "body", "words")))
MOST_GATHERED = 60
"""How many passages the database hands over; more bring nothing, and take longer."""
MOST_WORDS = 12
"""Words of a text that are searched, the rarest first."""
_BODY_WORTH = 0.8
"""What a word found in the body counts, beside 1 in title and questions."""
_SAME_BEGINNING = 0.56
"""Share of the longer word that two forms of a word have in common: "machine" and "machines", "wash" and "washing"."""
_LEAST_BEGINNING = 4
_SHORTEST_REPAIRED = 5
_SHORTEST_REPAIRED_TWICE = 8


@dataclass(frozen=True)
class Passage:
    """One text of the index."""

    kind: str
    """Table of the row: article, procedure_statement, ..."""
    code: str
    language: str
    title: str
    """Title and questions, by which students ask for it."""
    body: str


@dataclass(frozen=True)
class PassageHit:
    """A passage that shares words with what was asked."""

    kind: str
    code: str
    score: float
    """Which part of what was asked the passage speaks of, the rare words counting most: 0 to 1."""
    title_score: float
    """The same for title and questions alone."""


def index_passages(session: Session, kind: str, passages: Iterable[Passage], *, code: Optional[str] = None) -> None:
    """Put `passages` in the place of those of a kind, or of one row of it."""
    of_row = () if code is None else (_INDEX.c.code == code,)
    session.execute(delete(_INDEX).where(_INDEX.c.kind == kind, *of_row))
    rows = [
        {
            "kind": passage.kind, "code": passage.code, "language": passage.language,
            "title": normalised(passage.title), "body": normalised(passage.body),
        }
        for passage in passages
    ]  # fmt: skip
    if rows:
        session.execute(insert(_INDEX), rows)


def find_passages(session: Session, text: str, *, kinds: Sequence[str], limit: int = 5) -> Tuple[PassageHit, ...]:
    """Return the passages of `kinds` that speak of what the text asks, the best first, each row once."""
    words = list(dict.fromkeys(word for word in normalised(text).split() if _says_something(word)))
    if not words:
        return ()
    weights = _weights(session, words)
    asked = sorted(weights, key=lambda word: -weights[word][1])[:MOST_WORDS]
    gathered = _gather(session, [weights[word][0] for word in asked], kinds)
    best: Dict[Tuple[str, str], PassageHit] = {}
    for kind, code, title, body in gathered:
        hit = _hit(kind, code, title.split(), body.split(), [weights[word] for word in asked])
        known = best.get((kind, code))
        if not hit.score:
            continue
        if known is None or (hit.score, hit.title_score) > (known.score, known.title_score):
            best[kind, code] = hit
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, -hit.title_score, hit.kind, hit.code))[:limit])


Weighted = Tuple[str, float]
"""A word as it is looked for, and how much it counts."""


def _says_something(word: str) -> bool:
    return len(word) > 1 and word.isalnum() and not word.isdecimal() and word not in common_words()


def _weights(session: Session, words: Sequence[str]) -> Mapping[str, Weighted]:
    """Return for each word what to look for, repaired where no text has it, and how rare that is."""
    vocabulary = _vocabulary(session)
    by_beginning: Dict[str, List[str]] = defaultdict(list)
    for word in vocabulary:
        by_beginning[word[:_LEAST_BEGINNING]].append(word)
    most = max(vocabulary.values(), default=1)
    weights = {}
    for word in words:
        meant = word
        forms = [other for other in by_beginning[word[:_LEAST_BEGINNING]] if are_alike(word, other)]
        if not forms and (nearest := nearest_word(word, list(vocabulary))):
            meant, forms = nearest, [nearest]
        weights[word] = meant, math.log(1 + most / max(sum(vocabulary[form] for form in forms), 1))
    return weights


def are_alike(word: str, other: str) -> bool:
    """Tell whether two words are forms of one: "machine" and "machines", "wash" and "washing"."""
    if word == other:
        return True
    beginning = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return beginning >= max(_LEAST_BEGINNING, _SAME_BEGINNING * max(len(word), len(other)))


def nearest_word(word: str, vocabulary: Sequence[str]) -> Optional[str]:
    """Return the word of the vocabulary that a misspelt one most likely means, or None."""
    if len(word) < _SHORTEST_REPAIRED:
        return None
    typos = 1 if len(word) < _SHORTEST_REPAIRED_TWICE else 2
    # Typos seldom stand at the start, and a word with another one is most often another word.
    likely = [other for other in vocabulary if other[0] == word[0] and abs(len(other) - len(word)) <= typos]
    found = process.extractOne(word, likely, scorer=OSA.distance, score_cutoff=typos)
    return found[0] if found else None


def _vocabulary(session: Session) -> Mapping[str, int]:
    """Return every word of the index with the number of passages that have it."""
    if _is_sqlite(session):
        words = table(f"{SEARCH_TABLE}_words", column("term"), column("doc"))
        query = select(words.c.term, words.c.doc)
    else:
        statistics = func.ts_stat(str(select(_INDEX.c.words))).table_valued("word", "ndoc")
        query = select(statistics.c.word, statistics.c.ndoc)
    return {word: count for word, count in session.execute(query)}


def _gather(session: Session, words: Sequence[str], kinds: Sequence[str]) -> Sequence[Tuple[str, str, str, str]]:
    """Return kind, code, title and body of the passages that have a word beginning like one of `words`."""
    beginnings = [word[: max(_LEAST_BEGINNING, int(_SAME_BEGINNING * len(word)))] for word in words]
    condition: Any
    order: Any
    if _is_sqlite(session):
        wanted = " OR ".join(f'"{beginning}"*' for beginning in beginnings)
        condition = literal_column(SEARCH_TABLE).op("MATCH")(wanted)
        order = literal_column("rank")
    else:
        wanted = func.to_tsquery("simple", " | ".join(f"{beginning}:*" for beginning in beginnings))
        condition = _INDEX.c.words.op("@@")(wanted)
        order = func.ts_rank(_INDEX.c.words, wanted, 1).desc()
    query = select(_INDEX.c.kind, _INDEX.c.code, _INDEX.c.title, _INDEX.c.body)
    query = query.where(condition, _INDEX.c.kind.in_(kinds)).order_by(order, _INDEX.c.kind, _INDEX.c.code)
    return [tuple(row) for row in session.execute(query.limit(MOST_GATHERED))]


def _is_sqlite(session: Session) -> bool:
    return bool(session.get_bind().dialect.name == "sqlite")


def _hit(kind: str, code: str, title: Sequence[str], body: Sequence[str], asked: Sequence[Weighted]) -> PassageHit:
    total = sum(weight for _, weight in asked)
    in_title = [(word, weight) for word, weight in asked if _has(title, word)]
    in_body = sum(weight for word, weight in asked if (word, weight) not in in_title and _has(body, word))
    of_title = sum(weight for _, weight in in_title)
    return PassageHit(kind, code, (of_title + _BODY_WORTH * in_body) / total, of_title / total)


def _has(words: Sequence[str], wanted: str) -> bool:
    return any(are_alike(wanted, word) for word in words)
