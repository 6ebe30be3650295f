"""What all tables of the mobility database share: names of constraints, statuses, the provenance of a fact."""

import enum
from typing import Any

from sqlalchemy import Column, Date, Enum, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.orm import declarative_base, declarative_mixin, declared_attr, relationship

from bot.mobility.columns import Texts

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Base: Any = declarative_base(metadata=metadata)


ANY_LANGUAGE = {"any_language": True}
"""Marks a column of texts that need not be in every language: the catalogue has no English titles."""
NAMES = {"any_language": True, "other_languages": True}
"""Marks a column of texts by any language tag, as feeds give them; "und" stands for a language that is not named."""


class Status(str, enum.Enum):
    """Whether a row may be told."""

    PUBLISHED = "published"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    SAMPLE = "sample"
    """Invented so that a feature can be seen; every answer that uses one says so."""


class Confidence(str, enum.Enum):
    """What kind of source states a fact; the order is the rank when two disagree."""

    STAFF = "staff"
    OFFICIAL = "official"
    OFFICIAL_COPY = "official_copy"
    PUBLIC_BODY = "public_body"
    PRESS = "press"
    THIRD_PARTY = "third_party"


def choice(kind: Any) -> Enum:
    """Return the column type whose values are those of the enumeration `kind`."""
    # Text with a check constraint instead of a native type: the same on SQLite and PostgreSQL, and easy to extend.
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


@declarative_mixin
class Withdrawable:
    """A row that is withdrawn, never deleted."""

    status = Column(choice(Status), nullable=False, default=Status.PUBLISHED)


class Source(Withdrawable, Base):
    """A page or document that states facts."""

    __tablename__ = "source"

    code = Column(String(80), primary_key=True)
    title = Column(Texts, nullable=False)
    url = Column(Text)
    confidence = Column(choice(Confidence), nullable=False)
    origin = Column(String(20), nullable=False, default="files", server_default="files")
    """How its facts come in: files (data/mobility/), staff (a correction), or the name of an importer."""


@declarative_mixin
class Fact(Withdrawable):
    """The provenance that every fact row bears."""

    as_of = Column(String(10))
    """What the source speaks of: YYYY, YYYY-MM, YYYY-MM-DD or the years YYYY-YYYY; NULL: an undated page."""
    verified_on = Column(String(10), nullable=False)
    """When the source was last read: YYYY-MM or YYYY-MM-DD."""
    valid_from = Column(Date)
    valid_until = Column(Date)

    @declared_attr
    def source_code(cls) -> Any:  # noqa: N805
        """The source that states the fact."""
        return Column(String(80), ForeignKey("source.code"), nullable=False)

    @declared_attr
    def source(cls) -> Any:  # noqa: N805
        """The source that states the fact."""
        return relationship(Source, lazy="joined")


@declarative_mixin
class Statement(Fact):
    """A fact that is a short text about one aspect of something."""

    code = Column(String(80), primary_key=True)
    aspect = Column(String(40), nullable=False, index=True)
    text = Column(Texts, nullable=False)
    position = Column(Integer, nullable=False, default=0)
    """Order among the statements of one aspect."""
