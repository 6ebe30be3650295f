"""What every query does with a row: tell only what may be told, and say where it comes from."""

from functools import lru_cache
from typing import Any

from bot.mobility import models
from bot.mobility.types import Provenance, Statement

_TOLD = (models.Status.PUBLISHED, models.Status.SAMPLE)


@lru_cache(maxsize=256)
def is_told(model: Any) -> Any:
    """Return the SQL condition that a row of `model` may be told: neither draft nor withdrawn."""
    return model.status.in_(_TOLD)


def may_be_told(row: Any) -> bool:
    """Tell whether a loaded row may be told: neither draft nor withdrawn."""
    return row.status in _TOLD


def provenance_of(row: Any) -> Provenance:
    """Return where the fact of `row` comes from."""
    return Provenance(
        title=row.source.title,
        url=row.source.url,
        as_of=row.as_of,
        verified_on=row.verified_on,
        confidence=row.source.confidence.value,
        sample=row.status is models.Status.SAMPLE,
        kind=row.__tablename__,
        valid_until=row.valid_until,
    )


def statement_of(row: Any) -> Statement:
    """Return a statement row as the queries tell it."""
    return Statement(aspect=row.aspect, text=row.text, provenance=provenance_of(row))
