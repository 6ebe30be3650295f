"""When courses are taught, where a source states it, and which of them clash."""

import datetime as dt
from dataclasses import dataclass
from itertools import combinations
from typing import Optional, Sequence, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Provenance


@dataclass(frozen=True)
class CourseSlot:
    """A time of the week at which a course is taught."""

    course: str
    weekday: int
    """1 is Monday."""
    starts_at: str
    ends_at: str
    starts_on: Optional[dt.date]
    ends_on: Optional[dt.date]
    place: Optional[str]
    provenance: Provenance

    def overlaps(self, other: "CourseSlot") -> bool:
        """Tell whether nobody can attend both; without dates a slot holds for the whole semester."""
        same_time = self.starts_at < other.ends_at and other.starts_at < self.ends_at
        return self.weekday == other.weekday and same_time and self._shares_dates(other)

    def _shares_dates(self, other: "CourseSlot") -> bool:
        first, last = dt.date.min, dt.date.max
        begins = max(self.starts_on or first, other.starts_on or first)
        return begins <= min(self.ends_on or last, other.ends_on or last)


def find_slots(session: Session, *, courses: Sequence[str]) -> Tuple[CourseSlot, ...]:
    """Return the slots of these courses in the order of the week."""
    model = models.CourseSlot
    query = (
        select(model).where(is_told(model), model.course_code.in_(courses))
        .order_by(model.weekday, model.starts_at, model.course_code, model.code)
    )  # fmt: skip
    return tuple(_slot(row) for row in session.scalars(query))


def find_clashes(slots: Sequence[CourseSlot]) -> Tuple[Tuple[CourseSlot, CourseSlot], ...]:
    """Return the pairs of slots of different courses that overlap."""
    return tuple(
        (one, other) for one, other in combinations(slots, 2) if one.course != other.course and one.overlaps(other)
    )


def _slot(row: models.CourseSlot) -> CourseSlot:
    return CourseSlot(
        course=row.course_code,
        weekday=row.weekday,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        place=row.place,
        provenance=provenance_of(row),
    )
