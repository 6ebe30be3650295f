"""Makes the file that a signed link asks for. Nothing is stored: the link carries what the file is made of."""

import datetime as dt
from typing import Any, Callable, Mapping, NamedTuple

from bot.files.course_pages import course_page
from bot.files.course_tables import course_table
from bot.files.plan_calendars import plan_calendar
from bot.languages import DEFAULT_LANGUAGE, supported_language
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.course_plans import course_plan
from bot.mobility.database import Session, session_scope
from bot.mobility.plans import PlanCriteria, build_plan


class MadeFile(NamedTuple):
    """The content of a file, and how a browser takes it."""

    content: bytes
    mime: str
    is_page: bool
    """Whether it is shown instead of saved."""


class UnknownFileError(Exception):
    """A link asks for a file that this version does not make."""


_Maker = Callable[[Session, Mapping[str, Any], str, dt.datetime], MadeFile]


def make_file(kind: str, criteria: Mapping[str, Any]) -> MadeFile:
    """Return the file of `kind`; raise UnknownFileError, and DatabaseUnavailableError when the database is away."""
    maker = _MAKERS.get(kind)
    if maker is None:
        raise UnknownFileError("This file is no longer made: ask the assistant for a new link.")
    language = supported_language(criteria.get("language")) or DEFAULT_LANGUAGE
    with session_scope() as session:
        try:
            return maker(session, criteria, language, dt.datetime.now(SCHOOL_TIME))
        except (TypeError, ValueError) as error:
            # Signed by an older version, whose criteria were others.
            raise UnknownFileError("This link is of an older version: ask the assistant for a new one.") from error


def _calendar(session: Session, criteria: Mapping[str, Any], language: str, now: dt.datetime) -> MadeFile:
    plan = build_plan(session, criteria=PlanCriteria.from_claims(criteria), today=now.date())
    return MadeFile(plan_calendar(session, plan, language, now), "text/calendar", False)


def _table(session: Session, criteria: Mapping[str, Any], language: str, now: dt.datetime) -> MadeFile:
    plan = course_plan(session, codes=criteria.get("courses", ()))
    return MadeFile(course_table(plan, language), "text/csv", False)


def _page(session: Session, criteria: Mapping[str, Any], language: str, now: dt.datetime) -> MadeFile:
    plan = course_plan(session, codes=criteria.get("courses", ()))
    return MadeFile(course_page(session, plan, language, now.date()), "text/html", True)


_MAKERS: Mapping[str, _Maker] = {"plan.ics": _calendar, "courses.csv": _table, "courses.html": _page}
