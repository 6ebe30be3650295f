"""Dates as sources give them: YYYY, YYYY-MM, YYYY-MM-DD, the academic year or span of years YYYY-YYYY."""

import calendar
import datetime as dt
import re

_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_YEARS = re.compile(r"([0-9]{4})-([0-9]{4})")

ACADEMIC_YEAR_MONTH = 9
"""Academic years begin on 1 September."""


def last_day(text: str) -> dt.date:
    """Return the last day of the period that `text` names; raise ValueError, saying the formats, when it names none."""
    years = _YEARS.fullmatch(text)
    if years:
        first, second = map(int, years.groups())
        if second == first + 1:
            return dt.date(second, ACADEMIC_YEAR_MONTH, 1) - dt.timedelta(days=1)
        if second > first:
            return dt.date(second, 12, 31)
    partial = _PARTIAL_DATE.fullmatch(text)
    if partial:
        year, month, day = partial.groups()
        try:
            last_month = int(month or 12)
            return dt.date(int(year), last_month, int(day or calendar.monthrange(int(year), last_month)[1]))
        except ValueError:
            pass
    raise ValueError(f"{text!r} is neither YYYY, YYYY-MM, YYYY-MM-DD nor YYYY-YYYY")


def first_day(text: str) -> dt.date:
    """Return the day of YYYY-MM-DD, or the first day of the month YYYY-MM; raise ValueError for anything else."""
    return dt.date.fromisoformat(text if len(text) > len("YYYY-MM") else f"{text}-01")


def academic_year_start(day: dt.date) -> int:
    """Return the year in which the academic year of `day` began."""
    return day.year if day.month >= ACADEMIC_YEAR_MONTH else day.year - 1
