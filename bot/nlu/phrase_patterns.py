"""Finds the phrases of resources/phrases.yml in a message: spaCy's Matcher over words without accents and case."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.nlu.examples import load_yaml
from bot.nlu.words import Vocabulary, Word, respelt, split_words

RESOURCES = Path(__file__).parent / "resources"
NOTHING = "nothing"
"""Phrases under this name only keep others from being found at their place."""
_SHORTEST_REPAIRED = 5


@dataclass(frozen=True)
class Phrase:
    """A phrase found in a message."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class _Pattern:
    entity: str
    tokens: Tuple[Dict[str, Any], ...]
    tables: Tuple[str, ...]
    value: Optional[str]
    values: Optional[Mapping[str, str]]
    also: Tuple[str, ...]
    beside: Optional[str]
    apart_from: Optional[str]
    at_start: bool
    at_end: bool


class PhrasePatterns:
    """The patterns, compiled."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._tables = {name: _word_values(table) for name, table in content["tables"].items()}
        self._tables.setdefault("number", {}).update({str(number): str(number) for number in range(1, 11)})
        self._lists = {name: _flat(words) for name, words in content["lists"].items()}
        self._patterns = [
            self._compile(entity, entry) for entity, entries in content["entities"].items() for entry in entries
        ]
        self._vocab = Vocab()
        self._matchers = [Matcher(self._vocab) for _ in self._patterns]
        self._by_word: Dict[str, List[int]] = {}
        for number, pattern in enumerate(self._patterns):
            self._matchers[number].add(str(number), [list(pattern.tokens)])
            for word in _telling_words(pattern.tokens):
                self._by_word.setdefault(word, []).append(number)
        self._spelling = self._spelling_words()
        self._not_typos = frozenset(content["not_typos"])
        self._find_once = lru_cache(maxsize=32)(self._find)

    def find(self, text: str) -> List[Phrase]:
        """Return the phrases of a text, in its order; where they overlap only the longest."""
        return list(self._find_once(text))  # two components ask for the same text

    def _find(self, text: str) -> Tuple[Phrase, ...]:
        return tuple(self.find_among([respelt(word, self._spell(word, text)) for word in split_words(text)]))

    def find_among(self, words: Sequence[Word]) -> List[Phrase]:
        """Return the phrases of words that are spelt as the patterns spell them."""
        if not words:
            return []
        spellings = [word.text for word in words]
        found = [
            (start - end, number, start, end)
            for number, start, end in self._spans(spellings)
            if self._fits(self._patterns[number], start, end, spellings)
        ]
        phrases: List[Phrase] = []
        taken: set = set()
        for _, number, start, end in sorted(found):
            if taken.isdisjoint(range(start, end)):
                values = self._values(self._patterns[number], spellings[start:end])
                if values:
                    taken.update(range(start, end))
                    place = words[start].start, words[end - 1].end
                    entities = (self._patterns[number].entity, *self._patterns[number].also)
                    phrases.extend(Phrase(entity, value, *place) for entity in entities for value in values)
        return sorted((phrase for phrase in phrases if phrase.entity != NOTHING), key=lambda phrase: phrase.start)

    def _spans(self, words: List[str]) -> Set[Tuple[int, int, int]]:
        """Return the number of each pattern that fits somewhere, with the places.

        Trying some hundred patterns on all words takes longer than looking which have a word here, and around it.
        """
        places = [(number, place) for place, word in enumerate(words) for number in self._by_word.get(word, ())]
        if not places:
            return set()
        text = Doc(self._vocab, words=words)
        found = set()
        for number, place in places:
            length = len(self._patterns[number].tokens)
            first = max(0, place - length + 1)
            for _, start, end in self._matchers[number](text[first : place + length]):
                found.add((number, first + start, first + end))
        return found

    def _fits(self, pattern: _Pattern, start: int, end: int, words: Sequence[str]) -> bool:
        if (pattern.at_start and start > 0) or (pattern.at_end and end < len(words)):
            return False
        if pattern.beside and self._lists[pattern.beside].isdisjoint(words):
            return False
        return not pattern.apart_from or self._lists[pattern.apart_from].isdisjoint(words)

    def _values(self, pattern: _Pattern, words: Sequence[str]) -> List[str]:
        if pattern.entity == NOTHING:
            return [""]
        if pattern.value is not None:
            return [pattern.value]
        values = [
            self._tables[table][word] for table in pattern.tables for word in words if word in self._tables[table]
        ]
        if pattern.values is not None:
            values = [pattern.values[value] for value in values if value in pattern.values]
        return list(dict.fromkeys(values))

    def _spell(self, word: Word, text: str) -> str:
        """Return the word as the patterns spell it, with one typo repaired in words of five letters and more."""
        if word.text == "s" and word.start > 0 and text[word.start - 1] in "'’":
            return "'s"  # of "it's", not of "S 9"
        if len(word.text) < _SHORTEST_REPAIRED or not word.text.isalpha() or word.text in self._spelling:
            return word.text
        if word.text in self._not_typos:
            return word.text
        return self._spelling.nearest(word.text) or word.text

    def _spelling_words(self) -> Vocabulary:
        words = {word for name in ("ordinal", "language") for word in self._tables.get(name, ())}
        words |= self._lists.get("semester", frozenset()) | {
            "autumn",
            "automne",
            "spring",
            "printemps",
            "annee",
            "taught",
            "course",
            "courses",
        }
        return Vocabulary(sorted(word for word in words if len(word) >= _SHORTEST_REPAIRED and word.isalpha()))

    def _compile(self, entity: str, entry: Mapping[str, Any]) -> _Pattern:
        items = entry["pattern"].split()
        tokens = [self._token(item) for item in items if item not in ("^", "$")]
        tables = tuple(dict.fromkeys(item[1:-1] for item in items if item.startswith("<")))
        values = {str(key): str(value) for key, value in entry["values"].items()} if "values" in entry else None
        return _Pattern(
            entity,
            tuple(tokens),
            tables,
            str(entry["value"]) if "value" in entry else None,
            values,
            tuple(entry.get("also", ())),
            entry.get("beside"),
            entry.get("apart_from"),
            items[0] == "^",
            items[-1] == "$",
        )

    def _token(self, item: str) -> Dict[str, Any]:
        optional = item.startswith("[")
        item = item.strip("[]")
        if item.startswith("<"):
            words = sorted(self._tables[item.strip("<>")])
        elif item.startswith("{"):
            words = sorted(self._lists[item.strip("{}")])
        else:
            words = item.split("|")
        return {"ORTH": {"IN": words}, **({"OP": "?"} if optional else {})}


@lru_cache(maxsize=1)
def phrase_patterns() -> PhrasePatterns:
    """Return the compiled patterns; the file is read once."""
    return PhrasePatterns(load_yaml(RESOURCES / "phrases.yml"))


def _telling_words(tokens: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """Return the words of which a pattern needs one: of its tokens the one that has to be there and is the rarest.

    How rare it is is guessed by its shortest word.
    """
    needed = [token["ORTH"]["IN"] for token in tokens if "OP" not in token]
    return max(needed, key=lambda words: min(map(len, words), default=0))


def _word_values(table: Mapping[Any, Sequence[Any]]) -> Dict[str, str]:
    return {str(word): str(value) for value, words in table.items() for word in words}


def _flat(words: Sequence[Any]) -> FrozenSet[str]:
    return frozenset(word for item in words for word in (item if isinstance(item, list) else [item]))
