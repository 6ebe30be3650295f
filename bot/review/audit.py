"""The log of what staff and commands did: every change, every look at unmasked data, every erasure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.review.account_models import AuditEntry, now

PAGE_SIZE = 50


@dataclass(frozen=True)
class Act:
    """One line of the log."""

    id: int
    at: dt.datetime
    actor: str
    act: str
    subject: str
    detail: Dict[str, Any]


def record(session: Session, actor: str, act: str, subject: str = "", **detail: Any) -> None:
    """Note an act in the session's transaction, so that neither the act nor its line can stand alone."""
    session.add(AuditEntry(at=now(), actor=actor, act=act, subject=subject, detail=detail or None))


def list_acts(
    session: Session, *, actor: str = "", act: str = "", subject: str = "", before: Optional[int] = None
) -> List[Act]:
    """Return a page of the log, newest first; `before` is the id of the last line of the page before."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE_SIZE)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    if act:
        query = query.where(AuditEntry.act == act)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [
        Act(row.id, aware(row.at), row.actor, row.act, row.subject, row.detail or {})
        for row in session.execute(query).scalars()
    ]


def list_act_names(session: Session) -> List[str]:
    """Return the kinds of acts in the log."""
    return list(session.execute(select(AuditEntry.act).distinct().order_by(AuditEntry.act)).scalars())


def aware(moment: dt.datetime) -> dt.datetime:
    """Return the moment with its zone: SQLite gives it back without, and all are kept in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)
