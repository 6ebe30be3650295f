"""Words of other languages told in English, word by word, for what understands English best: the sentence embedding."""

from functools import lru_cache
from typing import Dict, Iterator, List, Mapping, Sequence, Tuple

from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.words import split_words

_Phrase = Tuple[str, ...]


class Glossary:
    """English words and phrases by those of another language for them."""

    def __init__(self, content: Mapping[str, Sequence[str]]) -> None:
        self._english: Dict[_Phrase, str] = {}
        for english, phrases in content.items():
            for phrase in phrases:
                words = tuple(word.text for word in split_words(phrase))
                if words:
                    self._english.setdefault(words, english)
        self._longest = max(map(len, self._english))

    @property
    def words(self) -> Iterator[str]:
        """Yield every word of the other language."""
        return (word for phrase in self._english for word in phrase)

    def translate(self, text: str) -> str:
        """Return the words of a text with those of the glossary in English, the longest phrases first."""
        return " ".join(filter(None, self._translated([word.text for word in split_words(text)])))

    def _translated(self, words: List[str]) -> Iterator[str]:
        place = 0
        while place < len(words):
            length, english = self._at(words, place)
            yield english
            place += length

    def _at(self, words: List[str], place: int) -> Tuple[int, str]:
        """Return how many words from a place on are the longest phrase known, and the English for it."""
        for length in range(min(self._longest, len(words) - place), 0, -1):
            english = self._english.get(tuple(words[place : place + length]))
            if english is not None:
                return length, english
        return 1, words[place]


@lru_cache(maxsize=1)
def glossaries() -> Mapping[str, Glossary]:
    """Return the glossaries by language; the files are read once."""
    return {
        path.stem.rpartition("_")[2]: Glossary(load_yaml(path)) for path in sorted(RESOURCES.glob("glossary_*.yml"))
    }


def translate(text: str, language: str) -> str:
    """Return a text in English as far as the glossary of its language knows it; without one as it is."""
    glossary = glossaries().get(language)
    return glossary.translate(text) if glossary else text
