"""The console's own words, and how each language writes dates and figures."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any, Dict, Optional, Tuple, Union
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_day_names
from babel.numbers import format_decimal, format_percent

LOCALE_FOLDER = Path(__file__).resolve().parent / "locale"
CAMPUS_TIME = ZoneInfo("Europe/Paris")
_FORMATS = {"en": "en_GB", "fr": "fr_FR"}


@cache
def wording(language: str) -> Dict[str, str]:
    """Return all texts of a language by key."""
    return json.loads((LOCALE_FOLDER / f"{language}.json").read_text(encoding="utf-8"))


class Words:
    """Says things in one language; the templates call it."""

    def __init__(self, language: str):
        self.language = language
        self._texts = wording(language)
        self._locale = _FORMATS[language]

    def text(self, key: str, **values: Any) -> str:
        """Return a text with its values filled in."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts

    def name(self, group: str, key: Optional[str]) -> str:
        """Return the name of a value such as a topic or an outcome; the value itself where it has none."""
        return self._texts.get(f"{group}_{key}", str(key or self._texts["none"]).replace("_", " "))

    def count(self, key: str, number: int, **values: Any) -> str:
        """Return a text with a number in it, in singular or plural."""
        one = number == 1 or (self.language == "fr" and number == 0)
        return self.text(f"{key}_{'one' if one else 'many'}", count=self.figure(number), **values)

    def figure(self, number: Union[int, float, None]) -> str:
        """Return a number as the language writes it."""
        return self._texts["none"] if number is None else format_decimal(number, locale=self._locale)

    def share(self, number: Optional[float]) -> str:
        """Return 0.42 as a percentage."""
        return self._texts["none"] if number is None else format_percent(number, locale=self._locale)

    def day(self, date: Union[dt.date, dt.datetime, None]) -> str:
        """Return a day."""
        if date is None:
            return self._texts["none"]
        return format_date(_on_campus(date), format="medium", locale=self._locale)

    def weekdays(self) -> Tuple[str, ...]:
        """Return the names of the days, Monday first."""
        names = get_day_names("abbreviated", locale=self._locale)
        return tuple(names[day] for day in range(7))

    def moment(self, moment: Optional[dt.datetime]) -> str:
        """Return day and time on campus."""
        if moment is None:
            return self._texts["none"]
        return format_datetime(_on_campus(moment), format="d MMM y, HH:mm", locale=self._locale)

    def ago(self, moment: dt.datetime) -> str:
        """Return how long ago it was."""
        passed = moment - dt.datetime.now(dt.timezone.utc)
        return format_timedelta(passed, add_direction=True, locale=self._locale, format="short")


def _on_campus(moment: Union[dt.date, dt.datetime]) -> Union[dt.date, dt.datetime]:
    return moment.astimezone(CAMPUS_TIME) if isinstance(moment, dt.datetime) and moment.tzinfo else moment
