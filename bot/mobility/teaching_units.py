"""Teaching units of the catalogue: what bears ECTS."""

from typing import Optional, Sequence, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import TeachingUnit


def find_teaching_units(
    session: Session, *, department: Optional[str] = None, semesters: Sequence[int] = (), code: Optional[str] = None
) -> Tuple[TeachingUnit, ...]:
    """Return the teaching units by semester, department and code; a code may stand in two departments."""
    model = models.TeachingUnit
    query = select(model).where(is_told(model)).order_by(model.semester, model.department_code, model.code)
    if department is not None:
        query = query.where(model.department_code == department)
    if semesters:
        query = query.where(model.semester.in_(semesters))
    if code is not None:
        query = query.where(model.code == code)
    return tuple(teaching_unit_of(row) for row in session.scalars(query))


def teaching_unit_of(row: models.TeachingUnit) -> TeachingUnit:
    """Return a row of the catalogue as the queries tell it."""
    return TeachingUnit(
        code=row.code,
        title=row.title,
        department=row.department_code,
        semester=row.semester,
        ects=row.ects,
        provenance=provenance_of(row),
    )
