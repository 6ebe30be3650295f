"""Tells the readers of names and texts that the database holds something else than before."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility.models import DataLoad
from bot.mobility.statements import index_statements


def announce_change(session: Session, digest: str) -> None:
    """Renew the index of texts, and leave a record by which other processes see the change."""
    index_statements(session)
    newest = session.scalars(select(DataLoad).order_by(DataLoad.id.desc()).limit(1)).first()
    session.add(
        DataLoad(
            loaded_at=dt.datetime.now(dt.timezone.utc),
            digest=digest,
            with_samples=newest.with_samples if newest else False,
            wrong_records=newest.wrong_records if newest else 0,
        )
    )
