"""How a course and a teaching unit are told in one line and on a card."""

from typing import Optional

from actions.formatting import format_ects, format_hours, format_semesters, format_texts
from actions.replies import Card
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.types import Course, TeachingUnit


def course_line(course: Course, language: str) -> str:
    """Return "**Machine Learning** (ASI42-ML): ITI, S8, in English, 28 h"."""
    details = [
        format_texts(course.departments, language),
        format_semesters(course.semesters, language),
        language_in_words(course.language, language),
    ]
    if course.hours is not None:
        details.append(format_hours(course.hours, language))
    title = localised(course.title, language) or course.code
    return phrase("course_line", language, title=title, code=course.code, details=", ".join(details))


def course_card(course: Course, language: str) -> Card:
    """Return everything that the catalogue states about a course."""
    facts = [
        ("label_departments", format_texts(course.departments, language)),
        ("label_semesters", format_semesters(course.semesters, language)),
        ("label_hours", format_hours(course.hours, language)),
        ("label_language", language_in_words(course.language, language)),
        *(("label_teaching_unit", unit_label(unit, language)) for unit in course.teaching_units),
    ]
    return Card(
        title=localised(course.title, language) or course.code,
        subtitle=course.code,
        facts=tuple((phrase(label, language), value) for label, value in facts),
        url=course.provenance.url,
    )


def unit_line(unit: TeachingUnit, language: str) -> str:
    """Return "**Géotechnique** (GC41-GeoTech): GCU, S7, 7 ECTS"."""
    details = [unit.department, format_semesters([unit.semester], language), format_ects(unit.ects, language)]
    title = localised(unit.title, language) or unit.code
    return phrase("course_line", language, title=title, code=unit.code, details=", ".join(details))


def unit_label(unit: TeachingUnit, language: str) -> str:
    """Return "Géotechnique (GC41-GeoTech), GCU S7, 7 ECTS"."""
    return phrase(
        "unit_label", language,
        title=localised(unit.title, language) or unit.code, code=unit.code, department=unit.department,
        semester=format_semesters([unit.semester], language), ects=format_ects(unit.ects, language),
    )


def language_in_words(code: str, language: str) -> str:
    """Return "in English"."""
    return phrase(f"in_language_{code}", language)


def choice_title(title: Optional[str], code: str) -> str:
    """Return the title of a choice between courses or units: "Machine Learning (ASI42-ML)"."""
    return f"{title} ({code})" if title else code
