"""What is stated about life on and around the campus."""

from typing import Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told, statement_of
from bot.mobility.types import Statement


def find_campus_statements(session: Session, *, aspect: Optional[str] = None) -> Tuple[Statement, ...]:
    """Return the statements about life on the campus, of one aspect (sport, arts, food ...) or of all."""
    model = models.CampusStatement
    query = select(model).where(is_told(model)).order_by(model.aspect, model.position, model.code)
    if aspect is not None:
        query = query.where(model.aspect == aspect)
    return tuple(statement_of(row) for row in session.scalars(query))
