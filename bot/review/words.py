"""Words as the full-text index sees them: small letters without accents. And where they stand in a text."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

_WORD = re.compile(r"[^\W_]+")
SNIPPET_LENGTH = 160
MOST_WORDS = 8


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `hit` where it is what was searched for."""

    text: str
    hit: bool


class _Folded(Dict[int, str]):
    """Each letter small and without accents, worked out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = self[code] = unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return the text in small letters without accents, as long as the text itself."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def search_words(query: str) -> List[str]:
    """Return the words of what was typed into the search field."""
    return _WORD.findall(fold(query))[:MOST_WORDS]


def has_words(text: str, words: Sequence[str]) -> bool:
    """Tell whether all words stand in the text; the last one may be the beginning of one."""
    there = set(_WORD.findall(fold(text)))
    return all(word in there for word in words[:-1]) and any(word.startswith(words[-1]) for word in there)


def highlight(text: str, words: Sequence[str], length: int = SNIPPET_LENGTH) -> Tuple[Piece, ...]:
    """Return the part of the text around the first word found, in pieces; the last word may be the beginning of one."""
    hits = [match.span() for match in _WORD.finditer(fold(text)) if _is_hit(match.group(), words)]
    start = max(0, (hits[0][0] if hits else 0) - length // 3)
    end = min(len(text), start + length)
    pieces: List[Piece] = []
    position = start
    for first, last in hits:
        if position <= first and last <= end:
            pieces += [Piece(text[position:first], False), Piece(text[first:last], True)]
            position = last
    pieces.append(Piece(text[position:end], False))
    whole = [Piece("…", False)] * (start > 0) + pieces + [Piece("…", False)] * (end < len(text))
    return tuple(piece for piece in whole if piece.text)


def _is_hit(word: str, words: Sequence[str]) -> bool:
    return word in words or (bool(words) and word.startswith(words[-1]))
