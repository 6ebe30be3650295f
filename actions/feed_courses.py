"""Courses that standard feeds describe, told beside the catalogue: title, ECTS, hours, dates, what is learnt."""

from typing import Optional, Sequence, Tuple

from actions.facts import as_list, in_language, provenance_of
from actions.formatting import (
    format_as_of,
    format_dates,
    format_ects,
    format_hours,
    format_language,
    format_texts,
)
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.opportunities import Opportunity, find_opportunities

MOST_TOLD = 5


def feed_courses_reply(
    session: Session, words: Sequence[str], language: str, topic: str, *, taught_in: Optional[str] = None
) -> Optional[Reply]:
    """Return what feeds say of the courses with these words, or None: one in full, several in a line each."""
    found = _found(session, words, taught_in)
    if not found:
        return None
    if len(found) == 1:
        return _details(found[0], language, topic)
    return Reply(
        "utter_feed_courses_found", topic=topic, outcome=Outcome.ANSWERED,
        variables={"courses": as_list(_line(one, language) for one in found)},
        provenance=provenance_of(found),
    )  # fmt: skip


def feed_courses_remark(
    session: Session, words: Sequence[str], language: str, *, taught_in: Optional[str] = None
) -> Tuple[str, Tuple[Opportunity, ...]]:
    """Return the paragraph that names such courses beside those of the catalogue, and the courses; "" for none."""
    found = _found(session, words, taught_in)
    lines = as_list(_line(one, language) for one in found)
    return (phrase("remark_feed_courses", language, courses=lines) if found else ""), found


def _found(session: Session, words: Sequence[str], taught_in: Optional[str]) -> Tuple[Opportunity, ...]:
    return find_opportunities(session, words=words, language=taught_in, limit=MOST_TOLD) if words else ()


def _line(course: Opportunity, language: str) -> str:
    details = [in_language(course.institution, language)]
    if course.ects is not None:
        details.append(format_ects(course.ects, language))
    if course.languages:
        details.append(format_texts((format_language(tag, language) for tag in course.languages), language))
    details.append(format_as_of(course.provenance, language))
    title = in_language(course.title, language)
    return phrase("course_line", language, title=title, code=course.number, details=", ".join(details))


def _details(course: Opportunity, language: str, topic: str) -> Reply:
    spoken = format_texts((format_language(tag, language) for tag in course.languages), language)
    dates = format_texts((format_dates(*delivery, language) for delivery in course.deliveries), language)
    stated = (
        ("feed_course_language", spoken or phrase("feed_course_not_stated", language)),
        ("feed_course_ects", format_ects(course.ects, language)),
        ("feed_course_hours", format_hours(course.hours, language)),
        ("feed_course_dates", dates or phrase("feed_course_not_stated", language)),
        ("feed_course_outcomes", in_language(course.description or {}, language)),
        ("feed_course_page", course.url or ""),
    )
    return Reply(
        "utter_feed_course_details", topic=topic, outcome=Outcome.ANSWERED,
        variables={
            "title": in_language(course.title, language),
            "code": course.number,
            "institution": in_language(course.institution, language),
            "facts": as_list(phrase(key, language, value=value) for key, value in stated if value),
            "as_of": format_as_of(course.provenance, language),
        },
        provenance=(course.provenance,),
    )  # fmt: skip
