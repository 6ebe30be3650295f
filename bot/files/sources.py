"""How a file names where its facts come from, and how old they are."""

import datetime as dt

from babel.dates import format_skeleton

from bot.languages import localised
from bot.mobility.types import Provenance
from bot.wording import phrase

LOCALES = {"en": "en_GB"}
"""Europe's English: the day before the month."""


def tell_source(provenance: Provenance, language: str) -> str:
    """Return "Source: Course catalogue, 2021-2022, read in November 2026."."""
    year, month = (int(part) for part in provenance.verified_on.split("-")[:2])
    read = format_skeleton("yMMMM", dt.date(year, month, 1), locale=LOCALES.get(language, language))
    return phrase(
        "calendar_source", language, title=localised(provenance.title, language), verified_on=read,
        as_of=provenance.as_of or phrase("calendar_undated", language),
    )
