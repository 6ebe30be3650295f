"""Finds what a message says of the student: nationality (with the country, where one is named) and kind of stay."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from bot.nlu.country_names import ADJECTIVE, COUNTRY, EITHER, TONGUE, CountryNames
from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES, Phrase, PhrasePatterns
from bot.nlu.words import Vocabulary, Word, respelt, split_words

_SHORTEST_REPAIRED = 8
"""Shorter names of countries are one letter apart from one another or from everyday words."""


@dataclass(frozen=True)
class StudentPhrase(Phrase):
    """A phrase found in a message."""

    country: str = ""
    """ISO 3166 code of the country named, "" where none is."""


class StudentPhrases:
    """The patterns of resources/student_phrases.yml over the countries of resources/countries.yml."""

    def __init__(self, phrases: Mapping[str, Any], countries: Mapping[str, Any]) -> None:
        self._countries = CountryNames(countries)
        tables = {
            "country": self._countries.table(COUNTRY, EITHER),
            "adjective": self._countries.table(ADJECTIVE),
            "tongue": self._countries.table(TONGUE, EITHER),
            "demonym": self._countries.table(ADJECTIVE, TONGUE, EITHER),
        }
        self._patterns = PhrasePatterns({**phrases, "tables": {**phrases["tables"], **tables}})
        written = " ".join(entry["pattern"] for entries in phrases["entities"].values() for entry in entries)
        listed = " ".join(word for words in phrases["lists"].values() for word in words)
        known = set(re.findall(r"[a-z]+", f"{re.sub('[{<][^}>]*[}>]', '', written)} {listed}")) | self._countries.words
        self._spelling = Vocabulary(sorted(word for word in known if len(word) >= _SHORTEST_REPAIRED))
        self._not_typos = frozenset(phrases["not_typos"])
        self._schools = frozenset(phrases["lists"]["institution"])

    def find(self, text: str) -> List[StudentPhrase]:
        """Return the phrases of a text in its order, each value once: rather where a country is named.

        Every country named is a phrase of its own too (entity `country`), whether it is the student's or not.
        """
        words = self._countries.merge([respelt(word, self._spell(word.text)) for word in split_words(text)])
        found: Dict[Tuple[str, str], StudentPhrase] = {}
        for phrase in self._patterns.find_among(words):
            country = self._country(phrase, words)
            key = phrase.entity, phrase.value
            if key not in found or (country and not found[key].country):
                found[key] = StudentPhrase(phrase.entity, phrase.value, phrase.start, phrase.end, country)
        return sorted([*found.values(), *self._countries_named(words)], key=lambda phrase: phrase.start)

    def _countries_named(self, words: List[Word]) -> Iterator[StudentPhrase]:
        """Yield the countries named, and those whose people or tongue tell where a school is: "German universities"."""
        for place, word in enumerate(words):
            code, _, kind = word.text.partition("_")
            beside = {other.text for other in words[max(0, place - 2) : place + 3]}
            if kind in (COUNTRY, EITHER) or (kind in (ADJECTIVE, TONGUE) and beside & self._schools):
                yield StudentPhrase("country", code, word.start, word.end, code)

    def _country(self, phrase: Phrase, words: List[Word]) -> str:
        named = [word.text for word in words if phrase.start <= word.start and word.end <= phrase.end]
        return next(filter(None, (self._countries.country_of(word, phrase.value) for word in named)), "")

    def _spell(self, word: str) -> str:
        """Return the word as the patterns spell it, with one typo repaired where it is long enough."""
        if len(word) < _SHORTEST_REPAIRED or word in self._not_typos or word in self._spelling:
            return word
        return self._spelling.nearest(word) or word


@lru_cache(maxsize=1)
def student_phrases() -> StudentPhrases:
    """Return the compiled patterns; the files are read once."""
    return StudentPhrases(load_yaml(RESOURCES / "student_phrases.yml"), load_yaml(RESOURCES / "countries.yml"))
