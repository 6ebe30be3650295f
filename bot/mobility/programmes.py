"""Programmes that students take part in, and their editions with dated events."""

import datetime as dt
from typing import Any, Optional, Tuple

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from bot.mobility import models
from bot.mobility.contacts import contact_of
from bot.mobility.provenance import is_told, provenance_of, statement_of
from bot.mobility.types import Edition, Event, Programme, Statement


def find_programmes(session: Session, *, kind: Optional[str] = None) -> Tuple[Programme, ...]:
    """Return the programmes, of one kind or of all."""
    query = _programmes().order_by(models.Programme.kind, models.Programme.code)
    if kind is not None:
        query = query.where(models.Programme.kind == kind)
    return tuple(_programme(row) for row in session.scalars(query))


def programme_by_code(session: Session, *, code: str) -> Optional[Programme]:
    """Return the programme of `code`, or None."""
    row = session.scalars(_BY_CODE, {"code": code}).first()
    return row and _programme(row)


def find_programme_statements(
    session: Session, *, programme: str, aspect: Optional[str] = None
) -> Tuple[Statement, ...]:
    """Return the statements about a programme, of one aspect or of all."""
    model = models.ProgrammeStatement
    query = select(model).where(is_told(model), model.programme_code == programme)
    query = query.order_by(model.aspect, model.position, model.code)
    if aspect is not None:
        query = query.where(model.aspect == aspect)
    return tuple(statement_of(row) for row in session.scalars(query))


def next_edition(session: Session, *, programme: str, today: dt.date) -> Optional[Edition]:
    """Return the edition that runs on `today`, else the next one, else None."""
    row = session.scalars(_NEXT_EDITION, {"programme": programme, "today": today}).first()
    return row and _edition(session, row)


def _programmes() -> Any:
    return select(models.Programme).where(is_told(models.Programme)).options(joinedload(models.Programme.contact))


# Built once: several of them are asked for in one answer.
_BY_CODE = _programmes().where(models.Programme.code == bindparam("code"))
_NEXT_EDITION = (
    select(models.ProgrammeEdition)
    .where(
        is_told(models.ProgrammeEdition),
        models.ProgrammeEdition.programme_code == bindparam("programme"),
        func.coalesce(models.ProgrammeEdition.ends_on, models.ProgrammeEdition.starts_on)
        >= bindparam("today", type_=Date),
    )
    .order_by(models.ProgrammeEdition.starts_on, models.ProgrammeEdition.code)
    .limit(1)
)
_EVENTS = (
    select(models.ProgrammeEvent)
    .where(is_told(models.ProgrammeEvent), models.ProgrammeEvent.edition_code == bindparam("edition"))
    .order_by(models.ProgrammeEvent.starts_at, models.ProgrammeEvent.code)
)


def _programme(row: models.Programme) -> Programme:
    return Programme(
        code=row.code, kind=row.kind, name=row.name, contact=contact_of(row.contact), provenance=provenance_of(row)
    )


def _edition(session: Session, row: models.ProgrammeEdition) -> Edition:
    events = session.scalars(_EVENTS, {"edition": row.code})
    return Edition(
        code=row.code,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        registration_opens_on=row.registration_opens_on,
        registration_closes_on=row.registration_closes_on,
        registration_url=row.registration_url,
        price=row.price,
        currency=row.currency,
        place=row.place,
        events=tuple(_event(event) for event in events),
        provenance=provenance_of(row),
    )


def _event(row: models.ProgrammeEvent) -> Event:
    return Event(
        code=row.code,
        name=row.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        provenance=provenance_of(row),
    )
