"""Dates until or from which something can be done."""

from typing import Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.mobility import models
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Deadline


def find_deadlines(
    session: Session, *, subject: Optional[str] = None, term: Optional[str] = None, procedure: Optional[str] = None
) -> Tuple[Deadline, ...]:
    """Return the deadlines about `subject`, of `procedure` and stated for `term`, where these are given."""
    model = models.Deadline
    query = select(model).where(is_told(model)).options(selectinload(model.terms))
    query = query.order_by(
        model.subject, *(column.nulls_last() for column in (model.date, model.month, model.day)), model.code
    )
    if subject is not None:
        query = query.where(model.subject == subject)
    if term is not None:
        query = query.where(model.terms.any(models.AcademicTerm.code == term))
    if procedure is not None:
        links = models.procedure_deadline.c
        query = query.where(model.code.in_(select(links.deadline_code).where(links.procedure_code == procedure)))
    return tuple(deadline_of(row) for row in session.scalars(query))


def deadline_of(row: models.Deadline) -> Deadline:
    """Return a row as the queries tell it."""
    return Deadline(
        code=row.code,
        subject=row.subject,
        name=row.name,
        audience=row.audience,
        rule=row.rule,
        date=row.date,
        month=row.month,
        day=row.day,
        inclusive=row.inclusive,
        months_after=row.months_after,
        terms=tuple(term.code for term in row.terms),
        provenance=provenance_of(row),
    )
