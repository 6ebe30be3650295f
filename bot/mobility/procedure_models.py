"""Tables on living in France as a student: procedures, life on the campus, public holidays. Part of models.py."""

import enum

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text
from sqlalchemy.orm import relationship

from bot.mobility.columns import ExactNumber, Texts, Words
from bot.mobility.facts import Base, Fact, Statement, choice, metadata
from bot.topics import TOPICS


class Aspect(str, enum.Enum):
    """What a statement says of its procedure; the order is that of telling."""

    STEP = "step"
    DOCUMENT = "document"
    COST = "cost"
    DEADLINE = "deadline"
    RULE = "rule"
    """Who has to, who need not, what is allowed."""
    NOTE = "note"


class Nationality(str, enum.Enum):
    """For whom a statement holds, by passport; eu means the EU, the EEA and Switzerland."""

    ANY = "any"
    EU = "eu"
    NON_EU = "non_eu"
    """Algerians included."""
    OTHER_NON_EU = "other_non_eu"
    """Non-EU but not Algerian: for visas, permits and work Algerians have rules of their own."""
    ALGERIA = "algeria"


class Stay(str, enum.Enum):
    """For whom a statement holds, by kind of stay."""

    ANY = "any"
    EXCHANGE = "exchange"
    DEGREE = "degree"
    """Double degrees included."""


PHASES = ("application", "before_departure", "arrival", "settling_in", "later")
"""When a student deals with a procedure, in this order."""


class Procedure(Fact, Base):
    """Something a student has to do or to settle: visa, CVEC, social security, bank account ..."""

    __tablename__ = "procedure"

    code = Column(String(40), primary_key=True)
    topic = Column(String(40), nullable=False, index=True, info={"choices": TOPICS})
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    """Abbreviations and what students call it, in any language: a list of strings."""
    contact_code = Column(ForeignKey("contact.code"))
    url = Column(Text)
    """Address of the official service, where there is one."""
    position = Column(Integer, nullable=False, default=0)
    """Order in which a student comes across them."""
    phase = Column(String(20), info={"choices": PHASES})
    """When it is dealt with; NULL: no step of a plan."""
    is_optional = Column(Boolean, nullable=False, default=False)
    """True where not every student that it holds for needs it."""
    done_words = Column(Words, nullable=False, default=list)
    """Words by which a student says that it is done ("my visa", "enrolled"), in any language."""

    contact = relationship("Contact")
    deadlines = relationship("Deadline", secondary="procedure_deadline", viewonly=True)


procedure_deadline = Table(
    "procedure_deadline",
    metadata,
    Column("procedure_code", ForeignKey("procedure.code"), primary_key=True),
    Column("deadline_code", ForeignKey("deadline.code"), primary_key=True),
)
"""Until when a procedure is to be done."""


class ProcedureStatement(Statement, Base):
    """A short text about one aspect of a procedure. One amount is one row, with its year in `as_of`."""

    __tablename__ = "procedure_statement"
    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="currency"),
        CheckConstraint("(amount IS NULL) = (period IS NULL)", name="period"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("amount_max IS NULL OR amount_max >= amount", name="range"),
    )

    procedure_code = Column(ForeignKey("procedure.code"), nullable=False, index=True)
    aspect = Column(choice(Aspect), nullable=False)
    nationality = Column(choice(Nationality), nullable=False, default=Nationality.ANY)
    stay = Column(choice(Stay), nullable=False, default=Stay.ANY)
    amount = Column(ExactNumber(8, 2))
    """A sum of money; the lower end where the source states a range."""
    amount_max = Column(ExactNumber(8, 2))
    currency = Column(String(3))
    period = Column(String(20))
    """once, month, year, meal."""


class ProcedureDependency(Fact, Base):
    """That a procedure needs what another one gives."""

    __tablename__ = "procedure_dependency"
    __table_args__ = (CheckConstraint("procedure_code <> requires_code", name="order"),)

    procedure_code = Column(ForeignKey("procedure.code"), primary_key=True)
    requires_code = Column(ForeignKey("procedure.code"), primary_key=True)
    reason = Column(Texts)

    requires = relationship(Procedure, foreign_keys=requires_code)


class CampusStatement(Statement, Base):
    """A short text about life on and around the campus (sport, arts, library, digital, food, associations ...)."""

    __tablename__ = "campus_statement"


class PublicHoliday(Fact, Base):
    """A day off in all of France."""

    __tablename__ = "public_holiday"

    date = Column(Date, primary_key=True)
    name = Column(Texts, nullable=False)
