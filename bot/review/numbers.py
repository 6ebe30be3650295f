"""The figures of the console: how many, about what, in which language, when, how well.

They come from the tallies, so that a year costs as little as a day. Counts below five are hidden: they could tell of
one person.
"""

import datetime as dt
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from bot.review.log_models import Handoff, Tally
from bot.review.models import Feedback

SMALLEST_COUNT = 5
STEPS = ("day", "week", "month", "intake")
OUTCOMES = ("answered", "not_known", "clarify", "fallback", "handed_over", "small_talk")
ASKED = ("answered", "not_known", "clarify", "fallback")
"""Outcomes of questions: rates are shares of these."""
Count = Optional[int]
"""None: hidden, because it is small."""


@dataclass(frozen=True)
class PeriodFigures:
    """The figures of one day, week, month or intake."""

    period: str
    """2026-11-23, 2026-W48, 2026-11 or 2026-autumn."""
    first_day: dt.date
    conversations: Count
    students: Count
    """Conversations in which somebody has written."""
    answers: Mapping[str, Count]
    """By outcome."""
    asked: Count
    """Questions: answers but for small talk and wishes for a person."""
    helpful: Count
    unhelpful: Count

    def rate(self, outcome: str) -> Optional[float]:
        """Return the share of an outcome among the questions asked, or None where that is too few to tell."""
        count = self.answers.get(outcome)
        return None if count is None or not self.asked else count / self.asked


@dataclass(frozen=True)
class Gap:
    """What students ask and the assistant does not know."""

    topic: str
    language: str
    asked: int
    without_answer: int

    @property
    def rate(self) -> float:
        """Return the share without an answer."""
        return self.without_answer / self.asked


@dataclass(frozen=True)
class Numbers:
    """All figures of a span of days."""

    since: dt.date
    until: dt.date
    """Included."""
    step: str
    total: PeriodFigures
    periods: Tuple[PeriodFigures, ...]
    topics: Mapping[str, Count]
    """Answers by topic, the most frequent first."""
    languages: Mapping[str, Count]
    channels: Mapping[str, Count]
    """Conversations by channel."""
    hours: Tuple[Tuple[Count, ...], ...]
    """Messages of students by weekday (Monday first) and hour, in the school's time."""
    outside_office_hours: Optional[float]
    """Share of the students' messages."""
    handoffs: Count
    minutes_to_a_person: Optional[float]
    """Median, from the wish to the first words of a person."""
    gaps: Tuple[Gap, ...]
    """By topic and language, the most questions without an answer first."""


def is_office_hour(weekday: int, hour: int) -> bool:
    """Tell whether the International Relations office is usually open, where nothing better is known."""
    return weekday < 5 and 9 <= hour < 17


def read_numbers(
    session: Session, since: dt.date, until: dt.date, *, step: str = "day",
    office_hour: Callable[[int, int], bool] = is_office_hour,
) -> Numbers:  # fmt: skip
    """Return the figures of all days from `since` to `until`."""
    days = _days(session, since, until)
    answers = _answers(session, since, until)
    hours = _hours(session, since, until)
    periods: Dict[Tuple[dt.date, str], _Sums] = defaultdict(_Sums)
    total = _Sums()
    for day, sums in days.items():
        periods[_period(day, step)].add(sums)
        total.add(sums)
    return Numbers(
        since=since, until=until, step=step,
        total=total.figures("total", since),
        periods=tuple(sums.figures(name, first_day) for (first_day, name), sums in sorted(periods.items())),
        topics=_counts((topic, count) for topic, _, _, count in answers),
        languages=_counts((language, count) for _, language, _, count in answers),
        channels=_channels(session, since, until),
        hours=tuple(tuple(shown(hours[weekday, hour]) for hour in range(24)) for weekday in range(7)),
        outside_office_hours=_share_outside(hours, office_hour),
        **_handoff_figures(session, since, until),
        gaps=_gaps(answers),
    )  # fmt: skip


def shown(count: int) -> Count:
    """Return the count, or None when it is so small that it could tell of one person."""
    return count if count == 0 or count >= SMALLEST_COUNT else None


def first_day_of_intake(day: dt.date) -> dt.date:
    """Return when the intake began to which a day belongs: autumn from July on, spring from January on."""
    return day.replace(month=7 if day.month >= 7 else 1, day=1)


class _Sums:
    """Sums of some days."""

    def __init__(self) -> None:
        self.measures: Counter = Counter()
        self.outcomes: Counter = Counter()
        self.opinions: Counter = Counter()

    def add(self, other: "_Sums") -> None:
        """Add those of other days."""
        self.measures.update(other.measures)
        self.outcomes.update(other.outcomes)
        self.opinions.update(other.opinions)

    def figures(self, name: str, first_day: dt.date) -> PeriodFigures:
        """Return what may be shown of them."""
        return PeriodFigures(
            name, first_day, shown(self.measures["conversation"]), shown(self.measures["student"]),
            {outcome: shown(self.outcomes[outcome]) for outcome in OUTCOMES},
            shown(sum(self.outcomes[outcome] for outcome in ASKED)),
            shown(self.opinions[True]), shown(self.opinions[False]),
        )  # fmt: skip


def _days(session: Session, since: dt.date, until: dt.date) -> Mapping[dt.date, _Sums]:
    days: Dict[dt.date, _Sums] = defaultdict(_Sums)
    query = (
        select(Tally.day, Tally.measure, Tally.outcome, func.sum(Tally.count))
        .where(Tally.measure.in_(("conversation", "student", "outcome")), Tally.day.between(since, until))
        .group_by(Tally.day, Tally.measure, Tally.outcome)
    )
    for day, measure, outcome, count in session.execute(query):
        if measure == "outcome":
            days[day].outcomes[outcome] += count
        else:
            days[day].measures[measure] += count
    first, last = _bounds(since, until)
    date = func.date(Feedback.given_at)
    opinions = (
        select(date, Feedback.helpful, func.count())
        .where(Feedback.given_at >= first, Feedback.given_at < last)
        .group_by(date, Feedback.helpful)
    )
    for day, helpful, count in session.execute(opinions):
        days[dt.date.fromisoformat(str(day))].opinions[bool(helpful)] += count
    return days


def _answers(session: Session, since: dt.date, until: dt.date) -> List[Tuple[str, str, str, int]]:
    """Return the answers by topic, language and outcome: of whole months as they were summed up, else of each day."""
    sums: Counter = Counter()
    for measure, first, last in _spans(since, until):
        query = (
            select(Tally.topic, Tally.language, Tally.outcome, func.sum(Tally.count))
            .where(Tally.measure == measure, Tally.day >= first, Tally.day < last)
            .group_by(Tally.topic, Tally.language, Tally.outcome)
        )
        for topic, language, outcome, count in session.execute(query):
            sums[topic, language, outcome] += count
    return [(*key, count) for key, count in sums.items()]


def _spans(since: dt.date, until: dt.date) -> List[Tuple[str, dt.date, dt.date]]:
    """Return the days as spans of whole months and of days; the last day of a span is not included."""
    after = until + dt.timedelta(days=1)
    months, rest = _next_month(since - dt.timedelta(days=1)), after.replace(day=1)
    if months >= rest:
        return [("answer", since, after)]
    return [("answer", since, months), ("answer_month", months, rest), ("answer", rest, after)]


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def _channels(session: Session, since: dt.date, until: dt.date) -> Mapping[str, Count]:
    query = (
        select(Tally.channel, func.sum(Tally.count))
        .where(Tally.measure == "conversation", Tally.day.between(since, until))
        .group_by(Tally.channel)
    )
    return _counts((channel, count) for channel, count in session.execute(query))


def _hours(session: Session, since: dt.date, until: dt.date) -> Mapping[Tuple[int, int], int]:
    weekday = extract("dow", Tally.day)  # Sunday is 0, on both databases
    query = (
        select(weekday, Tally.hour, func.sum(Tally.count))
        .where(Tally.measure == "message", Tally.topic == "student", Tally.day.between(since, until))
        .group_by(weekday, Tally.hour)
    )
    return Counter({((int(day) - 1) % 7, hour): count for day, hour, count in session.execute(query)})


def _bounds(since: dt.date, until: dt.date) -> Tuple[dt.datetime, dt.datetime]:
    first = dt.datetime.combine(since, dt.time(), dt.timezone.utc)
    return first, dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.timezone.utc)


def _period(day: dt.date, step: str) -> Tuple[dt.date, str]:
    """Return the first day and the name of the period to which a day belongs."""
    if step == "week":
        year, week, weekday = day.isocalendar()
        return day - dt.timedelta(days=weekday - 1), f"{year}-W{week:02d}"
    if step == "month":
        return day.replace(day=1), f"{day:%Y-%m}"
    if step == "intake":
        first = first_day_of_intake(day)
        return first, f"{first.year}-{'autumn' if first.month == 7 else 'spring'}"
    return day, day.isoformat()


def _counts(pairs: Iterable[Tuple[str, int]]) -> Mapping[str, Count]:
    counter: Counter = Counter()
    for name, count in pairs:
        counter[name] += count
    return {name: shown(count) for name, count in counter.most_common()}


def _share_outside(
    hours: Mapping[Tuple[int, int], int], office_hour: Callable[[int, int], bool]
) -> Optional[float]:
    total = sum(hours.values())
    outside = sum(count for (weekday, hour), count in hours.items() if not office_hour(weekday, hour))
    return outside / total if total >= SMALLEST_COUNT else None


def _handoff_figures(session: Session, since: dt.date, until: dt.date) -> Mapping[str, Any]:
    first, last = _bounds(since, until)
    query = select(Handoff.requested_at, Handoff.replied_at).where(
        Handoff.requested_at >= first, Handoff.requested_at < last, Handoff.reason != "staff"
    )
    rows = session.execute(query).all()
    waits = [(replied - requested).total_seconds() / 60 for requested, replied in rows if replied is not None]
    median = statistics.median(waits) if len(waits) >= SMALLEST_COUNT else None
    return {"handoffs": shown(len(rows)), "minutes_to_a_person": median}


def _gaps(answers: Iterable[Tuple[str, str, str, int]]) -> Tuple[Gap, ...]:
    asked: Counter = Counter()
    missed: Counter = Counter()
    for topic, language, outcome, count in answers:
        if outcome in ASKED:
            asked[topic, language] += count
        if outcome in ("fallback", "not_known"):
            missed[topic, language] += count
    gaps = [
        Gap(topic, language, asked[topic, language], count)
        for (topic, language), count in missed.items()
        if count >= SMALLEST_COUNT
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.without_answer, gap.topic, gap.language)))
