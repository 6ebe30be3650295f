"""Accounts of the staff: add, list, disable, sign in."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, FrozenSet, List, Optional

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.languages import SUPPORTED_LANGUAGES
from bot.review.account_models import Account, StaffSession, now
from bot.review.audit import aware, record
from bot.review.permissions import ROLES, Permission

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class AccountError(BotError):
    """An account cannot be made or changed as asked; `code` names the reason for the console's wording."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Member:
    """A member of staff as the console sees them."""

    id: int
    email: str
    name: str
    role: str
    language: str
    created_at: dt.datetime
    disabled: bool
    has_password: bool
    seen_at: Optional[dt.datetime] = None

    @property
    def permissions(self) -> FrozenSet[Permission]:
        """What the role allows."""
        return ROLES.get(self.role, frozenset())


def add_account(
    session: Session, actor: str, *, email: str, name: str, role: str, password: Optional[str], language: str = "en"
) -> Member:
    """Make an account; raise AccountError when it exists or a value is wrong. No password: single sign-on only."""
    email, name = normalise_email(email), name.strip()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise AccountError("email_invalid", f"{email or 'Nothing'} is no e-mail address.")
    if not 1 <= len(name) <= 120:
        raise AccountError("name_invalid", "Give the person's name, of at most 120 characters.")
    _check_role(role)
    if language not in SUPPORTED_LANGUAGES:
        raise AccountError("language_invalid", f"{language} is not one of {', '.join(SUPPORTED_LANGUAGES)}.")
    if _find(session, email) is not None:
        raise AccountError("account_exists", f"{email} has an account already.")
    account = Account(email=email, name=name, role=role, language=language, created_at=now())
    account.password_hash = None if password is None else hash_password(password)
    session.add(account)
    session.flush()
    record(session, actor, "account.add", email, role=role)
    return member_of(account)


def set_password(session: Session, actor: str, email: str, password: str) -> None:
    """Give a new password and end all sessions of the account."""
    account = _existing(session, email)
    account.password_hash = hash_password(password)
    end_sessions(session, account.id)
    record(session, actor, "account.password", account.email)


def set_role(session: Session, actor: str, email: str, role: str) -> None:
    """Change the role; the last admin stays one."""
    _check_role(role)
    account = _existing(session, email)
    if role != "admin":
        _keep_one_admin(session, account)
    record(session, actor, "account.role", account.email, before=account.role, after=role)
    account.role = role


def set_disabled(session: Session, actor: str, email: str, disabled: bool) -> None:
    """Lock an account out, ending its sessions, or let it in again; the last admin stays."""
    account = _existing(session, email)
    if disabled:
        _keep_one_admin(session, account)
        end_sessions(session, account.id)
    account.disabled_at = now() if disabled else None
    record(session, actor, "account.disable" if disabled else "account.enable", account.email)


def set_language(session: Session, account_id: int, language: str) -> None:
    """Keep in which language a member of staff reads the console."""
    account = session.get(Account, account_id)
    if account is not None and language in SUPPORTED_LANGUAGES:
        account.language = language


def list_accounts(session: Session) -> List[Member]:
    """Return all accounts, by name, with when each was last seen."""
    seen = select(StaffSession.account_id, func.max(StaffSession.seen_at).label("at")).group_by(StaffSession.account_id)
    last = seen.subquery()
    query = select(Account, last.c.at).outerjoin(last, last.c.account_id == Account.id).order_by(Account.name)
    return [member_of(account, seen_at) for account, seen_at in session.execute(query)]


def find_account(session: Session, email: str) -> Optional[Member]:
    """Return the account that may sign in by this address, or None."""
    account = _find(session, normalise_email(email))
    return None if account is None or account.disabled_at else member_of(account)


def check_password(session: Session, email: str, password: str) -> Optional[Member]:
    """Return whose address and password these are, or None; an unknown address takes as long as a known one."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    account = _find(session, normalise_email(email))
    known = account is not None and account.password_hash and not account.disabled_at
    try:
        _hasher().verify(account.password_hash if known else _decoy(), password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return None
    if account is None or not known:
        return None
    if _hasher().check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    return member_of(account)


def end_sessions(session: Session, account_id: int) -> None:
    """Sign the account out everywhere."""
    session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


def normalise_email(email: str) -> str:
    """Return the address as accounts keep it."""
    return email.strip().lower()


def hash_password(password: str) -> str:
    """Return the argon2 hash; raise AccountError for a password too short or too long."""
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError("password_short", f"The password needs at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError("password_long", f"The password has more than {LONGEST_PASSWORD} characters.")
    return _hasher().hash(password)


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    return _hasher().hash("the password of nobody")


def _find(session: Session, email: str) -> Any:
    return session.execute(select(Account).where(Account.email == email)).scalar_one_or_none()


def _existing(session: Session, email: str) -> Any:
    account = _find(session, normalise_email(email))
    if account is None:
        raise AccountError("account_unknown", f"{email} has no account: `python -m bot staff list` names them.")
    return account


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise AccountError("role_invalid", f"{role} is no role: give one of {', '.join(ROLES)}.")


def _keep_one_admin(session: Session, account: Any) -> None:
    """Without an admin nobody could manage accounts in the console any more."""
    if account.role != "admin" or account.disabled_at:
        return
    others = select(func.count()).where(
        Account.role == "admin", Account.disabled_at.is_(None), Account.id != account.id
    )
    if not session.execute(others).scalar():
        raise AccountError("last_admin", f"{account.email} is the last admin: make another account admin first.")


def member_of(account: Any, seen_at: Optional[dt.datetime] = None) -> Member:
    """Return an account row as the console sees it."""
    return Member(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        language=account.language,
        created_at=aware(account.created_at),
        disabled=account.disabled_at is not None,
        has_password=account.password_hash is not None,
        seen_at=aware(seen_at) if seen_at else None,
    )
