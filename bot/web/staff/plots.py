"""The figures as tables: what a plot draws, the page shows beside it and the CSV holds."""

import csv
import io
from dataclasses import dataclass
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from bot.review.numbers import Numbers, PeriodFigures
from bot.web.staff.rendering import safe_cell
from bot.web.staff.wording import Words

Value = Union[int, float, None]
Figure = Callable[[PeriodFigures], Value]
MOST_BARS = 15
RATES = ("answered", "not_known", "fallback")


@dataclass(frozen=True)
class Plot:
    """One plot with its table."""

    name: str
    kind: str
    """bars, stacked, lines or across (bars that lie)."""
    labels: Tuple[str, ...]
    series: Tuple[Tuple[str, Tuple[Value, ...]], ...]
    """None: hidden, because it is small."""
    shares: bool = False
    """The values are shares of one."""

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(value for _, values in self.series for value in values)


def plots_of(numbers: Numbers, words: Words) -> Tuple[Plot, ...]:
    """Return all plots of the page, in its order, named in one language."""
    periods = numbers.periods
    labels = tuple(_period_name(period, numbers.step, words) for period in periods)

    def over_time(name: str, kind: str, values: Mapping[str, Figure], shares: bool = False) -> Plot:
        series = tuple((title, tuple(value(period) for period in periods)) for title, value in values.items())
        return Plot(name, kind, labels, series, shares)

    return (
        over_time("conversations", "bars", {
            words.text("conversations"): lambda period: period.conversations,
            words.text("students"): lambda period: period.students,
        }),
        over_time("outcomes", "stacked", {
            words.name("outcome", outcome): _answers(outcome) for outcome in numbers.total.answers
        }),
        over_time("rates", "lines", {words.name("outcome", outcome): _rate(outcome) for outcome in RATES}, shares=True),
        over_time("feedback", "stacked", {
            words.text("feedback_helpful"): lambda period: period.helpful,
            words.text("feedback_unhelpful"): lambda period: period.unhelpful,
        }),
        _ranking("topics", numbers.topics, words, "topic"),
        _gaps(numbers, words),
        _hours(numbers, words),
        _ranking("languages", numbers.languages, words, "language"),
        _ranking("channels", numbers.channels, words, "channel"),
    )  # fmt: skip


def table_csv(plot: Plot, words: Words) -> str:
    """Return the table of a plot as CSV."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["", *(title for title, _ in plot.series)])
    for position, label in enumerate(plot.labels):
        values = (values[position] for _, values in plot.series)
        writer.writerow([safe_cell(label), *(_cell(value, plot, words) for value in values)])
    return file.getvalue()


def _cell(value: Value, plot: Plot, words: Words) -> Union[Value, str]:
    if value is None:
        return "" if plot.shares else words.text("hidden_count")
    return round(value, 4)


def _answers(outcome: str) -> Figure:
    return lambda period: period.answers[outcome]


def _rate(outcome: str) -> Figure:
    # A hidden count counts as none in the rate: better no share than one that is too small.
    return lambda period: None if period.answers[outcome] is None else period.rate(outcome)


def _ranking(name: str, counts: Mapping[str, Optional[int]], words: Words, group: str) -> Plot:
    """Return the most frequent ones; those too rare to be counted one by one are left out."""
    kept = [(key, count) for key, count in counts.items() if count][:MOST_BARS]
    labels = tuple(words.name(group, key) for key, _ in kept)
    return Plot(name, "across", labels, ((words.text("count"), tuple(count for _, count in kept)),))


def _gaps(numbers: Numbers, words: Words) -> Plot:
    kept = numbers.gaps[:MOST_BARS]
    labels = tuple(f"{words.name('topic', gap.topic)} ({gap.language.upper()})" for gap in kept)
    series = ((words.text("without_answer"), tuple(gap.without_answer for gap in kept)),)
    return Plot("gaps", "across", labels, series)


def _hours(numbers: Numbers, words: Words) -> Plot:
    days: Sequence[str] = words.weekdays()
    series: List[Tuple[str, Tuple[Value, ...]]] = list(zip(days, numbers.hours, strict=True))
    return Plot("hours", "stacked", tuple(f"{hour:02d}" for hour in range(24)), tuple(series))


def _period_name(period: PeriodFigures, step: str, words: Words) -> str:
    if step == "day":
        return words.day(period.first_day)
    if step == "intake":
        year, _, season = period.period.partition("-")
        names: Dict[str, str] = {"autumn": words.text("autumn"), "spring": words.text("spring")}
        return f"{names.get(season, season)} {year}"
    return period.period
