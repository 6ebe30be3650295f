"""The calendar file: what RFC 5545 asks, what Apple, Google and Outlook need, and the right days."""

import datetime as dt
import re

import pytest
from icalendar import Calendar

from bot.files.plan_calendars import plan_calendar
from bot.mobility.plans import PlanCriteria, build_plan

CRITERIA = PlanCriteria("non_eu", "exchange", "autumn", "2027-09-02")


def written(facts, now, criteria=CRITERIA, language="en"):
    plan = build_plan(facts, criteria=criteria, today=now.date())
    return plan_calendar(facts, plan, language, now)


def events(content):
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_the_days_are_the_last_ones_possible(facts, now):
    found = events(written(facts, now))
    days = {uid: event.decoded("dtstart") for uid, event in found.items()}
    assert days == {
        "insa_application.exchange_first_semester": dt.date(2027, 4, 27),  # "before 28 April"
        "vls_ts_validation.visa_validation": dt.date(2027, 12, 2),  # three months after the arrival
    }


def test_every_event_lasts_a_whole_day_and_reminds_a_week_before(facts, now):
    for event in events(written(facts, now)).values():
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(days=1)
        assert event.decoded("dtstamp") == now.astimezone(dt.timezone.utc)
        (alarm,) = event.walk("VALARM")
        assert alarm["action"] == "DISPLAY"
        assert alarm.decoded("trigger") == dt.timedelta(days=-7, hours=9)
        assert alarm["description"]


def test_lines_are_as_the_standard_wants_them(facts, now):
    content = written(facts, now, language="fr")
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert all(len(line) <= 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    for line in (b"VERSION:2.0", b"METHOD:PUBLISH", b"CALSCALE:GREGORIAN"):
        assert lines.count(line) == 1
    assert any(line.startswith(b"PRODID:") for line in lines)
    content.decode("utf-8")


def test_a_corrected_date_moves_the_event(facts, now):
    before = events(written(facts, now))
    corrected = PlanCriteria("non_eu", "exchange", "autumn", "2027-09-20")
    later = events(written(facts, now + dt.timedelta(hours=1), corrected))
    assert before.keys() == later.keys()
    name = "vls_ts_validation.visa_validation"
    assert later[name].decoded("dtstart") == dt.date(2027, 12, 20)
    assert int(later[name]["sequence"]) > int(before[name]["sequence"])


def test_what_is_done_or_past_is_left_out(facts, now):
    assert events(written(facts, now, PlanCriteria("eu", "exchange", "spring", "2027-01-12"))) == {}
    done = PlanCriteria("non_eu", "exchange", "autumn", "2027-09-02", ("insa_application",))
    assert list(events(written(facts, now, done))) == ["vls_ts_validation.visa_validation"]


@pytest.mark.parametrize(
    ("language", "summary", "told"),
    [
        ("en", "Validation of the VLS-TS visa: last day", "within 3 months of arrival in France"),
        ("fr", "Validation du visa VLS-TS : dernier jour", "dans les 3 mois suivant l'arrivée en France"),
    ],
)
def test_an_event_says_what_to_do_and_where_that_is_stated(facts, now, language, summary, told):
    event = events(written(facts, now, language=language))["vls_ts_validation.visa_validation"]
    assert event["summary"] == summary
    assert told in event["description"]
    assert re.search(r"https://\S+$", event["description"])
    assert str(event["url"]).startswith("https://administration-etrangers-en-france")
