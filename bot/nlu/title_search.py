"""Finds the course or teaching unit that a question names inexactly: misspelt, shortened or with words swapped."""

from dataclasses import dataclass
from functools import lru_cache
from typing import FrozenSet, List, Optional, Sequence, Tuple

from bot.mobility.names import NameIndex
from bot.mobility.types import NameMatch
from bot.nlu.examples import load_yaml
from bot.nlu.gazetteer import TITLE_KINDS
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.words import Word, plain, split_words

SURE = 95.0
"""From this score on a title is taken as meant."""
CLOSE = 5.0
"""Titles nearer than this to the best one are as likely."""
_CHOICES = 3
_SAME_TITLE_LIMIT = 40
"""Rows looked at: some titles, such as "Anglais", stand in every department."""


@dataclass(frozen=True)
class TitleHit:
    """Titles that a stretch of the message resembles, the best first."""

    matches: Tuple[NameMatch, ...]
    start: int
    end: int


Places = Sequence[Tuple[int, int]]


def search_titles(index: NameIndex, text: str, values: Places = (), names: Places = ()) -> Optional[TitleHit]:
    """Return the titles that a question about one course resembles, or None.

    `values` are the places of semesters and the like, which no title holds. `names` are those of departments and
    subjects: left out at first, and let in when nothing is found, because a title may hold such a word.
    """
    words = _outside(values, split_words(text))
    free = _outside(names, words)
    for candidates in (free, words) if len(free) < len(words) else (words,):
        wanted = _without_question(candidates)
        if wanted:
            found = index.search(" ".join(word.text for word in wanted), kinds=TITLE_KINDS, limit=_SAME_TITLE_LIMIT)
            if found:
                return TitleHit(_chosen(found), wanted[0].start, wanted[-1].end)
    return None


def title_words(text: str) -> int:
    """Return how many words of a question may belong to a title."""
    return len(_without_question(split_words(text)))


def _chosen(found: Sequence[NameMatch]) -> Tuple[NameMatch, ...]:
    """Return the rows of the best title when it is clear, else one row each of the best few titles."""
    best = found[0]
    rivals = [match for match in found if plain(match.name) != plain(best.name) and best.score - match.score < CLOSE]
    if best.score >= SURE and not rivals:
        return tuple(match for match in found if plain(match.name) == plain(best.name))
    by_title = {plain(match.name): match for match in reversed(found)}
    return tuple(match for match in found if by_title[plain(match.name)] is match)[:_CHOICES]


def _outside(places: Places, words: Sequence[Word]) -> List[Word]:
    return [word for word in words if not any(start <= word.start < end for start, end in places)]


def _without_question(words: Sequence[Word]) -> List[Word]:
    """Return the words less those of the question at both ends."""
    question = _question_words()
    inner = [number for number, word in enumerate(words) if word.text not in question]
    return list(words[inner[0] : inner[-1] + 1]) if inner else []


@lru_cache(maxsize=1)
def _question_words() -> FrozenSet[str]:
    content = load_yaml(RESOURCES / "question_words.yml")
    return frozenset(plain(str(word)) for words in content.values() for word in words)
