"""Tables of the staff console: accounts, their sessions, what they did."""

import datetime as dt

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, Integer, String, Text

from bot.review.models import Base


def now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.timezone.utc)


class Account(Base):
    """A member of staff who may sign in."""

    __tablename__ = "staff_account"

    id = Column(Integer, primary_key=True)
    email = Column(String(254), nullable=False, unique=True)
    """In lower case."""
    name = Column(String(120), nullable=False)
    role = Column(String(20), nullable=False)
    password_hash = Column(Text)
    """None for who signs in only through the school's single sign-on."""
    language = Column(String(5), nullable=False, default="en")
    created_at = Column(DateTime(timezone=True), nullable=False, default=now)
    disabled_at = Column(DateTime(timezone=True))


class StaffSession(Base):
    """A browser that is signed in. The id itself stands in the cookie only; here is its hash."""

    __tablename__ = "staff_session"

    id_hash = Column(String(64), primary_key=True)
    account_id = Column(Integer, ForeignKey("staff_account.id", ondelete="CASCADE"), nullable=False, index=True)
    created_at = Column(DateTime(timezone=True), nullable=False)
    seen_at = Column(DateTime(timezone=True), nullable=False)


class SavedView(Base):
    """A view of the inbox that a member of staff keeps under a name."""

    __tablename__ = "staff_view"

    id = Column(Integer, primary_key=True)
    account_id = Column(Integer, ForeignKey("staff_account.id", ondelete="CASCADE"), nullable=False, index=True)
    name = Column(String(40), nullable=False)
    query = Column(Text, nullable=False)


class AuditEntry(Base):
    """One act of a member of staff or of a command. Never changed, never deleted with an account."""

    __tablename__ = "staff_audit"

    id = Column(Integer, primary_key=True)
    at = Column(DateTime(timezone=True), nullable=False, default=now)
    actor = Column(String(254), nullable=False)
    """E-mail address of the account, or the command that acted."""
    act = Column(String(60), nullable=False)
    subject = Column(String(200), nullable=False, default="")
    """What it was done to, such as the id of a conversation; never words of a student."""
    detail = Column(JSON)

    __table_args__ = (Index("ix_staff_audit_subject", "subject"), Index("ix_staff_audit_at", "at"))
