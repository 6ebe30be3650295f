"""A text as one row of its words, so that patterns need not care for punctuation, accents and case."""

import re
from typing import Iterable, List, Optional, Tuple

from bot.nlu.words import split_words


class WordRow:
    """The words of a text, joined by single spaces, and where each stands in the text."""

    def __init__(self, text: str) -> None:
        self.words = split_words(text)
        self.text = " ".join(word.text for word in self.words)
        self._starts: List[int] = []
        place = 0
        for word in self.words:
            self._starts.append(place)
            place += len(word.text) + 1

    def place(self, start: int, end: int) -> Tuple[int, int]:
        """Return where in the written text the words from `start` to `end` of the row stand."""
        covered = [word for word, at in zip(self.words, self._starts, strict=True) if start <= at < end]
        return covered[0].start, covered[-1].end

    def before(self, start: int, phrases: "Phrases") -> Optional[str]:
        """Return the longest of the phrases that ends right before a place of the row."""
        return phrases.ending(self.text[:start].rstrip())

    def behind(self, end: int, phrases: "Phrases") -> Optional[str]:
        """Return the longest of the phrases that begins right behind a place of the row."""
        return phrases.starting(self.text[end:].lstrip())


class Phrases:
    """A list of phrases, to be found at the end or at the beginning of a row of words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        either = alternatives(phrases)
        self._ending = re.compile(rf"(?:^| )({either})$")
        self._starting = re.compile(rf"^({either})(?: |$)")

    def ending(self, row: str) -> Optional[str]:
        """Return the longest phrase that the row ends with."""
        found = self._ending.search(row)
        return found.group(1) if found else None

    def starting(self, row: str) -> Optional[str]:
        """Return the longest phrase that the row starts with."""
        found = self._starting.match(row)
        return found.group(1) if found else None


def alternatives(phrases: Iterable[str]) -> str:
    """Return a regular expression for one of the phrases, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(map(str, phrases), key=len, reverse=True))
