"""Courses of the catalogue: search, counts that narrow a search, details."""

import dataclasses
from typing import Any, Dict, List, Optional, Sequence, Tuple

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.mobility.models import Course as CourseRow
from bot.mobility.models import CourseOffer, Department, Subject
from bot.mobility.models import TeachingUnit as TeachingUnitRow
from bot.mobility.normalisation import normalised
from bot.mobility.provenance import is_told, may_be_told, provenance_of
from bot.mobility.teaching_units import find_teaching_units, teaching_unit_of
from bot.mobility.types import Course, CourseCriteria, CourseHits, NearestCriteria

__all__ = [
    "course_by_code", "courses_by_code", "courses_of_unit", "find_courses", "find_teaching_units", "nearest_criteria",
]  # fmt: skip

DROP_ORDER = ("semesters", "language", "keywords", "subject", "department")
"""The order in which a search without hits gives criteria up: what a student can most easily do without comes first."""


def find_courses(session: Session, *, criteria: CourseCriteria, offset: int = 0, limit: int = 10) -> CourseHits:
    """Return a page of the courses that fulfil `criteria` (by semester, department, title), with counts of all.

    Without a department those of the student track are searched.
    """
    conditions = _conditions(session, criteria)
    semester, department = func.min(CourseOffer.semester), func.min(CourseOffer.department_code)
    page = (
        select(CourseRow.code)
        .join(CourseOffer, CourseOffer.course_code == CourseRow.code)
        .where(*conditions)
        .group_by(CourseRow.code, CourseRow.search_title)
        .order_by(semester, department, CourseRow.search_title, CourseRow.code)
        .offset(offset)
        .limit(limit)
    )
    by_language = _counts(session, conditions, CourseRow.language)
    return CourseHits(
        total=sum(by_language.values()),
        courses=_courses(session, session.scalars(page).all()),
        by_department=_counts(session, conditions, CourseOffer.department_code),
        by_semester=_counts(session, conditions, CourseOffer.semester),
        by_language=by_language,
    )


def course_by_code(session: Session, *, code: str) -> Optional[Course]:
    """Return the course of `code`, or None."""
    found = _courses(session, [code])
    return found[0] if found else None


def courses_by_code(session: Session, *, codes: Sequence[str]) -> Tuple[Course, ...]:
    """Return the courses of `codes` that may be told, in that order."""
    return _courses(session, list(codes))


def courses_of_unit(session: Session, *, code: str, department: Optional[str] = None) -> Tuple[Course, ...]:
    """Return the courses of the teaching units of `code`; `department` tells units apart that share a code."""
    query = (
        select(CourseRow.code)
        .join(CourseRow.teaching_units)
        .where(is_told(CourseRow), is_told(TeachingUnitRow), TeachingUnitRow.code == code)
        .group_by(CourseRow.code, CourseRow.search_title)
        .order_by(CourseRow.search_title, CourseRow.code)
    )
    if department is not None:
        query = query.where(TeachingUnitRow.department_code == department)
    return _courses(session, session.scalars(query).all())


def nearest_criteria(session: Session, *, criteria: CourseCriteria) -> Tuple[NearestCriteria, ...]:
    """Return the searches that have hits once a single criterion is dropped; for a search that has none itself."""
    nearest = []
    for field in dataclasses.fields(CourseCriteria):
        if getattr(criteria, field.name):
            without: Dict[str, Any] = {field.name: field.default}
            wider = dataclasses.replace(criteria, **without)
            total = sum(_counts(session, _conditions(session, wider), CourseRow.language).values())
            if total and wider != CourseCriteria():
                nearest.append(NearestCriteria(dropped=field.name, criteria=wider, total=total))
    return tuple(sorted(nearest, key=lambda near: DROP_ORDER.index(near.dropped)))


def _conditions(session: Session, criteria: CourseCriteria) -> List[Any]:
    """Return the SQL conditions on courses joined with their offers."""
    conditions = [is_told(CourseRow)]
    if criteria.department:
        conditions.append(CourseOffer.department_code == criteria.department)
    else:
        # Specialities by apprenticeship are for employees of a company: found only when named.
        student_track = select(Department.code).where(Department.is_apprenticeship.is_(False))
        conditions.append(CourseOffer.department_code.in_(student_track))
    if criteria.semesters:
        conditions.append(CourseOffer.semester.in_(criteria.semesters))
    if criteria.language:
        conditions.append(CourseRow.language == criteria.language)
    if criteria.subject:
        stems = session.scalars(select(Subject.stems).where(is_told(Subject), Subject.code == criteria.subject)).first()
        conditions.append(or_(false(), *(_has_word(stem) for stem in stems or ())))
    conditions.extend(_has_word(word) for word in criteria.keywords if normalised(word))
    return conditions


def _has_word(beginning: str) -> Any:
    """Return the condition that a word of the title begins so."""
    # No index could serve this, and none is needed: 1,226 titles are read in a millisecond.
    return CourseRow.search_title.contains(f" {normalised(beginning)}", autoescape=True)


def _counts(session: Session, conditions: List[Any], column: Any) -> Any:
    query = (
        select(column, func.count(CourseRow.code.distinct()))
        .join(CourseOffer, CourseOffer.course_code == CourseRow.code)
        .where(*conditions)
        .group_by(column)
        .order_by(column)
    )
    return {value: count for value, count in session.execute(query)}


def _courses(session: Session, codes: List[str]) -> Tuple[Course, ...]:
    """Return the courses of `codes` that may be told, in that order."""
    query = (
        select(CourseRow)
        .where(is_told(CourseRow), CourseRow.code.in_(codes))
        .options(
            selectinload(CourseRow.offers).lazyload(CourseOffer.department),
            selectinload(CourseRow.teaching_units).lazyload(TeachingUnitRow.department),
        )
    )
    rows = {row.code: row for row in session.scalars(query)}
    return tuple(_course(rows[code]) for code in codes if code in rows)


def _course(row: CourseRow) -> Course:
    units = sorted(
        (unit for unit in row.teaching_units if may_be_told(unit)),
        key=lambda unit: (unit.semester, unit.department_code, unit.code),
    )
    return Course(
        code=row.code,
        title=row.title,
        language=row.language,
        hours=row.hours,
        departments=tuple(sorted({offer.department_code for offer in row.offers})),
        semesters=tuple(sorted({offer.semester for offer in row.offers})),
        teaching_units=tuple(teaching_unit_of(unit) for unit in units),
        provenance=provenance_of(row),
    )
