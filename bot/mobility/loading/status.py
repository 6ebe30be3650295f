"""What the mobility database holds at present."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Mapping, Optional, Tuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.mobility.loading.loader import LOADED_TABLES
from bot.mobility.models import DataLoad


@dataclass(frozen=True)
class DatabaseStatus:
    """Rows by table and status, and the last load that changed something."""

    tables: Tuple[Tuple[str, Mapping[str, int]], ...]
    loaded_at: Optional[dt.datetime]
    wrong_records: int


def read_status(session: Session) -> DatabaseStatus:
    """Count the rows of every loaded table."""
    tables = []
    for name, table in LOADED_TABLES.items():
        query = select(table.c.status, func.count()).group_by(table.c.status)
        tables.append((name, Counter({status.value: count for status, count in session.execute(query)})))
    newest = session.scalars(select(DataLoad).order_by(DataLoad.id.desc()).limit(1)).first()
    return DatabaseStatus(
        tables=tuple(tables),
        loaded_at=newest.loaded_at if newest else None,
        wrong_records=newest.wrong_records if newest else 0,
    )
