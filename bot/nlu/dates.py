"""Finds days and months in a message, by the words of resources/dates.yml; dateparser works out what they mean."""

import re
from datetime import date
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Tuple

from babel import Locale
from dateparser.date import DateDataParser

from bot.languages import SUPPORTED_LANGUAGES
from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.word_rows import Phrases, WordRow, alternatives
from bot.nlu.words import split_words

OPEN = ".."
"""Stands for the missing end of a period, as in ISO 8601."""
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?: ?(?:st|nd|rd|th|er))?"
_YEAR = r"20[2-4]\d"


class FoundDate(NamedTuple):
    """A day or a stretch of time found in a message."""

    entity: str
    """date or period"""
    value: str
    """Of a date the day, 2027-03-15. Of a period a month, 2027-03, or an interval of ISO 8601, 2026-09/2027-01, where
    one end may be open: ../2027-03-15 for "before 15 March"."""
    start: int
    end: int


class _Hit(NamedTuple):
    """A day or a month, and where it stands in the row of words."""

    value: str
    start: int
    end: int


class Dates:
    """The words of the resource and the names of months, compiled."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._from, self._until = Phrases(content["from"]), Phrases(content["until"])
        self._span_starts = Phrases(content["span_starts"])
        self._span_links = frozenset(content["span_links"])
        self._month_before = Phrases(content["month_before"])
        self._ambiguous = frozenset(content["ambiguous_months"])
        self._months = _month_names()
        month = alternatives(self._months)
        self._day = re.compile(
            rf"(?:^|(?<= ))(?:{_DAY}(?: of| de)? (?:{month})|(?:{month})(?: the)? {_DAY})(?: {_YEAR})?(?= |$)"
        )
        self._month = re.compile(rf"(?:^|(?<= ))({month})(?: ({_YEAR}))?(?= |$)")
        starts, links = alternatives(content["span_starts"]), alternatives(self._span_links)
        self._first_day = re.compile(rf"(?:^| )(?:{starts}) (\d\d?)(?:st|nd|rd|th|er)? (?:{links}) $")
        self._numeric = re.compile(
            r"(?<![\d/.-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}[.-]\d{1,2}[.-]\d{2,4})(?![\d/-])"
        )
        self._relative = re.compile(
            rf"(?:^|(?<= ))(?:{alternatives(content['relative'])}|(?:{alternatives(content['relative_before'])}) "
            rf"(?:\d+|\w+) (?:{alternatives(content['relative_units'])}))(?= |$)"
        )
        self._parser = DateDataParser(
            languages=list(SUPPORTED_LANGUAGES), settings={"PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"}
        )
        for first in ("1 march", "1 mars"):  # what it reads at the first date of a language, no student waits for
            self._value(first)

    def find(self, text: str) -> List[FoundDate]:
        """Return the days and months of a text in its order; without a year the next ones from today on."""
        row = WordRow(text)
        hits = self._hits(text, row)
        found: List[FoundDate] = []
        place = 0
        while place < len(hits):
            first = hits[place]
            second = hits[place + 1] if place + 1 < len(hits) else None
            if second and self._is_span(row, first, second):
                last = _later(second.value, first.value)
                found.append(FoundDate("period", f"{first.value}/{last}", *row.place(first.start, second.end)))
                place += 2
            else:
                found.append(self._alone(row, first))
                place += 1
        return found

    def _alone(self, row: WordRow, hit: _Hit) -> FoundDate:
        """Return a day or month as what the words before it make of it."""
        start = self._first_day.search(row.text[: hit.start]) if len(hit.value) > len("2027-03") else None
        if start:  # "from 3 to 10 March"
            value, begin = f"{hit.value[:8]}{int(start.group(1)):02}/{hit.value}", start.start(1)
        elif row.before(hit.start, self._until):
            value, begin = f"{OPEN}/{hit.value}", hit.start
        elif row.before(hit.start, self._from):
            value, begin = f"{hit.value}/{OPEN}", hit.start
        else:
            value, begin = hit.value, hit.start
        is_day = len(value) == len("2027-03-15") and "/" not in value
        return FoundDate("date" if is_day else "period", value, *row.place(begin, hit.end))

    def _hits(self, text: str, row: WordRow) -> List[_Hit]:
        """Return what was found, by the places in the row, in order and without overlaps."""
        hits: List[_Hit] = []
        taken: List[Tuple[int, int]] = []
        for start, end, value in (
            *self._numeric_days(text, row),
            *self._parsed(row, self._day),
            *self._parsed(row, self._relative),
            *self._whole_months(row),
        ):
            if value and all(end <= other or start >= stop for other, stop in taken):
                taken.append((start, end))
                hits.append(_Hit(value, start, end))
        return sorted(hits, key=lambda hit: hit.start)

    def _numeric_days(self, text: str, row: WordRow) -> Iterator[Tuple[int, int, str]]:
        for found in self._numeric.finditer(text):
            start = len(" ".join(word.text for word in split_words(text[: found.start()])))
            start += 1 if start else 0
            words = split_words(found.group())
            end = start + len(" ".join(word.text for word in words))
            yield start, end, self._value(found.group())

    def _parsed(self, row: WordRow, pattern: "re.Pattern[str]") -> Iterator[Tuple[int, int, str]]:
        for found in pattern.finditer(row.text):
            yield found.start(), found.end(), self._value(found.group())

    def _value(self, written: str) -> str:
        if re.match(r"\d{4}-", written):
            try:
                return date.fromisoformat(written).isoformat()
            except ValueError:
                return ""
        parsed = self._parser.get_date_data(written.replace("aujourd hui", "aujourd'hui")).date_obj
        return parsed.date().isoformat() if parsed else ""

    def _whole_months(self, row: WordRow) -> Iterator[Tuple[int, int, str]]:
        today = date.today()
        for found in self._month.finditer(row.text):
            name, year = found.groups()
            if name in self._ambiguous and not year and not self._is_led(row, found.start()):
                continue
            month = self._months[name]
            yield found.start(), found.end(), f"{year or today.year + (month < today.month)}-{month:02}"

    def _is_led(self, row: WordRow, start: int) -> bool:
        return (
            any(
                row.before(start, phrases)
                for phrases in (self._month_before, self._from, self._until, self._span_starts)
            )
            or row.text[:start].rstrip().split(" ")[-1] in self._span_links
        )

    def _is_span(self, row: WordRow, first: _Hit, second: _Hit) -> bool:
        link = row.text[first.end : second.start].strip()
        return link in self._span_links and bool(row.before(first.start, self._span_starts))


def _later(value: str, than: str) -> str:
    """Return the month or day, a year later where it would be before the other: "from September to January"."""
    return value if value >= than else f"{int(value[:4]) + 1}{value[4:]}"


def _month_names() -> Dict[str, int]:
    names: Dict[str, int] = {}
    for language in SUPPORTED_LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names[split_words(name)[0].text] = number
    return {**names, "sept": 9}


@lru_cache(maxsize=1)
def dates() -> Dates:
    """Return the compiled words; the file is read once."""
    return Dates(load_yaml(RESOURCES / "dates.yml"))
