"""Residences, their rooms, their prices and what is stated about them."""

from typing import Any, Optional, Sequence, Tuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from bot.mobility import models
from bot.mobility.contacts import contact_of
from bot.mobility.provenance import is_told, may_be_told, provenance_of, statement_of
from bot.mobility.types import Price, Residence, ResidenceCriteria, ResidenceHits, RoomType, Statement

RENT = "rent"
"""Kind of the price that a search by budget looks at."""


def find_residences(
    session: Session, *, provider: Optional[str] = None, limit: Optional[int] = None
) -> Tuple[Residence, ...]:
    """Return the residences, of one provider or of all, the most important first."""
    query = _residences().order_by(models.Residence.position, models.Residence.code).limit(limit)
    if provider is not None:
        query = query.where(models.Residence.provider_code == provider)
    return tuple(_residence(row) for row in session.scalars(query))


def search_residences(
    session: Session, *, criteria: ResidenceCriteria, offset: int = 0, limit: int = 5
) -> ResidenceHits:
    """Return a page of the residences that fulfil `criteria`, how many there are, and how many state no rent."""
    model = models.Residence
    conditions = [is_told(model)]
    if criteria.provider is not None:
        conditions.append(model.provider_code == criteria.provider)
    if criteria.room_kind is not None:
        conditions.append(model.code.in_(_with_room(criteria.room_kind)))
    priced = [*conditions, model.code.in_(_with_rent(criteria))] if criteria.is_priced else conditions
    page = _residences().where(*priced).order_by(model.position, model.code).offset(offset).limit(limit)
    total = session.scalar(select(func.count()).select_from(model).where(*priced))
    unpriced = 0
    if criteria.is_priced:
        any_rent = _with_rent(ResidenceCriteria(rent_period=criteria.rent_period))
        unpriced = session.scalar(
            select(func.count()).select_from(model).where(*conditions, model.code.not_in(any_rent))
        )
    return ResidenceHits(total, tuple(_residence(row) for row in session.scalars(page)), unpriced)


def lowest_rent(session: Session, *, period: str = "month") -> Optional[Price]:
    """Return the lowest rent that is stated for `period`, or None."""
    model = models.ResidencePrice
    found = _prices().where(model.kind == RENT, model.period == period).order_by(model.amount_min, model.code).limit(1)
    return next((_price(price, room_type) for price, room_type in session.execute(found)), None)


def residence_by_code(session: Session, *, code: str) -> Optional[Residence]:
    """Return the residence of `code`, or None."""
    row = session.scalars(_residences().where(models.Residence.code == code)).first()
    return row and _residence(row)


def find_residence_statements(
    session: Session, *, residence: Optional[str] = None, aspect: Optional[str] = None, limit: Optional[int] = None
) -> Tuple[Statement, ...]:
    """Return the statements about a residence or all of them, of one aspect or of all, residence by residence."""
    model, home = models.ResidenceStatement, models.Residence
    query = select(model).join(home, home.code == model.residence_code).where(is_told(model), is_told(home))
    query = query.order_by(home.position, home.code, model.aspect, model.position, model.code).limit(limit)
    if residence is not None:
        query = query.where(model.residence_code == residence)
    if aspect is not None:
        query = query.where(model.aspect == aspect)
    return tuple(statement_of(row) for row in session.scalars(query))


def residences_stating(session: Session, *, aspects: Sequence[str], limit: int) -> Tuple[Residence, ...]:
    """Return the first residences that have a statement on one of `aspects`."""
    model, home = models.ResidenceStatement, models.Residence
    stating = exists().where(model.residence_code == home.code, model.aspect.in_(aspects), is_told(model))
    query = _residences().where(stating).order_by(home.position, home.code).limit(limit)
    return tuple(_residence(row) for row in session.scalars(query))


def residences_pricing(session: Session, *, kind: Optional[str] = None, limit: int) -> Tuple[Residence, ...]:
    """Return the first residences that state a price, of one kind or of any."""
    model, home = models.ResidencePrice, models.Residence
    pricing = exists().where(model.residence_code == home.code, is_told(model))
    if kind is not None:
        pricing = pricing.where(model.kind == kind)
    query = _residences().where(pricing).order_by(home.position, home.code).limit(limit)
    return tuple(_residence(row) for row in session.scalars(query))


def find_prices(
    session: Session,
    *,
    residence: Optional[str] = None,
    kind: Optional[str] = None,
    period: Optional[str] = None,
    limit: Optional[int] = None,
) -> Tuple[Price, ...]:
    """Return the prices, of one residence, kind (rent, deposit ...) and period or of all, the lowest of each first."""
    model, home = models.ResidencePrice, models.Residence
    query = _prices().order_by(home.position, model.residence_code, model.kind, model.amount_min, model.code)
    for column, value in ((model.residence_code, residence), (model.kind, kind), (model.period, period)):
        if value is not None:
            query = query.where(column == value)
    return tuple(_price(price, room_type) for price, room_type in session.execute(query.limit(limit)))


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


def _prices() -> Any:
    model = models.ResidencePrice
    return (
        select(model, models.RoomType)
        .join(models.Residence, models.Residence.code == model.residence_code)
        .outerjoin(models.RoomType, models.RoomType.code == model.room_type_code)
        .where(is_told(model), is_told(models.Residence))
    )


def _with_rent(criteria: ResidenceCriteria) -> Any:
    """Return the codes of the residences that state a rent within the bounds."""
    model = models.ResidencePrice
    query = select(model.residence_code).where(is_told(model), model.kind == RENT, model.period == criteria.rent_period)
    if criteria.most_rent is not None:
        query = query.where(model.amount_min <= criteria.most_rent)
    if criteria.least_rent is not None:
        query = query.where(func.coalesce(model.amount_max, model.amount_min) >= criteria.least_rent)
    return query


def _with_room(kind: str) -> Any:
    return select(models.RoomType.residence_code).where(is_told(models.RoomType), models.RoomType.kind == kind)


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
