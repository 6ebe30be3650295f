"""Signed-in browsers: rows on the server, so that signing out and disabling an account take effect at once."""

import datetime as dt
import hashlib
import secrets
from typing import Optional, Tuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.review.account_models import Account, StaffSession, now
from bot.review.accounts import Member, member_of
from bot.review.audit import aware

IDLE = dt.timedelta(hours=8)
"""A working day: who has not been seen so long signs in again."""
LONGEST = dt.timedelta(days=7)
_SEEN_EVERY = dt.timedelta(minutes=1)


def new_session_id() -> str:
    """Return a random id, also for a browser that is not signed in yet."""
    return secrets.token_urlsafe(32)


def open_session(session: Session, account_id: int) -> str:
    """Sign an account in and return the new id; the one the browser came with is never taken over."""
    session_id, moment = new_session_id(), now()
    session.execute(delete(StaffSession).where(StaffSession.seen_at < moment - IDLE))
    session.add(StaffSession(id_hash=_hash(session_id), account_id=account_id, created_at=moment, seen_at=moment))
    return session_id


def find_member(session: Session, session_id: str) -> Optional[Tuple[Member, bool]]:
    """Return who is signed in by this id and whether it is time to note that they were seen, or None."""
    row = session.execute(
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(StaffSession.id_hash == _hash(session_id), Account.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    opened, account = row
    unseen = now() - aware(opened.seen_at)
    if unseen > IDLE or now() - aware(opened.created_at) > LONGEST:
        return None
    return member_of(account), unseen > _SEEN_EVERY


def note_seen(session: Session, session_id: str) -> None:
    """Keep an active session from ending."""
    session.execute(update(StaffSession).where(StaffSession.id_hash == _hash(session_id)).values(seen_at=now()))


def close_session(session: Session, session_id: str) -> None:
    """Sign out."""
    session.execute(delete(StaffSession).where(StaffSession.id_hash == _hash(session_id)))


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
