"""Tells the readers of names and texts that the database holds something else than before."""

import datetime as dt
from typing import Optional, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility.models import DataLoad
from bot.mobility.statements import index_statements


def announce_change(
    session: Session, digest: str, *, with_samples: Optional[bool] = None, wrong_records: Optional[int] = None
) -> None:
    """Renew the index of texts, and leave a record by which other processes see the change.

    Whoever changes facts calls this: loads, imports, corrections. The last two leave out what the last load says.
    """
    index_statements(session)
    newest = session.scalars(select(DataLoad).order_by(DataLoad.id.desc()).limit(1)).first()
    session.add(
        DataLoad(
            loaded_at=dt.datetime.now(dt.timezone.utc),
            digest=digest,
            with_samples=_or_else(with_samples, newest.with_samples if newest else False),
            wrong_records=_or_else(wrong_records, newest.wrong_records if newest else 0),
        )
    )


Value = TypeVar("Value")


def _or_else(value: Optional[Value], other: Value) -> Value:
    return other if value is None else value
