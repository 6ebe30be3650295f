"""Tables of the review database: what students think of the answers."""

from typing import Any

from sqlalchemy import Boolean, Column, Index, MetaData, String, Text
from sqlalchemy.orm import declarative_base

from bot.databases import Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
Base: Any = declarative_base(metadata=metadata)


class Feedback(Base):
    """What a student said about one message; the latest word wins."""

    __tablename__ = "feedback"

    conversation_id = Column(String(255), primary_key=True)
    message_id = Column(String(20), primary_key=True)
    helpful = Column(Boolean(name="helpful"), nullable=False)
    comment = Column(Text)
    given_at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_feedback_helpful", "helpful", "given_at"), Index("ix_feedback_given_at", "given_at"))
