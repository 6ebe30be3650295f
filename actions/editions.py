"""One session of a programme in words: its dates, its registration, its events."""

from actions.facts import as_list, in_language
from actions.formatting import format_clock, format_date, format_dates, format_moment
from actions.replies import Card
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.types import Edition, Event


def tell_session(edition: Edition, language: str) -> str:
    """Return when, and where it is stated, the session takes place."""
    name, dates = _name(edition, language), format_dates(edition.starts_on, edition.ends_on, language)
    place = localised(edition.place, language)
    if place:
        return phrase("programme_session_at_place", language, edition=name, dates=dates, place=place)
    return phrase("programme_session", language, edition=name, dates=dates)


def tell_later_session(edition: Edition, language: str) -> str:
    """Return when a session after the next one takes place."""
    dates = format_dates(edition.starts_on, edition.ends_on, language)
    return phrase("programme_later_session", language, edition=_name(edition, language), dates=dates)


def tell_registration_period(edition: Edition, language: str) -> str:
    """Return when registration is open, or "" where neither end is stated."""
    opens, closes = edition.registration_opens_on, edition.registration_closes_on
    if opens and closes:
        return phrase("registration_between", language, dates=format_dates(opens, closes, language))
    if closes:
        return phrase("registration_until", language, date=format_date(closes, language))
    if opens:
        return phrase("registration_from", language, date=format_date(opens, language))
    return ""


def tell_registration_address(edition: Edition, language: str) -> str:
    """Return where to register, or "" where it is not stated."""
    return phrase("registration_at", language, url=edition.registration_url) if edition.registration_url else ""


def tell_timetable(edition: Edition, language: str) -> str:
    """Return the events of the session, with their place where it is not that of the session."""
    events = as_list(_event_line(event, edition, language) for event in edition.events)
    return phrase("programme_timetable", language, edition=_name(edition, language), events=events)


def event_card(event: Event, language: str) -> Card:
    """Return one event as a card."""
    place = localised(event.place, language)
    facts = ((phrase("label_place", language), place),) if place else ()
    return Card(in_language(event.name, language), subtitle=_event_time(event, language), facts=facts)


def _name(edition: Edition, language: str) -> str:
    name = in_language(edition.name, language)
    # The note below the answer speaks of all of it; the mark tells the invented part from the facts beside it.
    return phrase("sample_edition", language, edition=name) if edition.provenance.sample else name


def _event_line(event: Event, edition: Edition, language: str) -> str:
    line = phrase("event_line", language, when=_event_time(event, language), event=in_language(event.name, language))
    place = localised(event.place, language)
    if not place or event.place == edition.place:
        return line
    return phrase("event_line_place", language, line=line, place=place)


def _event_time(event: Event, language: str) -> str:
    start = format_moment(event.starts_at, language)
    if event.ends_at is None:
        return start
    same_day = event.ends_at.date() == event.starts_at.date()
    end = format_clock(event.ends_at, language) if same_day else format_moment(event.ends_at, language)
    return phrase("event_time", language, start=start, end=end)
