"""The rows of a course plan: what the form of a learning agreement asks for each course."""

from decimal import Decimal
from typing import List, NamedTuple, Optional

from bot.languages import localised
from bot.mobility.course_plans import CoursePlan
from bot.mobility.types import Course
from bot.wording import phrase

COLUMNS = ("code", "title", "department", "semester", "unit", "unit_ects", "language", "level", "hours")


class CourseRow(NamedTuple):
    """One course; empty where the catalogue states nothing."""

    code: str
    title: str
    department: str
    semester: str
    unit: str
    """The teaching unit that it is counted for."""
    unit_ects: Optional[Decimal]
    """ECTS of the whole unit: the catalogue states none for a course."""
    language: str
    level: str
    """The year of study."""
    hours: Optional[Decimal]


def course_rows(plan: CoursePlan, language: str) -> List[CourseRow]:
    """Return a row for each course, in the order in which they were chosen."""
    return [_row(course, plan, language) for course in plan.courses]


def _row(course: Course, plan: CoursePlan, language: str) -> CourseRow:
    choice = next(iter(plan.unit_of(course.code)), None)
    unit = choice.unit if choice else None
    semesters = [unit.semester] if unit else sorted(course.semesters)
    years = sorted({(semester + 1) // 2 for semester in semesters})
    return CourseRow(
        code=course.code,
        title=localised(course.title, language) or course.code,
        department=unit.department if unit else ", ".join(course.departments),
        semester=", ".join(phrase("semester_label", language, number=semester) for semester in semesters),
        unit=f"{localised(unit.title, language)} ({unit.code})" if unit else "",
        unit_ects=unit.ects if unit else None,
        language=phrase(f"course_language_{course.language}", language),
        level=", ".join(phrase("course_level", language, year=year) for year in years),
        hours=course.hours,
    )
