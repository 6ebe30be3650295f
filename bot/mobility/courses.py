"""Courses of the catalogue: search, counts that narrow a search, details."""

import dataclasses
from collections import Counter, defaultdict
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from sqlalchemy import bindparam, false, or_, select
from sqlalchemy.orm import Session, lazyload

from bot.mobility.course_index import narrowed
from bot.mobility.models import Course as CourseRow
from bot.mobility.models import CourseOffer, Department, Subject, course_teaching_unit
from bot.mobility.models import TeachingUnit as TeachingUnitRow
from bot.mobility.normalisation import normalised
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.teaching_units import find_teaching_units, teaching_unit_of
from bot.mobility.types import Course, CourseCriteria, CourseHits, NearestCriteria

__all__ = [
    "course_by_code", "courses_by_code", "courses_of_unit", "courses_written_in", "find_courses",
    "find_teaching_units", "has_courses", "nearest_criteria", "page_of",
]  # fmt: skip

_AROUND_CODES = ".,;:?!()[]\"'«»“”"
MOST_OFFERS = 2_000
"""Offers of courses that one search reads: half as many again as the catalogue has, and few enough to be fast."""
DROP_ORDER = ("semesters", "language", "keywords", "subject", "department")
"""The order in which a search without hits gives criteria up: what a student can most easily do without comes first."""


def find_courses(session: Session, *, criteria: CourseCriteria, offset: int = 0, limit: int = 10) -> CourseHits:
    """Return a page of the courses that fulfil `criteria` (by semester, department, title), with counts of all.

    Without a department those of the student track are searched. Of more than MOST_OFFERS offers the first ones count.
    """
    columns = CourseRow.code, CourseOffer.semester, CourseOffer.department_code
    query = _offers_of(session, criteria, *columns, CourseRow.search_title, CourseRow.language).limit(MOST_OFFERS)
    first: Dict[str, Tuple[int, str, str, str]] = {}
    language_of: Dict[str, str] = {}
    by_department: Dict[str, Set[str]] = defaultdict(set)
    by_semester: Dict[int, Set[str]] = defaultdict(set)
    for code, semester, department, title, language in session.execute(query):
        place = (first[code][0], first[code][1]) if code in first else (semester, department)
        # As the database would: the least semester and the least department, each for itself.
        first[code] = min(place[0], semester), min(place[1], department), title, code
        language_of[code] = language
        by_department[department].add(code)
        by_semester[semester].add(code)
    hits = CourseHits(
        total=len(first),
        courses=(),
        by_department={name: len(by_department[name]) for name in sorted(by_department)},
        by_semester={number: len(by_semester[number]) for number in sorted(by_semester)},
        by_language=dict(sorted(Counter(language_of.values()).items())),
        codes=tuple(code for *_, code in sorted(first.values())),
    )
    return page_of(session, hits, offset=offset, limit=limit)


def page_of(session: Session, hits: CourseHits, *, offset: int, limit: int) -> CourseHits:
    """Return what was found with another page of its courses."""
    return dataclasses.replace(hits, courses=_courses(session, list(hits.codes[offset : offset + limit])))


def course_by_code(session: Session, *, code: str) -> Optional[Course]:
    """Return the course of `code`, or None."""
    found = _courses(session, [code])
    return found[0] if found else None


def courses_written_in(session: Session, text: str) -> Tuple[Course, ...]:
    """Return the courses whose codes a text writes out."""
    written = dict.fromkeys(word.strip(_AROUND_CODES) for word in text.split())
    return _courses(session, [code for code in written if code])


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


def has_courses(session: Session, criteria: CourseCriteria) -> bool:
    """Tell whether any course fulfils `criteria`."""
    query = _offers_of(session, criteria, CourseRow.code)
    return session.execute(query.limit(1)).first() is not None


def nearest_criteria(session: Session, *, criteria: CourseCriteria) -> Tuple[NearestCriteria, ...]:
    """Return the searches that have hits once a single criterion is dropped; for a search that has none itself."""
    nearest = []
    for field in dataclasses.fields(CourseCriteria):
        if getattr(criteria, field.name):
            without: Dict[str, Any] = {field.name: field.default}
            wider = dataclasses.replace(criteria, **without)
            if wider == CourseCriteria():
                continue
            total = len(set(session.scalars(_offers_of(session, wider, CourseRow.code).limit(MOST_OFFERS))))
            if total:
                nearest.append(NearestCriteria(dropped=field.name, criteria=wider, total=total))
    return tuple(sorted(nearest, key=lambda near: DROP_ORDER.index(near.dropped)))


def _offers_of(session: Session, criteria: CourseCriteria, *columns: Any) -> Any:
    """Return the query for these columns of the courses that fulfil `criteria`, joined with their offers."""
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
    beginnings: List[Sequence[str]] = [(word,) for word in criteria.keywords if normalised(word)]
    if criteria.subject:
        stems = session.scalars(select(Subject.stems).where(is_told(Subject), Subject.code == criteria.subject)).first()
        beginnings.append(stems or ())
    conditions.extend(or_(false(), *map(_has_word, words)) for words in beginnings)
    query = (
        select(*columns)
        .select_from(CourseRow)
        .join(CourseOffer, CourseOffer.course_code == CourseRow.code)
        .where(*conditions)
    )
    return narrowed(
        session, query, beginnings=beginnings, department=criteria.department,
        semesters=criteria.semesters, language=criteria.language,
    )  # fmt: skip


def _has_word(beginning: str) -> Any:
    """Return the condition that a word of the title begins so."""
    return CourseRow.search_title.contains(f" {normalised(beginning)}", autoescape=True)


def _courses(session: Session, codes: List[str]) -> Tuple[Course, ...]:
    """Return the courses of `codes` that may be told, in that order."""
    if not codes:
        return ()
    given = {"codes": codes}
    rows = {row.code: row for row in session.scalars(_COURSES, given)}
    offers: Dict[str, List[Tuple[str, int]]] = defaultdict(list)
    for code, department, semester in session.execute(_OFFERS, given):
        offers[code].append((department, semester))
    units: Dict[str, List[TeachingUnitRow]] = defaultdict(list)
    for code, unit in session.execute(_UNITS, given):
        units[code].append(unit)
    return tuple(_course(rows[code], offers[code], units[code]) for code in codes if code in rows)


# Built once, and without the models' relationships: SQLAlchemy takes longer to follow them than to ask three times.
_CODES = bindparam("codes", expanding=True)
_COURSES = select(CourseRow).where(is_told(CourseRow), CourseRow.code.in_(_CODES))
_OFFERS = select(CourseOffer.course_code, CourseOffer.department_code, CourseOffer.semester).where(
    CourseOffer.course_code.in_(_CODES)
)
_UNITS = (
    select(course_teaching_unit.c.course_code, TeachingUnitRow)
    .join(TeachingUnitRow, TeachingUnitRow.id == course_teaching_unit.c.teaching_unit_id)
    .where(course_teaching_unit.c.course_code.in_(_CODES), is_told(TeachingUnitRow))
    .options(lazyload(TeachingUnitRow.department))
)


def _course(row: CourseRow, offers: Sequence[Tuple[str, int]], units: Sequence[TeachingUnitRow]) -> Course:
    return Course(
        code=row.code,
        title=row.title,
        language=row.language,
        hours=row.hours,
        departments=tuple(sorted({department for department, _ in offers})),
        semesters=tuple(sorted({semester for _, semester in offers})),
        teaching_units=tuple(teaching_unit_of(unit) for unit in sorted(units, key=_order_of)),
        provenance=provenance_of(row),
    )


def _order_of(unit: TeachingUnitRow) -> Tuple[int, str, str]:
    return unit.semester, unit.department_code, unit.code
