"""Residences, their rooms, their prices and what is stated about them."""

from typing import Any, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.mobility import models
from bot.mobility.contacts import contact_of
from bot.mobility.provenance import is_told, may_be_told, provenance_of, statement_of
from bot.mobility.types import Price, Residence, RoomType, Statement


def find_residences(session: Session, *, provider: Optional[str] = None) -> Tuple[Residence, ...]:
    """Return the residences, of one provider or of all."""
    query = _residences().order_by(models.Residence.position, models.Residence.code)
    if provider is not None:
        query = query.where(models.Residence.provider_code == provider)
    return tuple(_residence(row) for row in session.scalars(query))


def residence_by_code(session: Session, *, code: str) -> Optional[Residence]:
    """Return the residence of `code`, or None."""
    row = session.scalars(_residences().where(models.Residence.code == code)).first()
    return row and _residence(row)


def find_residence_statements(
    session: Session, *, residence: str, aspect: Optional[str] = None
) -> Tuple[Statement, ...]:
    """Return the statements about a residence, of one aspect or of all."""
    model = models.ResidenceStatement
    query = select(model).where(is_told(model), model.residence_code == residence)
    query = query.order_by(model.aspect, model.position, model.code)
    if aspect is not None:
        query = query.where(model.aspect == aspect)
    return tuple(statement_of(row) for row in session.scalars(query))


def find_prices(session: Session, *, residence: Optional[str] = None, kind: Optional[str] = None) -> Tuple[Price, ...]:
    """Return the prices, of one residence and kind (rent, deposit ...) or of all, the lowest of a residence first."""
    model = models.ResidencePrice
    query = (
        select(model, models.RoomType)
        .join(models.Residence, models.Residence.code == model.residence_code)
        .outerjoin(models.RoomType, models.RoomType.code == model.room_type_code)
        .where(is_told(model), is_told(models.Residence))
        .order_by(models.Residence.position, model.residence_code, model.kind, model.amount_min, model.code)
    )
    if residence is not None:
        query = query.where(model.residence_code == residence)
    if kind is not None:
        query = query.where(model.kind == kind)
    return tuple(_price(price, room_type) for price, room_type in session.execute(query))


def find_room_types(session: Session, *, residence: Optional[str] = None) -> Tuple[RoomType, ...]:
    """Return the kinds of rooms, of one residence or of all."""
    model = models.RoomType
    query = select(model).where(is_told(model)).order_by(model.residence_code, model.size_m2.nulls_last(), model.code)
    if residence is not None:
        query = query.where(model.residence_code == residence)
    return tuple(
        RoomType(
            code=row.code,
            residence=row.residence_code,
            name=row.name,
            size_m2=row.size_m2,
            rooms=row.rooms,
            provenance=provenance_of(row),
        )
        for row in session.scalars(query)
    )


def _residences() -> Any:
    return select(models.Residence).where(is_told(models.Residence)).options(joinedload(models.Residence.contact))


def _residence(row: models.Residence) -> Residence:
    return Residence(
        code=row.code,
        name=row.name,
        provider=row.provider.name,
        provider_code=row.provider_code,
        area=row.area,
        capacity=row.capacity,
        is_group=row.is_group,
        contact=contact_of(row.contact),
        provenance=provenance_of(row),
    )


def _price(row: models.ResidencePrice, room_type: Optional[models.RoomType]) -> Price:
    return Price(
        residence=row.residence_code,
        kind=row.kind,
        amount_min=row.amount_min,
        amount_max=row.amount_max,
        currency=row.currency,
        period=row.period,
        room_type=room_type.name if room_type is not None and may_be_told(room_type) else None,
        note=row.note,
        provenance=provenance_of(row),
    )
