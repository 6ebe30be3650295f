"""Cuts a message where one question may end and the next begin; whether they are questions is judged later."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable, List, Mapping, Pattern, Sequence, Tuple

from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.words import plain, split_words

MOST_PARTS = 6
"""Each part costs as much as a short message. Of longer texts only the sentences with a question mark count."""
_SENTENCE_END = re.compile(r"\?[?!.…]*|[.!;…]+(?=\s)|!+(?=\w)|\n+")
_PAUSE = re.compile(r",(?=\s|[^\W\d])|\s[-–—/&+]\s")
_LOOK_AROUND = 60
"""Characters beside a joining word that tell whether it joins two questions."""
_OPENING_WORDS = 4
_BARE_WORDS = 2
"""So few words tell nothing, whatever the first one is ("my room", "it please")."""


@dataclass(frozen=True)
class MessagePart:
    """A stretch of a message that may be a question of its own."""

    text: str
    start: int
    end: int
    begins_sentence: bool
    """Whether a sentence ended before it, not only a joining word or a comma."""
    asks: bool
    """Whether it begins as questions begin or ends with a question mark."""
    tells: bool
    """Whether it tells about the student and asks nothing."""
    refers_back: bool
    """Whether it needs what was just named: "when is it"."""
    after_topic: bool
    """Whether the part before it may only name what it asks about: "visas, do I need one"."""

    @property
    def may_ask(self) -> bool:
        """Say whether it may be a question of its own, as far as its words tell."""
        return not self.tells and not self.refers_back


class MessageCutter:
    """Knows the words between questions and those that begin them."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._join = _any_of(words["joins"])
        self._join_before_opening = _any_of(words["joins_before_openings"])
        self._openings = frozenset(word for line in words["openings"] for word in line)
        self._lead_ins = frozenset(words["lead_ins"])
        self._requests = frozenset(words["requests"])
        self._pairs = frozenset(words["pairs"])
        self._statements = frozenset(words["statements"])
        self._continuations = frozenset(words["continuations"])
        self._references = frozenset(words["references"])

    def cut(self, text: str) -> List[MessagePart]:
        """Return the parts of a text in order; a single one where nothing joins two."""
        parts: List[MessagePart] = []
        for start, end, begins_sentence in self._stretches(text):
            words = split_words(text[start:end])
            if words:
                place = start + words[0].start, start + words[-1].end
                parts.append(self._part(text, *place, begins_sentence or not parts, parts))
        if len(parts) > MOST_PARTS:
            parts = [part for part in parts if _ends_with_question_mark(text, part.end)]
        return parts[:MOST_PARTS]

    def _stretches(self, text: str) -> Iterable[Tuple[int, int, bool]]:
        """Yield beginning and end of what stands between the joints, and whether a sentence ended before."""
        comparable = _same_length_plain(text)
        joints = [(*match.span(), True) for match in _SENTENCE_END.finditer(text)]
        joints += [(*match.span(), False) for match in _PAUSE.finditer(text)]
        joints += [
            (*match.span(), False)
            for match in self._join.finditer(comparable)
            if not self._pairs_follow(text[max(0, match.start() - _LOOK_AROUND) : match.start()])
        ]
        joints += [
            (*match.span(), False)
            for match in self._join_before_opening.finditer(comparable)
            if self._opens(text[match.end() : match.end() + _LOOK_AROUND])
        ]
        place, begins_sentence = 0, True
        for start, end, ends_sentence in sorted(joints):
            if text[place:start].strip():
                yield place, start, begins_sentence
                begins_sentence = False
            begins_sentence = begins_sentence or ends_sentence
            place = max(place, end)
        yield place, len(text), begins_sentence

    def _part(
        self, text: str, start: int, end: int, begins_sentence: bool, before: Sequence[MessagePart]
    ) -> MessagePart:
        words = [word.text for word in split_words(text[start:end])]
        asks = self._opens(text[start:end]) or _ends_with_question_mark(text, end)
        is_statement = len(words) > _BARE_WORDS and words[0] in self._statements
        goes_on_telling = bool(before) and before[-1].tells and not begins_sentence
        follows_pause = bool(before) and text[before[-1].end : start].strip() == ","
        return MessagePart(
            text=text[start:end],
            start=start,
            end=end,
            begins_sentence=begins_sentence,
            asks=asks,
            tells=not asks and (is_statement or goes_on_telling),
            refers_back=not begins_sentence
            and (not self._references.isdisjoint(words) or (not asks and words[0] in self._continuations)),
            after_topic=follows_pause and not before[-1].asks,
        )

    def _opens(self, text: str) -> bool:
        words = [word.text for word in split_words(text)[:_OPENING_WORDS]]
        if words and words[0] in self._statements and not self._requests.isdisjoint(words):
            return True
        for word in words:
            if word in self._openings:
                return True
            if word not in self._lead_ins:
                return False
        return False

    def _pairs_follow(self, text: str) -> bool:
        """Say whether the next "and" joins two things of one question: "the difference between a visa and"."""
        sentence = _SENTENCE_END.split(text)[-1]
        return not self._pairs.isdisjoint(word.text for word in split_words(sentence))


@lru_cache(maxsize=1)
def message_cutter() -> MessageCutter:
    """Return the cutter with the words of resources/joining_words.yml; the file is read once."""
    return MessageCutter(load_yaml(RESOURCES / "joining_words.yml"))


def _any_of(lines: Iterable[Sequence[str]]) -> Pattern[str]:
    """Return a pattern for any of the words, the longest first; a hyphen makes another word of one ("puis-je")."""
    words = sorted((word for line in lines for word in line), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")


def _ends_with_question_mark(text: str, end: int) -> bool:
    return text[end : end + 2].strip()[:1] == "?"


def _same_length_plain(text: str) -> str:
    """Return the text without accents and case, every character in its place."""
    return "".join(plain(character)[:1] or character for character in text)
