"""Finds names of the mobility database in a message: spaCy's PhraseMatcher over words without accents and case."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.mobility.types import NamedRow
from bot.nlu.words import Vocabulary, Word, split_words

TITLE_KINDS = ("course", "teaching_unit")
REPAIRED_KINDS = ("department", "programme", "residence", "subject")
"""Kinds whose names are found with a typo in each word; titles have a search of their own."""
_SHORTEST_REPAIRED = 5
_SHORTEST_REPAIRED_ALONE = 8
"""A name of one word has no neighbour to confirm it: French "crois" is no "Crous", "salaire" no "solaire"."""


@dataclass(frozen=True)
class FoundName:
    """A name found in a message, and the row that it may mean."""

    row: NamedRow
    start: int
    end: int

    @property
    def is_title(self) -> bool:
        """Say whether it names a course or teaching unit."""
        return self.row.kind in TITLE_KINDS

    @property
    def is_one_common_word(self) -> bool:
        """Say whether it is a title of one word, such as "Optimisation", which sentences also hold by chance."""
        return self.is_title and self.row.name != self.row.code and len(split_words(self.row.name)) == 1

    def contains(self, other: "FoundName") -> bool:
        """Say whether the other stands within this one and is shorter."""
        return self.start <= other.start and other.end <= self.end and self.end - self.start > other.end - other.start


class Gazetteer:
    """All names and aliases, ready to be found."""

    def __init__(self, rows: Iterable[NamedRow], real_words: Iterable[str] = ()) -> None:
        """`real_words` are never taken for misspellings: "coming" is not "coding"."""
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._rows: Dict[str, List[NamedRow]] = defaultdict(list)
        repaired_words: Set[str] = set()
        for row in rows:
            words = [word.text for word in split_words(row.name)]
            if words:
                self._rows[" ".join(words)].append(row)
                if row.kind in REPAIRED_KINDS:
                    repaired_words.update(word for word in words if len(word) >= _SHORTEST_REPAIRED and word.isalpha())
        for phrase in self._rows:
            self._matcher.add(phrase, [Doc(self._vocab, words=phrase.split(" "))])
        self._known = {word for phrase in self._rows for word in phrase.split(" ")}.union(real_words)
        self._repaired_words = Vocabulary(sorted(repaired_words))

    def find(self, text: str) -> List[FoundName]:
        """Return the names in a text, the longest where several overlap, titles apart from the other kinds.

        A name that means several rows gives one result for each.
        """
        words = split_words(text)
        spellings = [word.text for word in words]
        hits = self._match(spellings)
        repaired = [self._repair(word) for word in spellings]
        if repaired != spellings:
            hits |= {hit for hit in self._match(repaired) if self._may_be_repaired(hit, spellings, repaired)}
        titles = _longest(self._found(hits, words, titles=True))
        return sorted(titles + _longest(self._found(hits, words, titles=False)), key=lambda found: found.start)

    def _match(self, spellings: Sequence[str]) -> Set[Tuple[str, int, int]]:
        if not spellings:
            return set()
        matches = self._matcher(Doc(self._vocab, words=list(spellings)))
        return {(self._vocab.strings[key], start, end) for key, start, end in matches}

    def _repair(self, word: str) -> str:
        if len(word) < _SHORTEST_REPAIRED or not word.isalpha() or word in self._known:
            return word
        return self._repaired_words.nearest(word) or word

    def _may_be_repaired(self, hit: Tuple[str, int, int], spellings: Sequence[str], repaired: Sequence[str]) -> bool:
        phrase, start, end = hit
        has_repair = spellings[start:end] != repaired[start:end]
        if end - start == 1 and len(spellings[start]) < _SHORTEST_REPAIRED_ALONE:
            return False
        return has_repair and any(row.kind in REPAIRED_KINDS for row in self._rows[phrase])

    def _found(self, hits: Set[Tuple[str, int, int]], words: Sequence[Word], titles: bool) -> List[FoundName]:
        return [
            FoundName(row, words[start].start, words[end - 1].end)
            for phrase, start, end in hits
            for row in self._rows[phrase]
            if (row.kind in TITLE_KINDS) is titles
        ]


def _longest(found: List[FoundName]) -> List[FoundName]:
    """Keep of overlapping names the longest, and all that stand at the same place."""
    kept: Dict[Tuple[int, int], List[FoundName]] = {}
    for name in sorted(found, key=lambda name: (name.start - name.end, name.start, name.row.kind, name.row.code)):
        place = name.start, name.end
        if place in kept:
            if all(name.row.code != other.row.code or name.row.kind != other.row.kind for other in kept[place]):
                kept[place].append(name)
        elif all(name.end <= start or end <= name.start for start, end in kept):
            kept[place] = [name]
    return [name for names in kept.values() for name in names]
