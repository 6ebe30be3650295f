"""The courses that a student has chosen, taken together: credits, departments, semesters.

ECTS are stated for teaching units only. So the credits of a choice are those of the units of which every course is
chosen; of the others it is told how many of their courses are.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, List, Mapping, Sequence, Tuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.courses import courses_by_code
from bot.mobility.provenance import is_told
from bot.mobility.timetables import CourseSlot, find_clashes, find_slots
from bot.mobility.types import Course, TeachingUnit

UnitKey = Tuple[str, str, int]
MOST_COURSES = 40
"""More courses than anybody takes; a link with their codes stays short enough for every browser."""


@dataclass(frozen=True)
class UnitChoice:
    """A teaching unit of which courses are chosen."""

    unit: TeachingUnit
    chosen: Tuple[str, ...]
    """Codes of the chosen courses that are counted for it."""
    total: int
    """How many courses it has."""

    @property
    def is_complete(self) -> bool:
        """Tell whether every course of it is chosen."""
        return len(self.chosen) >= self.total


@dataclass(frozen=True)
class CoursePlan:
    """The chosen courses in the order in which they were chosen."""

    courses: Tuple[Course, ...]
    units: Tuple[UnitChoice, ...]
    without_unit: Tuple[str, ...]
    """Codes of the courses that belong to no teaching unit of the catalogue."""
    departments: Tuple[str, ...]
    """One department where a single one offers all of them, else every department that is needed."""
    semesters: Tuple[int, ...]
    """One semester where a single one holds all of them, else every semester that is needed."""
    slots: Tuple[CourseSlot, ...] = ()
    """When they are taught, as far as that is stated."""

    @property
    def complete_ects(self) -> Decimal:
        """Return the sum of the ECTS of the complete units that state some."""
        stated = (choice.unit.ects for choice in self.units if choice.is_complete)
        return sum((ects for ects in stated if ects is not None), Decimal())

    @property
    def reachable_ects(self) -> Decimal:
        """Return the sum of the ECTS of all units, were every one of them complete."""
        return sum((choice.unit.ects for choice in self.units if choice.unit.ects is not None), Decimal())

    @property
    def clashes(self) -> Tuple[Tuple[CourseSlot, CourseSlot], ...]:
        """Return the pairs of slots that nobody can both attend."""
        return find_clashes(self.slots)

    @property
    def without_slots(self) -> Tuple[str, ...]:
        """Return the codes of the courses of which no source says when they are taught."""
        known = {slot.course for slot in self.slots}
        return tuple(course.code for course in self.courses if course.code not in known)

    def unit_of(self, code: str) -> Sequence[UnitChoice]:
        """Return the unit that a course is counted for, as a sequence of one or none."""
        return [choice for choice in self.units if code in choice.chosen]


def course_plan(session: Session, *, codes: Sequence[str]) -> CoursePlan:
    """Return the plan of these courses; those that the catalogue no longer holds are left out."""
    courses = courses_by_code(session, codes=list(dict.fromkeys(codes))[:MOST_COURSES])
    by_unit = _units(courses)
    totals = _totals(session, [key for key in by_unit])
    units = tuple(
        UnitChoice(unit, tuple(chosen), totals.get(key, len(chosen))) for key, (unit, chosen) in by_unit.items()
    )
    return CoursePlan(
        courses=courses,
        units=units,
        without_unit=tuple(course.code for course in courses if not course.teaching_units),
        departments=_fewest([course.departments for course in courses]),
        semesters=_fewest([course.semesters for course in courses]),
        slots=find_slots(session, courses=[course.code for course in courses]),
    )


def _units(courses: Sequence[Course]) -> Dict[UnitKey, Tuple[TeachingUnit, List[str]]]:
    """Count each course for one of its units: the one that most of the chosen courses share."""
    shared = Counter(_key(unit) for course in courses for unit in course.teaching_units)
    found: Dict[UnitKey, Tuple[TeachingUnit, List[str]]] = {}
    for course in courses:
        if course.teaching_units:
            unit = max(course.teaching_units, key=lambda one: shared[_key(one)])
            found.setdefault(_key(unit), (unit, []))[1].append(course.code)
    return found


def _totals(session: Session, keys: Sequence[UnitKey]) -> Mapping[UnitKey, int]:
    """Return how many courses each unit has."""
    unit, course = models.TeachingUnit, models.Course
    query = (
        select(unit.code, unit.department_code, unit.semester, func.count(course.code.distinct()))
        .join(course.teaching_units)
        .where(is_told(course), is_told(unit), unit.code.in_({code for code, _, _ in keys}))
        .group_by(unit.code, unit.department_code, unit.semester)
    )
    return {(code, department, semester): count for code, department, semester, count in session.execute(query)}


def _fewest(offers: Sequence[Tuple]) -> Tuple:
    """Return the one value that all have in common, else a small set of values of which each has one."""
    left = [set(values) for values in offers if values]
    needed = []
    while left:
        counts = Counter(value for values in left for value in values)
        best = min(counts, key=lambda value: (-counts[value], value))
        needed.append(best)
        left = [values for values in left if best not in values]
    return tuple(sorted(needed))


def _key(unit: TeachingUnit) -> UnitKey:
    return unit.code, unit.department, unit.semester
