"""The dates of a personal plan as a calendar file (RFC 5545) that Apple, Google and Outlook take."""

import datetime as dt
from typing import Iterator, List, Tuple

from babel.dates import format_date
from icalendar import Alarm, Calendar, Event, vDate

from bot.files.sources import LOCALES, tell_source
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.institution import home_institution
from bot.mobility.plans import DueDate, Plan, PlanStep
from bot.wording import phrase

_REMINDER = dt.timedelta(days=-7, hours=9)
"""At nine in the morning, a week before: an event of a whole day begins at midnight."""


def plan_calendar(session: Session, plan: Plan, language: str, now: dt.datetime) -> bytes:
    """Return one event of a whole day for each date to come of the steps that are left.

    An event keeps its UID when its day changes, so that a new file moves the event instead of adding another.
    """
    school = home_institution(session)
    owner = school.hei_id if school else "localhost"
    name = localised(school.name, language) if school else ""
    calendar = Calendar()
    calendar.add("prodid", f"-//{owner}//welcome assistant//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", phrase("calendar_name", language, school=name))
    for step, due, day in _dates(plan):
        calendar.add_component(_event(step, due, day, plan, language, owner, now))
    return bytes(calendar.to_ical())


def _dates(plan: Plan) -> Iterator[Tuple[PlanStep, DueDate, dt.date]]:
    for step in plan.open_steps:
        for due in step.due_dates:
            if due.last_day is not None and not due.has_passed:
                yield step, due, due.last_day


def _event(
    step: PlanStep, due: DueDate, day: dt.date, plan: Plan, language: str, owner: str, now: dt.datetime
) -> Event:
    summary = phrase("calendar_summary", language, name=localised(step.procedure.name, language))
    event = Event()
    event.add("uid", f"{step.procedure.code}.{due.deadline.code}@{owner}")
    event.add("dtstamp", now.astimezone(dt.timezone.utc).replace(microsecond=0))
    # A later file counts as the newer version of the same event.
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("summary", summary)
    event.add("dtstart", vDate(day), parameters={"VALUE": "DATE"})
    event.add("dtend", vDate(day + dt.timedelta(days=1)), parameters={"VALUE": "DATE"})
    event.add("description", "\n\n".join(_description(step, due, plan, language)))
    if step.procedure.url:
        event.add("url", step.procedure.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", _REMINDER)
    event.add_component(alarm)
    return event


def _description(step: PlanStep, due: DueDate, plan: Plan, language: str) -> List[str]:
    """Return what the source states, how the day was worked out, the steps, and the source."""
    parts = ["\n".join(f"- {localised(statement.text, language)}" for statement in step.stating("step"))]
    if due.is_counted:
        parts.insert(0, phrase("calendar_rule", language, when=localised(due.deadline.rule, language)))
        parts.append(phrase("calendar_counted", language, arrival=plan.criteria.arrival))
    elif due.deadline.date is None and due.day is not None:
        day = format_date(due.day, "long", locale=LOCALES.get(language, language))
        key = {True: "deadline_until", False: "deadline_before", None: "deadline_on"}[due.deadline.inclusive]
        parts.insert(0, phrase("calendar_rule", language, when=phrase(key, language, day=day)))
        parts.append(phrase("calendar_year", language))
    provenance = due.deadline.provenance
    return [part for part in (*parts, tell_source(provenance, language), provenance.url or "") if part]
