"""The runs of importers, newest first."""

from typing import Optional, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.mobility.models import ImportRun


def find_runs(session: Session, *, limit: int = 20) -> Sequence[ImportRun]:
    """Return the newest runs with their issues."""
    query = select(ImportRun).options(selectinload(ImportRun.issues)).order_by(ImportRun.id.desc()).limit(limit)
    return session.scalars(query).all()


def find_run(session: Session, run_id: int) -> Optional[ImportRun]:
    """Return one run with its issues, or None."""
    return session.get(ImportRun, run_id, options=[selectinload(ImportRun.issues)])
