"""Words of a message with their places, comparable without accents and case, and the repair of misspelt ones."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Iterable, Iterator, List, Optional, Tuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

# "+" and "#" belong to words for the sake of C++ and C#; an apostrophe or hyphen parts two words.
_WORD = re.compile(r"[^\W_]+[+#]*")
_SHORT = 1000
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True)
class Word:
    """A word of a text."""

    text: str
    """Lower case, without accents."""
    start: int
    end: int


def plain(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower().translate(_LIGATURES))
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def split_words(text: str) -> List[Word]:
    """Return the words of a text in order; punctuation is left out."""
    # A dozen components look at the words of the same message.
    return list(_split_once(text) if len(text) <= _SHORT else _split_long_once(text))


def _split(text: str) -> Tuple[Word, ...]:
    return tuple(Word(plain(match.group()), match.start(), match.end()) for match in _WORD.finditer(_composed(text)))


_split_once = lru_cache(maxsize=1024)(_split)
_split_long_once = lru_cache(maxsize=16)(_split)


def _composed(text: str) -> str:
    """Return the text with loose accents joined to their letters where that keeps every place in it."""
    composed = unicodedata.normalize("NFC", text)
    return composed if len(composed) == len(text) else text


def respelt(word: Word, text: str) -> Word:
    """Return the word at its place with another spelling."""
    return word if word.text == text else Word(text, word.start, word.end)


class Vocabulary:
    """Known words, most usual first, among which the nearest to a misspelt one is found."""

    def __init__(self, words: Iterable[str]) -> None:
        self._buckets: Dict[str, List[str]] = {}
        self._known = dict.fromkeys(words)
        for word in self._known:
            if len(word) > 2:
                self._buckets.setdefault(word[0], []).append(word)
        self._cached_nearest = lru_cache(maxsize=4096)(self._nearest)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def nearest(self, word: str, edits: int = 1) -> Optional[str]:
        """Return the known word with the same first letter at most `edits` edits away (a swap of neighbours is one)."""
        return self._cached_nearest(word, edits)

    def _nearest(self, word: str, edits: int) -> Optional[str]:
        found = extractOne(word, self._buckets.get(word[:1], []), scorer=OSA.distance, score_cutoff=edits)
        return found[0] if found else None
