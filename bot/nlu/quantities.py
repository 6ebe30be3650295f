"""Finds amounts of money and lengths of time in a message, by the words of resources/quantities.yml."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Iterator, List, Mapping, NamedTuple

from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.word_rows import Phrases, WordRow, alternatives

_LEAST_BARE_AMOUNT = 50
"""A smaller number without a currency is hardly a budget: "max 3 choices"."""
_FEWEST_MONTHS = Decimal("0.1")
_HALF = Decimal("0.5")
_TO = ".."


class Quantity(NamedTuple):
    """A number with its unit, found in a message."""

    entity: str
    """amount (in euros) or duration_months."""
    value: str
    """The number, "400", or a range of which one end may be missing: "..400" for "under 400 €", "300..400"."""
    start: int
    end: int


class Quantities:
    """The words of the resource, compiled."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._number_words = {word: str(number) for number, words in content["numbers"].items() for word in words}
        money, time = content["amounts"], content["durations"]
        self._most, self._least = Phrases(money["most"]), Phrases(money["least"])
        self._most_behind, self._least_behind = Phrases(money["most_behind"]), Phrases(money["least_behind"])
        self._other_units = Phrases(money["other_units"])
        # "1 200", "1,200.50" and "399,90" are split into words like everything else.
        number = r"(\d{1,3}(?: \d{3})+|\d+)(?: (\d{2}))?"
        currency = alternatives(money["currencies"])
        self._amount = re.compile(rf"(?<![\w])(?:({currency}) ?)?{number}(?: ?({currency}))?(?= |$)")
        starts, links = alternatives(money["ranges"]), alternatives(money["range_links"])
        self._range = re.compile(
            rf"(?:^| )(?:{starts}) (\d+)(?: (?:{currency}))? (?:{links}) (\d+)(?: ({currency}))?(?= |$)"
        )
        self._months = {word: Decimal(str(months)) for months, words in time["units"].items() for word in words}
        count, unit, half = (
            rf"\d+|{alternatives(self._number_words)}",
            alternatives(self._months),
            " and a half| et demi",
        )
        self._duration = re.compile(rf"(?:^| )({count})({half})? ?({unit})({half})?(?= |$)")
        self._lasting = Phrases(time["lasting"])
        self._no_length_before = Phrases(time["not_behind_of"])
        self._no_length_behind = Phrases(time["not_before"])

    def find(self, text: str) -> List[Quantity]:
        """Return the amounts and durations of a text, in its order."""
        row = WordRow(_with_words_for_signs(text))
        durations = list(self._durations(row))
        amounts = list(self._amounts(row))
        return sorted([*amounts, *durations], key=lambda found: found.start)

    def _amounts(self, row: WordRow) -> Iterator[Quantity]:
        span = self._range.search(row.text)
        if span and (span.group(3) or self._is_money(row, span.end(), span.group(1))):
            least, most = span.group(1), span.group(2)
            yield Quantity("amount", f"{least}{_TO}{most}", *row.place(span.start(1), span.end()))
            return
        for found in self._amount.finditer(row.text):
            currency_before, whole, cents, currency_behind = found.groups()
            number = whole.replace(" ", "") + (f".{cents}" if cents else "")
            value = self._limited(number, row, found.start(), found.end())
            if currency_before or currency_behind or (value != number and self._is_money(row, found.end(), whole)):
                yield Quantity("amount", value, *row.place(*found.span()))

    def _is_money(self, row: WordRow, end: int, number: str) -> bool:
        return int(number.replace(" ", "")) >= _LEAST_BARE_AMOUNT and not row.behind(end, self._other_units)

    def _limited(self, number: str, row: WordRow, start: int, end: int) -> str:
        """Return the number as the words around it mean it: itself, the most or the least."""
        if row.before(start, self._most) or row.behind(end, self._most_behind):
            return f"{_TO}{number}"
        if row.before(start, self._least) or row.behind(end, self._least_behind):
            return f"{number}{_TO}"
        return number

    def _durations(self, row: WordRow) -> Iterator[Quantity]:
        for found in self._duration.finditer(row.text):
            number, half_before, unit, half_behind = found.groups()
            start = found.start(1)
            lasting = row.before(start, self._lasting)
            is_months = self._months[unit] == 1 and self._number_words.get(number) != "1"
            if not lasting and (not is_months or row.before(start, self._no_length_before)):
                continue
            if row.behind(found.end(), self._no_length_behind):
                continue
            count = Decimal(self._number_words.get(number, number)) + (_HALF if half_before or half_behind else 0)
            months = count * self._months[unit]
            value = max(months.quantize(Decimal("0.1")), _FEWEST_MONTHS)
            shown = self._limited(f"{value.normalize():f}", row, start, found.end())
            yield Quantity("duration_months", shown, *row.place(start, found.end()))


@lru_cache(maxsize=1)
def quantities() -> Quantities:
    """Return the compiled words; the file is read once."""
    return Quantities(load_yaml(RESOURCES / "quantities.yml"))


def _with_words_for_signs(text: str) -> str:
    """Return the text with the sign of the euro as a letter, every other character at its place."""
    return text.replace("€", "e")
