"""Tables on how facts came in: runs of importers, corrections by staff, claims of other sources. Part of models.py."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import relationship

from bot.mobility.columns import SchoolTime
from bot.mobility.facts import Base


class ImportRun(Base):
    """One run of `python -m bot data import` that was no dry run."""

    __tablename__ = "import_run"

    id = Column(Integer, primary_key=True)
    adapter = Column(String(20), nullable=False)
    files = Column(JSON, nullable=False)
    """Names of the files, without their folders."""
    digest = Column(String(64), nullable=False)
    started_at = Column(SchoolTime, nullable=False)
    finished_at = Column(SchoolTime, nullable=False)
    outcome = Column(String(20), nullable=False)
    """done, unchanged, stopped (too much would have been withdrawn), refused (a file could not be read)."""
    forced = Column(Boolean, nullable=False, default=False)
    new = Column(Integer, nullable=False, default=0)
    changed = Column(Integer, nullable=False, default=0)
    withdrawn = Column(Integer, nullable=False, default=0)
    unchanged = Column(Integer, nullable=False, default=0)

    issues = relationship("ImportIssue", order_by="ImportIssue.id", cascade="all, delete-orphan")


class ImportIssue(Base):
    """Something that a run could not take over, or took over with a doubt."""

    __tablename__ = "import_issue"

    id = Column(Integer, primary_key=True)
    run_id = Column(ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False, index=True)
    severity = Column(String(10), nullable=False)
    """error (left out) or warning (taken over)."""
    place = Column(Text, nullable=False)
    """File and line."""
    reason = Column(Text, nullable=False)


class Claim(Base):
    """What a source says of a row that another source, of higher rank, has published otherwise."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("table_name", "row_key", "origin", name="uq_claim_table_name_row_key_origin"),)

    id = Column(Integer, primary_key=True)
    table_name = Column(String(40), nullable=False)
    row_key = Column(String(200), nullable=False)
    origin = Column(String(20), nullable=False)
    source_code = Column(ForeignKey("source.code"), nullable=False)
    said = Column(JSON, nullable=False)
    """The columns that differ, with what this source says, as JSON."""
    as_of = Column(String(10))
    verified_on = Column(String(10), nullable=False)


class Correction(Base):
    """One change of one field by a member of staff."""

    __tablename__ = "correction"

    id = Column(Integer, primary_key=True)
    table_name = Column(String(40), nullable=False)
    row_key = Column(String(200), nullable=False)
    field = Column(String(40), nullable=False)
    old_value = Column(JSON)
    new_value = Column(JSON)
    source_code = Column(ForeignKey("source.code"), nullable=False)
    verified_on = Column(String(10), nullable=False)
    author = Column(String(200), nullable=False)
    made_at = Column(SchoolTime, nullable=False)
