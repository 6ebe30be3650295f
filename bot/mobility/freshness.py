"""Until when a fact is told without a note on its age. Past its limit it is still told, with its date and source."""

import datetime as dt
from typing import Mapping, Optional

from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.partial_dates import academic_year_start, last_day
from bot.mobility.types import Provenance

DAYS_SINCE_READING = 180
"""An undated page may change on any day: its facts are fresh for half a year after it was last read."""

DEFAULT_ACADEMIC_YEARS = 0
"""A dated fact is fresh in the academic year that it speaks of. This holds for prices, deadlines, terms, editions and
the course catalogue, all of which are set anew each year, for procedures, whose amounts and rules follow the yearly
finance law, and for every table that is not listed below."""

ACADEMIC_YEARS: Mapping[str, int] = {
    # The school publishes its key figures once a year, about the year before.
    "published_figure": 1,
    # What offices, programmes, departments and buildings are changes now and then, not every year.
    "contact": 2,
    "department": 2,
    "programme": 2,
    "programme_statement": 2,
    "residence": 2,
    "residence_statement": 2,
    "room_type": 2,
    "institution_statement": 2,
    "campus_statement": 2,
    # Which procedure comes before which changes with laws, not with the year.
    "procedure": 2,
    "procedure_dependency": 2,
    # A holiday on a fixed date is told of the next year from the list of this one.
    "public_holiday": 2,
    # Names and codes of institutions are given for good; ten years catch a merger or a change of name.
    "institution": 10,
    "institution_identifier": 10,
    "partner_institution": 10,
}
"""For how many further academic years a dated fact stays fresh, by table."""


def is_stale(provenance: Provenance, today: Optional[dt.date] = None) -> bool:
    """Tell whether a fact is past its freshness limit, so that its answer says how old it is."""
    today = today or dt.datetime.now(SCHOOL_TIME).date()
    if provenance.valid_until and provenance.valid_until < today:
        return True
    if provenance.as_of is None:
        return (today - last_day(provenance.verified_on)).days > DAYS_SINCE_READING
    age = academic_year_start(today) - academic_year_start(last_day(provenance.as_of))
    return age > ACADEMIC_YEARS.get(provenance.kind, DEFAULT_ACADEMIC_YEARS)
