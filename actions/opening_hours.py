"""When an office is open, and whether it is open now: at the school, and for a student in another time zone."""

import datetime as dt
from itertools import groupby
from typing import Iterable, List, Optional, Sequence
from zoneinfo import ZoneInfo

from babel.core import Locale
from pytz import country_timezones

from actions.base import MobilityAction
from actions.facts import as_list, in_language, provenance_of
from actions.formatting import format_texts, format_weekday
from actions.offices import INTERNATIONAL_OFFICE, not_known, tell_ways
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.contacts import contact_by_code, find_opening_periods
from bot.mobility.database import Session
from bot.mobility.types import Contact, OpeningPeriod

_TOPIC = "contact"
_DAYS = 7


class ActionShowOpeningHours(MobilityAction):
    """The opening hours of the desk named, or of the international office, and whether it is open now."""

    action_name = "action_show_opening_hours"
    criteria = ("contact", "country")
    context = ("contact",)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the hours day by day, else in words; where no source states any, name the ways to ask."""
        language = question.language
        contact = contact_by_code(session, code=question.named("contact") or INTERNATIONAL_OFFICE)
        if contact is None:
            return (not_known(session, question, _TOPIC),)
        now = dt.datetime.now(SCHOOL_TIME)
        periods = find_opening_periods(session, contact=contact.code, day=now.date())
        words = localised(contact.opening_hours, language)
        if not periods and not words:
            return (_say_unknown(session, question, contact),)
        lines = _week(periods, language) if periods else [words or ""]
        return (
            Reply(
                "utter_opening_hours_found", topic=_TOPIC, outcome=Outcome.ANSWERED,
                variables={
                    "contact_name": in_language(contact.name, language),
                    "hours": as_list(lines),
                    "state": "\n\n" + " ".join(_state(periods, now, question)) if periods else "",
                },
                provenance=provenance_of(periods) or (contact.provenance,),
            ),
        )  # fmt: skip


def tell_state(session: Session, question: Question) -> str:
    """Return whether the international office is open now and when it opens next, or "" where no source says it."""
    now = dt.datetime.now(SCHOOL_TIME)
    periods = find_opening_periods(session, contact=INTERNATIONAL_OFFICE, day=now.date())
    return " ".join(_state(periods, now, question)) if periods else ""


def _say_unknown(session: Session, question: Question, contact: Contact) -> Reply:
    ways = {"office_email": contact.email or "", "office_phone": contact.phone or "", "office_address": ""}
    reach = tell_ways(ways, question.language)
    return not_known(
        session, question, _TOPIC, response="utter_opening_hours_not_known", code=contact.code,
        variables={
            "contact_name": in_language(contact.name, question.language),
            "ways": phrase("opening_hours_ask", question.language, ways=reach) if reach else "",
        },
        provenance=(contact.provenance,),
    )  # fmt: skip


def _week(periods: Sequence[OpeningPeriod], language: str) -> List[str]:
    """Return a line for each day on which the desk opens."""
    lines = []
    for weekday, found in groupby(periods, key=lambda period: period.weekday):
        spans = [phrase("opening_span", language, opens=period.opens, closes=period.closes) for period in found]
        lines.append(
            phrase("opening_day", language, day=format_weekday(weekday, language), spans=format_texts(spans, language))
        )
    return lines


def _state(periods: Sequence[OpeningPeriod], now: dt.datetime, question: Question) -> Iterable[str]:
    """Say whether the desk is open now and what comes next, then what time it is where the student is."""
    language = question.language
    clock = f"{now:%H:%M}"
    current = next(
        (period for period in periods if period.weekday == now.isoweekday() and period.opens <= clock < period.closes),
        None,
    )
    if current is not None:
        yield phrase("open_now", language, time=clock, closes=current.closes)
    else:
        following = _next_opening(periods, now)
        yield phrase(
            "closed_now", language, time=clock,
            day=format_weekday(following.weekday, language), opens=following.opens,
        )  # fmt: skip
    zone = _zone_of_student(question)
    if zone is not None and now.astimezone(zone).utcoffset() != now.utcoffset():
        yield phrase(
            "time_of_student", language,
            time=f"{now.astimezone(zone):%H:%M}", country=_country_name(question.named("country") or "", language),
        )  # fmt: skip


def _next_opening(periods: Sequence[OpeningPeriod], now: dt.datetime) -> OpeningPeriod:
    clock = f"{now:%H:%M}"

    def wait(period: OpeningPeriod) -> tuple:
        days = (period.weekday - now.isoweekday()) % _DAYS
        return (_DAYS if days == 0 and period.opens <= clock else days), period.opens

    return min(periods, key=wait)


def _zone_of_student(question: Question) -> Optional[ZoneInfo]:
    """Return the time zone of the country named; of a country with several nobody knows which is meant."""
    zones = country_timezones.get(question.named_alone("country") or "", ())
    return ZoneInfo(zones[0]) if len(zones) == 1 else None


def _country_name(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))
