"""The public holidays of France."""

import datetime as dt
from typing import Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import PublicHoliday


def find_public_holidays(
    session: Session, *, year: Optional[int] = None, after: Optional[dt.date] = None
) -> Tuple[PublicHoliday, ...]:
    """Return the public holidays by date: of one calendar year, after a day, or all that are known."""
    model = models.PublicHoliday
    query = select(model).where(is_told(model)).order_by(model.date)
    if year is not None:
        query = query.where(model.date.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    if after is not None:
        query = query.where(model.date > after)
    return tuple(
        PublicHoliday(date=row.date, name=row.name, provenance=provenance_of(row)) for row in session.scalars(query)
    )
