"""Money, dates, times and lists as each language writes them. Pure functions on top of Babel."""

import datetime as dt
from decimal import Decimal
from typing import Iterable, Optional

from babel import Locale
from babel.dates import format_date as format_date_by_pattern
from babel.dates import format_skeleton, format_time, get_day_names, get_timezone
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_symbol

from actions.wording import phrase
from bot.mobility.types import Provenance

# Europe's English: the day before the month, the week from Monday.
_LOCALES = {"en": "en_GB", "fr": "fr"}
_ZONE = "Europe/Paris"
_LEAP_YEAR = 2024
"""Any leap year: a month and day without a year may be 29 February."""


def format_number(value: Decimal, language: str) -> str:
    """Return `value` without needless decimals: "5.5", "5,5", "30"."""
    return format_decimal(value, format="#,##0.##", locale=_locale(language))


def format_money(amount: Decimal, currency: str, language: str, *, up_to: Optional[Decimal] = None) -> str:
    """Return an amount, or a range of amounts: "85 €", "12.50 €", "300 to 400 €"."""
    symbol = get_currency_symbol(currency, _locale(language))
    figures = _money_figures(amount, language)
    if up_to is not None and up_to != amount:
        figures = phrase("number_range", language, low=figures, high=_money_figures(up_to, language))
    return f"{figures} {symbol}"


def format_month_day(month: int, day: int, language: str) -> str:
    """Return a day of any year: "24 October"."""
    date = dt.date(_LEAP_YEAR, month, day)
    return _day_first(date, format_skeleton("MMMMd", date, locale=_locale(language)), language)


def format_date(date: dt.date, language: str) -> str:
    """Return a date: "24 October 2026"."""
    return _day_first(date, format_date_by_pattern(date, "long", locale=_locale(language)), language)


def format_dates(starts_on: dt.date, ends_on: Optional[dt.date], language: str) -> str:
    """Return one date or a range of dates, no part twice: "30 August to 3 September 2027"."""
    if ends_on is None or ends_on == starts_on:
        return format_date(starts_on, language)
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        start = _day(starts_on, language)
    elif starts_on.year == ends_on.year:
        start = format_month_day(starts_on.month, starts_on.day, language)
    else:
        start = format_date(starts_on, language)
    return phrase("date_range", language, start=start, end=format_date(ends_on, language))


def format_clock(time: dt.datetime, language: str) -> str:
    """Return the time of day in France: "09:00"."""
    return format_time(time, format="short", tzinfo=get_timezone(_ZONE), locale=_locale(language))


def format_moment(time: dt.datetime, language: str) -> str:
    """Return day and time in France: "Monday 30 August 2027, 09:00"."""
    local = time.astimezone(get_timezone(_ZONE))
    weekday = format_date_by_pattern(local, "EEEE", locale=_locale(language))
    return phrase(
        "moment", language, weekday=weekday, date=format_date(local.date(), language), time=format_clock(time, language)
    )


def format_weekday(weekday: int, language: str) -> str:
    """Return the name of a day of the week, 1 for Monday."""
    return str(get_day_names("wide", locale=_locale(language))[weekday - 1])


def format_language(tag: str, language: str) -> str:
    """Return the name of a language: "French"; its tag where Babel knows none."""
    return Locale.parse(_locale(language)).languages.get(tag, tag)


def format_texts(items: Iterable[str], language: str, *, alternatives: bool = False) -> str:
    """Return a list as a sentence says it: "a, b and c", or "a, b or c"."""
    return format_list(list(items), style="or" if alternatives else "standard", locale=_locale(language))


def format_as_of(provenance: Provenance, language: str) -> str:
    """Return how old a fact is: "2018-2019", "October 2024", "undated page, read in November 2026"."""
    if provenance.as_of is None:
        # The month is enough, and "read in" stands before it.
        return phrase("as_of_undated", language, read=format_partial_date(provenance.verified_on[:7], language))
    return format_partial_date(provenance.as_of, language)


def format_partial_date(text: str, language: str) -> str:
    """Return YYYY, YYYY-MM, YYYY-MM-DD or the academic year YYYY-YYYY in words; a year stays as it is."""
    parts = text.split("-")
    if len(parts) == 2 and len(parts[1]) == 2:
        return format_skeleton("yMMMM", dt.date(int(parts[0]), int(parts[1]), 1), locale=_locale(language))
    if len(parts) == 3:
        return format_date(dt.date.fromisoformat(text), language)
    return text


def format_semesters(semesters: Iterable[int], language: str) -> str:
    """Return semesters as the school writes them: "S9", "S7 and S9", "S5 to S10" where three or more follow on."""
    numbers = sorted(set(semesters))
    labels = [phrase("semester_label", language, number=number) for number in numbers]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return phrase("number_range", language, low=labels[0], high=labels[-1])
    return format_texts(labels, language)


def format_ects(credits: Optional[Decimal], language: str) -> str:
    """Return "6 ECTS", or that none are stated."""
    if credits is None:
        return phrase("ects_unknown", language)
    return phrase("ects_count", language, credits=format_number(credits, language))


def format_hours(hours: Optional[Decimal], language: str) -> str:
    """Return "28 h", or that they are not stated."""
    if hours is None:
        return phrase("hours_unknown", language)
    return phrase("hours_count", language, hours=format_number(hours, language))


def _locale(language: str) -> str:
    return _LOCALES.get(language, language)


def _money_figures(amount: Decimal, language: str) -> str:
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, format=pattern, locale=_locale(language))


def _day(date: dt.date, language: str) -> str:
    return phrase("first_of_month", language) if date.day == 1 else str(date.day)


def _day_first(date: dt.date, written: str, language: str) -> str:
    # "1 octobre" is "1er octobre" in French; Babel does not know.
    return written.replace("1 ", f"{_day(date, language)} ", 1) if date.day == 1 else written
