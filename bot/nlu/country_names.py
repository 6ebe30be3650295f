"""Names of countries and of their people in a message: those of Babel and of resources/countries.yml."""

from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from babel import Locale

from bot.languages import SUPPORTED_LANGUAGES
from bot.nlu.words import Word, split_words

COUNTRY, ADJECTIVE, TONGUE, EITHER = "country", "adjective", "tongue", "either"
"""Kinds of names. EITHER names a country and its people alike ("suisse")."""
ALL_OTHERS = "non_eu"
_NOTHING = "nothing"
_ARTICLE = "la"  # of "La Réunion"
_Name = Tuple[str, ...]


class CountryNames:
    """The names, as rows of words without accents and case."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        groups = {code: group for group, codes in content["groups"].items() for code in codes}
        self._no_names = {_words(name) for name in content["no_names"]}
        self._regions = frozenset(content["regions"])
        tongues = {_words(name) for name in content["tongues"]}
        codes: Dict[_Name, str] = {}
        kinds: Dict[_Name, str] = {}
        for code, name in self._names(content["names"]):
            codes[name], kinds[name] = code, COUNTRY
        for code, words in content["adjectives"].items():
            for word in words:
                for name in _forms(_words(word)):
                    if kinds.get(name) == COUNTRY and codes[name] == code:
                        kinds[name] = EITHER
                    else:
                        codes[name], kinds[name] = code, TONGUE if name in tongues else ADJECTIVE
        self._groups = {code: groups.get(code, ALL_OTHERS) for code in codes.values()}
        self._merged = {name: f"{code}_{kinds[name]}" for name, code in codes.items() if self._groups[code] != _NOTHING}
        self._longest: Dict[str, int] = {}
        """How many words the longest name has that begins with a word."""
        for name in self._merged:
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))
        self.words = frozenset(word for name in codes for word in name)
        """Every word of a name."""

    def table(self, *kinds: str) -> Dict[str, List[str]]:
        """Return the merged words of these kinds by nationality, as a table of patterns."""
        table: Dict[str, List[str]] = {}
        for code, kind in sorted({tuple(merged.split("_")) for merged in self._merged.values()}):
            if kind in kinds:
                table.setdefault(self._groups[code], []).append(f"{code}_{kind}")
        return table

    def merge(self, words: Sequence[Word]) -> List[Word]:
        """Return the words with each name as one word: its country's code and the kind of name."""
        merged: List[Word] = []
        place = 0
        while place < len(words):
            longest = self._longest.get(words[place].text, 0)
            length = next((count for count in range(longest, 0, -1) if self._at(words, place, count)), 0)
            if length:
                text = self._at(words, place, length)
                merged.append(Word(text, words[place].start, words[place + length - 1].end))
            else:
                merged.append(words[place])
            place += length or 1
        return merged

    def country_of(self, merged: str, nationality: str) -> str:
        """Return the code of the country whose name was merged, if it stands for this nationality, else ""."""
        code, _, kind = merged.partition("_")
        is_country = kind and code not in self._regions
        return code if is_country and self._groups.get(code) == nationality else ""

    def _at(self, words: Sequence[Word], place: int, count: int) -> str:
        row = tuple(word.text for word in words[place : place + count])
        return self._merged.get(row, "") if len(row) == count else ""

    def _names(self, further: Mapping[str, Sequence[str]]) -> Iterator[Tuple[str, _Name]]:
        for language in SUPPORTED_LANGUAGES:
            for code, name in Locale.parse(language).territories.items():
                words = _words(name)
                if (len(code) == 2 or code in self._regions) and words not in self._no_names:
                    yield code, words[1:] if words[0] == _ARTICLE else words
        for code, names in further.items():
            yield from ((code, _words(name)) for name in names)


def _words(name: str) -> _Name:
    return tuple(word.text for word in split_words(name))


def _forms(name: _Name) -> Iterator[_Name]:
    """Yield a name of people in masculine and feminine, singular and plural."""
    *first, last = name
    feminine = f"{last}ne" if last.endswith(("en", "on")) else f"{last}e"
    for form in (last, feminine):
        yield (*first, form)
        yield (*first, f"{form}s")
