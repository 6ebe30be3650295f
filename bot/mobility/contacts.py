"""Desks, offices and numbers."""

import datetime as dt
import re
from typing import Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.articles import told_article_texts
from bot.mobility.provenance import is_told, may_be_told, provenance_of
from bot.mobility.types import Contact, OpeningPeriod

_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def find_contacts(session: Session, *, is_school: Optional[bool] = None) -> Tuple[Contact, ...]:
    """Return the contacts: of the school (True), of other bodies (False), or all."""
    model = models.Contact
    query = select(model).where(is_told(model)).order_by(model.is_school.desc(), model.code)
    if is_school is not None:
        query = query.where(model.is_school.is_(is_school))
    return tuple(_contact(row) for row in session.scalars(query))


def list_public_addresses(session: Session) -> Tuple[str, ...]:
    """Return the mailboxes and phone numbers of all desks, and the mailboxes that published articles name."""
    desks = session.execute(select(models.Contact.email, models.Contact.phone))
    addresses = {address for desk in desks for address in desk if address}
    return tuple(addresses.union(*(_MAILBOX.findall(text) for _, text in told_article_texts(session))))


def contact_by_code(session: Session, *, code: str) -> Optional[Contact]:
    """Return the contact of `code`, or None."""
    return contact_of(session.get(models.Contact, code))


def find_opening_periods(session: Session, *, contact: str, day: dt.date) -> Tuple[OpeningPeriod, ...]:
    """Return when a desk is open in the week of `day`, in the time of the campus."""
    model = models.OpeningPeriod
    query = select(model).where(is_told(model), model.contact_code == contact).order_by(model.weekday, model.opens)
    return tuple(
        OpeningPeriod(row.weekday, row.opens, row.closes, provenance_of(row))
        for row in session.scalars(query)
        if (row.valid_from or day) <= day <= (row.valid_until or day)
    )


def contact_of(row: Optional[models.Contact]) -> Optional[Contact]:
    """Return the contact that another row refers to, or None where it may not be told."""
    return _contact(row) if row is not None and may_be_told(row) else None


def _contact(row: models.Contact) -> Contact:
    return Contact(
        code=row.code,
        name=row.name,
        purpose=row.purpose,
        email=row.email,
        phone=row.phone,
        address=row.address,
        opening_hours=row.opening_hours,
        is_school=row.is_school,
        provenance=provenance_of(row),
    )
