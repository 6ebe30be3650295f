"""The departments and specialities of the catalogue."""

from typing import Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Department


def find_departments(session: Session, *, with_apprenticeships: bool = False) -> Tuple[Department, ...]:
    """Return the departments; specialities by apprenticeship only when asked for."""
    model = models.Department
    query = select(model).where(is_told(model)).order_by(model.is_apprenticeship, model.code)
    if not with_apprenticeships:
        query = query.where(model.is_apprenticeship.is_(False))
    return tuple(_department(row) for row in session.scalars(query))


def department_by_code(session: Session, *, code: str) -> Optional[Department]:
    """Return the department of `code`, or None."""
    model = models.Department
    row = session.scalars(select(model).where(is_told(model), model.code == code)).first()
    return row and _department(row)


def _department(row: models.Department) -> Department:
    return Department(
        code=row.code, name=row.name, is_apprenticeship=row.is_apprenticeship, provenance=provenance_of(row)
    )
