"""A search for institutions that forgives what students write: typos, abbreviations, other languages, parts of names.

Names are compared word by word. A word counts the more, the fewer institutions bear it: "Torino" says much,
"University" next to nothing. "Poli" stands for "Politecnico", "TU" for "Technische Universität" (its initials),
"Munich" for "München".
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nlargest
from pathlib import Path
from typing import DefaultDict, Dict, FrozenSet, Iterable, List, Mapping, Sequence, Set, Tuple

import yaml
from rapidfuzz import fuzz, process

from bot.mobility.normalisation import normalised

_CITY_NAMES = Path(__file__).parent / "resources" / "city_names.yml"
_SMALL_WORDS = frozenset(
    """
    a al and at da das de degli dei del della delle den der des di do dos du e el et for fur i in la las le les los na
    nad of og on the und v van von w y ya z
    """.split()
)
_PREFIX = 4
"""Letters of the shortest abbreviation that counts as the beginning of a word: "Poli"."""
_TYPO_FROM = 5
_TYPO_SCORE = 84.0
_LONGEST_ACRONYM = 6
_STEM = 5
"""Letters that two forms of a name share: "Zagreb", "Zagrebu"."""
_QUALITY_TYPO, _QUALITY_PREFIX, _QUALITY_INITIALS, _QUALITY_CITY = 0.85, 0.8, 0.9, 0.95
CLOSE = 0.08
"""Institutions whose scores differ by less may all be meant."""
_LEAST_REACHED = 0.65
"""What part of what was written a name must bear at least."""
_MOST_COMPARED = 300
_FEW = 3
"""Initials that more institutions share say nothing."""
_FOLDED: Tuple[Tuple[str, str], ...] = (
    (r"uni([vw]ers\w*)?|univ|sveucilist\w*|\w*egyetem\w*|yliopisto|ulikool", "univ"),
    (r"pol[iy](t\w{2,})?", "polytech"),
    (r"t[eé](ch|k|h)n(i|o)\w*|muszaki", "techn"),
)
"""Words that every language spells in its own way, and their abbreviations, as one word."""
_NEARLY_SAME: Mapping[str, Tuple[str, ...]] = {"techn": ("polytech",), "polytech": ("techn",)}
"""A university of technology here is a polytechnic there."""
_SAYS_NOTHING = frozenset(("univ", "school", "ecole", "college", "institute", "institut", "hochschule"))
"""Words that name no institution by themselves."""
_KINDS = _SAYS_NOTHING | {"polytech", "techn"}
"""Words that name a kind of institution: alone they name none, however few of the kind there are in the list."""
_BLENDED = "poli"
"""How the polytechnics of Italy call themselves: "PoliTo", "PoliMi"."""
_LETTERS_OF_CITY = 2
_WEIGHT_OF_NAME = 0.3
"""How much it counts that the whole name was written; the rest is that all that was written is in the name."""


@dataclass(frozen=True)
class InstitutionName:
    """One name or short name of an institution."""

    code: str
    name: str
    city: str = ""


@dataclass(frozen=True)
class InstitutionMatch:
    """An institution that resembles what was written; `score` from 0 to 1."""

    code: str
    score: float


@dataclass(frozen=True)
class _Entry:
    code: str
    words: Tuple[str, ...]
    name_words: FrozenSet[str]
    all_words: FrozenSet[str]
    """Those of the name and of the city."""


@dataclass(frozen=True)
class _Written:
    """A word as it was written, with what it may stand for."""

    word: str
    meanings: Mapping[str, float]
    """Words of names, with how sure each is."""
    weight: float
    initials_of: FrozenSet[int]
    """Places of the names whose initials it may be."""


class InstitutionIndex:
    """The names, by their words. Holds no database."""

    def __init__(self, names: Iterable[InstitutionName]) -> None:
        self._entries: List[_Entry] = []
        self._by_word: DefaultDict[str, List[int]] = defaultdict(list)
        self._by_initials: DefaultDict[str, Set[int]] = defaultdict(set)
        self._native: List[Tuple[str, str]] = []
        institutions: DefaultDict[str, Set[str]] = defaultdict(set)
        for named in names:
            words = _words(named.name)
            if not words:
                self._native.append((named.name.strip(), named.code))
                continue
            name_words = frozenset(words)
            entry = _Entry(named.code, words, name_words, name_words.union(_words(named.city)))
            place = len(self._entries)
            self._entries.append(entry)
            for word in entry.all_words:
                self._by_word[word].append(place)
                institutions[word].add(named.code)
            for initials in _initials(words) | _blends(words).keys():
                self._by_initials[initials].add(place)
        count = len({entry.code for entry in self._entries}) or 1
        self._weights = {word: math.log(1 + count / len(codes)) for word, codes in institutions.items()}
        self._rare = math.log(1 + count)
        self._vocabulary = sorted(self._by_word)

    def search(self, written: Sequence[str], *, limit: int = 10) -> Tuple[InstitutionMatch, ...]:
        """Return the institutions that the words may name, the best first."""
        written = [_fold(word) for word in written if word not in _SMALL_WORDS]
        if _KINDS.issuperset(written):
            return ()
        words = [self._understand(word) for word in written]
        candidates: DefaultDict[int, float] = defaultdict(float)
        for word in words:
            if word.word in _SAYS_NOTHING:
                continue  # thousands of names bear it: it counts for those that the other words find
            places = {place for known in word.meanings for place in self._by_word[known]}
            for place in places | word.initials_of:
                candidates[place] += word.weight
        best: Dict[str, float] = {}
        for place in nlargest(_MOST_COMPARED, candidates, key=lambda one: candidates[one]):
            entry = self._entries[place]
            score = self._score(entry, place, words)
            if score > best.get(entry.code, 0.0):
                best[entry.code] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        close = [code for code, score in ranked if ranked[0][1] - score < CLOSE]
        if len(close) > _FEW and not any(word in self._by_word for word in written):
            return ()  # initials that many share
        return tuple(InstitutionMatch(code, score) for code, score in ranked[:limit])

    def find_native(self, text: str) -> Tuple[InstitutionMatch, ...]:
        """Return the institutions whose name in another script the text shows."""
        return tuple(InstitutionMatch(code, 1.0) for name, code in self._native if len(name) > 1 and name in text)

    def _understand(self, word: str) -> _Written:
        meanings = self._meanings(word)
        weight = max((self._weights[known] for known in meanings), default=self._rare)
        return _Written(word, meanings, weight, frozenset(self._by_initials.get(word, ())))

    def _meanings(self, word: str) -> Mapping[str, float]:
        """Return the words of names that a written word may stand for, with how sure that is."""
        found: Dict[str, float] = {}
        if word in self._by_word:
            found[word] = 1.0
        found.update({other: _QUALITY_CITY for other in self._known(_same_city().get(word, ()))})
        found.update({other: _QUALITY_PREFIX for other in self._known(_NEARLY_SAME.get(word, ()))})
        if len(word) >= _PREFIX and not found:
            found.update({known: _QUALITY_PREFIX for known in self._beginning(word)})
        if len(word) >= _TYPO_FROM and 1.0 not in found.values():
            for known, score, _ in process.extract(
                word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_TYPO_SCORE, limit=8
            ):
                found[known] = max(found.get(known, 0.0), _QUALITY_TYPO * score / 100)
        return found

    def _beginning(self, letters: str) -> Sequence[str]:
        """Return the words that begin with these letters."""
        start = end = bisect_left(self._vocabulary, letters)
        while end < len(self._vocabulary) and self._vocabulary[end].startswith(letters):
            end += 1
        return self._vocabulary[start:end]

    def _known(self, words: Iterable[str]) -> Iterable[str]:
        return [word for word in words if word in self._by_word]

    def _score(self, entry: _Entry, place: int, written: Sequence[_Written]) -> float:
        """Return how much of what was written the name has, and how much of the name was written."""
        named: Set[str] = set()
        reached = total = 0.0
        for word in written:
            fitting = entry.all_words.intersection(word.meanings)
            weight = word.weight
            if fitting:
                quality, known = max((word.meanings[known], known) for known in fitting)
                weight = self._weights[known]
                named.add(known)
                reached += weight * quality
            elif place in word.initials_of:
                weight = self._rare / 2
                reached += weight * _QUALITY_INITIALS
                named.update(_behind_initials(word.word, entry.words))
            total += weight
        if not named or reached / total < _LEAST_REACHED:
            return 0.0
        # "Warsaw" names the city, Warszawa, and so "Warszawski" too.
        stems = {word[:_STEM] for word in named if len(word) >= _STEM}
        written_names = {word for word in entry.name_words if word in named or word[:_STEM] in stems}
        of_name = sum(self._weights[word] for word in written_names)
        whole = sum(self._weights[word] for word in entry.name_words)
        return (1 - _WEIGHT_OF_NAME) * reached / total + _WEIGHT_OF_NAME * of_name / whole


def says_nothing(word: str) -> bool:
    """Tell whether a word names no institution by itself."""
    return _fold(word) in _SAYS_NOTHING


def _words(name: str) -> Tuple[str, ...]:
    return tuple(_fold(word) for word in normalised(name).split() if word not in _SMALL_WORDS)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    return next((folded for pattern, folded in _FOLDED if re.fullmatch(pattern, word)), word)


def _initials(words: Sequence[str]) -> Set[str]:
    """Return the initials of words that follow one another: "tu" and "tum" of Technische Universität München."""
    letters = "".join(word[0] for word in words)
    return {
        letters[start:end]
        for start in range(len(letters))
        for end in range(start + 2, min(len(letters), start + _LONGEST_ACRONYM) + 1)
    }


def _blends(words: Sequence[str]) -> Mapping[str, Tuple[str, ...]]:
    """Return "polito" and the words behind it, for the Politecnico di Torino."""
    if "polytech" not in words:
        return {}
    return {f"{_BLENDED}{word[:_LETTERS_OF_CITY]}": ("polytech", word) for word in words if word != "polytech"}


def _behind_initials(initials: str, words: Sequence[str]) -> Sequence[str]:
    if initials.startswith(_BLENDED):
        return _blends(words).get(initials, ())
    letters = "".join(word[0] for word in words)
    start = letters.find(initials)
    return words[start : start + len(initials)] if start >= 0 else ()


@cache
def _same_city() -> Mapping[str, Tuple[str, ...]]:
    """Return for each name of a city its other names."""
    with _CITY_NAMES.open(encoding="utf-8") as file:
        table = yaml.safe_load(file)
    found: DefaultDict[str, List[str]] = defaultdict(list)
    for own, others in table.items():
        names = [own, *others]
        for name in names:
            found[name].extend(other for other in names if other != name)
    return {name: tuple(others) for name, others in found.items()}
