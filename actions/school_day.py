"""Date and time at the school."""

import datetime as dt

from bot.mobility.columns import SCHOOL_TIME


def school_now() -> dt.datetime:
    """Return date and time at the school."""
    return dt.datetime.now(SCHOOL_TIME)


def school_today() -> dt.date:
    """Return the date at the school."""
    return school_now().date()
