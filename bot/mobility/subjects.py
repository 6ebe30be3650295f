"""The fields of knowledge that students name."""

from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.provenance import is_told
from bot.mobility.types import Texts


def subject_name(session: Session, *, code: str) -> Optional[Texts]:
    """Return the name of the subject of `code`, or None."""
    model = models.Subject
    return session.scalars(select(model.name).where(is_told(model), model.code == code)).first()
