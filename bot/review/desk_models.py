"""Tables of what staff add to the log; they outlive a rebuild of it.

Each belongs to a conversation and is erased with it.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Text

from bot.databases import Moment
from bot.review.columns import LargeNumber
from bot.review.models import Base


def _conversation(**options: bool) -> Column:
    return Column(
        "conversation", LargeNumber, ForeignKey("conversation.number", ondelete="CASCADE"), nullable=False, **options
    )


class Review(Base):
    """What the staff have seen and settled of a conversation."""

    __tablename__ = "review"

    conversation = _conversation(primary_key=True)
    seen_at = Column(Moment)
    """When a member of staff last opened it."""
    reviewed_at = Column(Moment)
    reviewed_by = Column(String(254))
    flagged = Column(Boolean(name="flagged"), nullable=False, default=False)


class Tag(Base):
    """A word that staff put on a conversation."""

    __tablename__ = "tag"

    conversation = _conversation(primary_key=True)
    tag = Column(String(60), primary_key=True)


class Note(Base):
    """What staff write to each other about a conversation."""

    __tablename__ = "note"

    id = Column(Integer, primary_key=True)
    conversation = _conversation(index=True)
    author = Column(String(254), nullable=False)
    text = Column(Text, nullable=False)
    written_at = Column(Moment, nullable=False)


class Assignment(Base):
    """Who of the staff cares for a conversation."""

    __tablename__ = "assignment"

    conversation = _conversation(primary_key=True)
    assignee = Column(String(254), nullable=False)
    assigned_by = Column(String(254), nullable=False)
    assigned_at = Column(Moment, nullable=False)


class Draft(Base):
    """A reply that a member of staff has begun."""

    __tablename__ = "draft"

    conversation = _conversation(primary_key=True)
    author = Column(String(254), primary_key=True)
    text = Column(Text, nullable=False)
    saved_at = Column(Moment, nullable=False)


class Mark(Base):
    """A student's message with the intent that it should have been understood as."""

    __tablename__ = "mark"

    event_id = Column(LargeNumber, primary_key=True, autoincrement=False)
    conversation = _conversation(index=True)
    text = Column(Text, nullable=False)
    """Without personal data."""
    language = Column(String(5), nullable=False)
    intent = Column(String(80), nullable=False)
    marked_by = Column(String(254), nullable=False)
    marked_at = Column(Moment, nullable=False)
    fixed = Column(Boolean(name="fixed"), nullable=False, default=False)
    """Understood by the model in use: no later model may break it."""


class Settled(Base):
    """A question without an answer that staff have dealt with: it leaves the list."""

    __tablename__ = "settled"

    event_id = Column(LargeNumber, primary_key=True, autoincrement=False)
    """The answer that was none."""
    conversation = _conversation(index=True)
    how = Column(String(20), nullable=False)
    """article, correction, mark or dismissed."""
    settled_by = Column(String(254), nullable=False)
    settled_at = Column(Moment, nullable=False)


class TrainingRun(Base):
    """One run of "train and compare"."""

    __tablename__ = "training_run"

    id = Column(Integer, primary_key=True)
    state = Column(String(20), nullable=False)
    """waiting, writing, training, comparing, compared, promoted, rolled_back or failed."""
    started_by = Column(String(254), nullable=False)
    started_at = Column(Moment, nullable=False)
    changed_at = Column(Moment, nullable=False)
    model = Column(Text)
    """File name of the model that was trained."""
    former_model = Column(Text)
    """File name of the model that was in use before it was promoted."""
    report = Column(JSON(none_as_null=True))
    failure = Column(Text)

    __table_args__ = (Index("ix_training_run_started_at", "started_at"),)
