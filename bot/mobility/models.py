"""Tables of the mobility database.

One row is one fact as small as it can be, and every fact row bears its provenance (`Fact`). Unknown is NULL, never a
guess. Texts in several languages are one JSON column `{"en": ..., "fr": ...}`. Names follow the mobility standards:
`hei_id` (SCHAC), Erasmus code, PIC, ISCED-F, ECTS.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import relationship

from bot.mobility.article_models import Article as Article
from bot.mobility.article_models import ArticleVersion as ArticleVersion
from bot.mobility.columns import ExactNumber, SchoolTime, Texts, Words
from bot.mobility.course_index_tables import COURSE_SEARCH as COURSE_SEARCH
from bot.mobility.facts import ANY_LANGUAGE, Base, Fact, Statement, Withdrawable, metadata
from bot.mobility.facts import Confidence as Confidence
from bot.mobility.facts import Source as Source
from bot.mobility.facts import Status as Status
from bot.mobility.housing_models import HousingProvider as HousingProvider
from bot.mobility.housing_models import Residence as Residence
from bot.mobility.housing_models import ResidencePrice as ResidencePrice
from bot.mobility.housing_models import ResidenceStatement as ResidenceStatement
from bot.mobility.housing_models import RoomType as RoomType
from bot.mobility.import_models import Claim as Claim
from bot.mobility.import_models import Correction as Correction
from bot.mobility.import_models import ImportIssue as ImportIssue
from bot.mobility.import_models import ImportRun as ImportRun
from bot.mobility.partner_models import Agreement as Agreement
from bot.mobility.partner_models import AgreementCondition as AgreementCondition
from bot.mobility.partner_models import FactsheetEntry as FactsheetEntry
from bot.mobility.partner_models import InstitutionUnit as InstitutionUnit
from bot.mobility.partner_models import LearningOpportunity as LearningOpportunity
from bot.mobility.partner_models import LearningOpportunityInstance as LearningOpportunityInstance
from bot.mobility.partner_models import PartnerInstitution as PartnerInstitution
from bot.mobility.procedure_models import CampusStatement as CampusStatement
from bot.mobility.procedure_models import Procedure as Procedure
from bot.mobility.procedure_models import ProcedureDependency as ProcedureDependency
from bot.mobility.procedure_models import ProcedureStatement as ProcedureStatement
from bot.mobility.procedure_models import PublicHoliday as PublicHoliday
from bot.mobility.procedure_models import procedure_deadline as procedure_deadline


class Institution(Fact, Base):
    """A higher-education institution; the first one is the school itself."""

    __tablename__ = "institution"

    hei_id = Column(String(120), primary_key=True)
    name = Column(Texts, nullable=False)
    is_home = Column(Boolean, nullable=False, default=False)
    """True for the one school that the assistant speaks for."""


class InstitutionIdentifier(Fact, Base):
    """One code of an institution in one scheme (erasmus, pic, schac, eche, ror, uai, eter, deqar, vat, whed)."""

    __tablename__ = "institution_identifier"

    hei_id = Column(ForeignKey("institution.hei_id"), primary_key=True)
    scheme = Column(String(20), primary_key=True)
    value = Column(String(120), nullable=False)


class InstitutionStatement(Statement, Base):
    """A short text about the institution (name, status, history, location, network, label, role, strategy ...)."""

    __tablename__ = "institution_statement"

    hei_id = Column(ForeignKey("institution.hei_id"), nullable=False)


class PublishedFigure(Fact, Base):
    """A figure that a page states. A claim with a source, never replaced by a count of rows.

    Two sources may state the same `figure` differently: both rows stay, `position` 0 is told first.
    """

    __tablename__ = "published_figure"

    code = Column(String(80), primary_key=True)
    figure = Column(String(40), nullable=False, index=True)
    """What is counted: double_degrees, partners, mobility_students, internships, ..."""
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    """Other words for what is counted ("partner universities"), in any language: a list of strings."""
    value = Column(ExactNumber(12, 2), nullable=False)
    at_least = Column(Boolean, nullable=False, default=False)
    """True for "more than ..."."""
    unit = Column(String(20))
    position = Column(Integer, nullable=False, default=0)


class Department(Fact, Base):
    """A department or speciality with courses in the catalogue."""

    __tablename__ = "department"

    code = Column(String(20), primary_key=True)
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    """Former names, abbreviations and what students call it, in any language: a list of strings."""
    is_apprenticeship = Column(Boolean, nullable=False, default=False)


class Contact(Fact, Base):
    """A desk, office or number; never a person."""

    __tablename__ = "contact"

    code = Column(String(40), primary_key=True)
    name = Column(Texts, nullable=False)
    purpose = Column(Texts)
    aliases = Column(Words, nullable=False, default=list)
    email = Column(String(200))
    phone = Column(String(40))
    address = Column(Text)
    opening_hours = Column(Texts)
    is_school = Column(Boolean, nullable=False, default=True)
    """False for desks of other bodies (emergency numbers, transport, another university)."""


class OpeningPeriod(Fact, Base):
    """When a desk is open on one day of the week, in the time of the campus; two rows where it closes at noon."""

    __tablename__ = "opening_period"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("opens LIKE '__:__' AND closes LIKE '__:__' AND opens < closes", name="hours"),
    )

    code = Column(String(60), primary_key=True)
    contact_code = Column(ForeignKey("contact.code"), nullable=False, index=True)
    weekday = Column(Integer, nullable=False)
    """1 for Monday, 7 for Sunday."""
    opens = Column(String(5), nullable=False)
    """HH:MM."""
    closes = Column(String(5), nullable=False)


class AcademicTerm(Fact, Base):
    """A period of study that students apply for; dates are NULL while no source states them."""

    __tablename__ = "academic_term"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on < ends_on", name="order"),)

    code = Column(String(20), primary_key=True)
    """autumn, spring or year."""
    name = Column(Texts, nullable=False)
    starts_on = Column(Date)
    ends_on = Column(Date)


class Deadline(Fact, Base):
    """A date until or from which something can be done: a date, a month and day without a year, or a rule in words."""

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("day IS NULL OR day BETWEEN 1 AND 31", name="day"),
        CheckConstraint("(month IS NULL) = (day IS NULL)", name="month_day"),
    )

    code = Column(String(40), primary_key=True)
    subject = Column(String(40), nullable=False, index=True)
    """What it is about: exchange_application, nomination, visa_validation, housing_aid ..."""
    name = Column(Texts, nullable=False)
    audience = Column(Texts)
    rule = Column(Texts)
    """The rule in words where it is no calendar date ("within 3 months of arrival")."""
    date = Column(Date)
    month = Column(Integer)
    day = Column(Integer)
    inclusive = Column(Boolean)
    """False for "before", True for "until ... included", NULL where the source does not say."""
    months_after = Column(Integer)
    """Where the rule counts from the arrival in France: the number of months."""


deadline_term = Table(
    "deadline_term",
    metadata,
    Column("deadline_code", ForeignKey("deadline.code"), primary_key=True),
    Column("term_code", ForeignKey("academic_term.code"), primary_key=True),
)
Deadline.terms = relationship(AcademicTerm, secondary=deadline_term, order_by=AcademicTerm.code)


class Programme(Fact, Base):
    """Something a student can take part in: Welcome Programme, Summer School, exchange, double degree ..."""

    __tablename__ = "programme"

    code = Column(String(40), primary_key=True)
    kind = Column(String(40), nullable=False)
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    contact_code = Column(ForeignKey("contact.code"))

    contact = relationship(Contact)


class ProgrammeStatement(Statement, Base):
    """A short text about a programme (overview, eligibility, registration, content, price ...)."""

    __tablename__ = "programme_statement"

    programme_code = Column(ForeignKey("programme.code"), nullable=False, index=True)


class ProgrammeEdition(Fact, Base):
    """One session of a programme."""

    __tablename__ = "programme_edition"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="order"),)

    code = Column(String(60), primary_key=True)
    programme_code = Column(ForeignKey("programme.code"), nullable=False, index=True)
    name = Column(Texts, nullable=False)
    starts_on = Column(Date, nullable=False)
    ends_on = Column(Date)
    registration_opens_on = Column(Date)
    registration_closes_on = Column(Date)
    registration_url = Column(Text)
    price = Column(ExactNumber(8, 2))
    currency = Column(String(3))
    place = Column(Texts)

    programme = relationship(Programme)
    events = relationship("ProgrammeEvent", order_by="ProgrammeEvent.starts_at", viewonly=True)


class ProgrammeEvent(Fact, Base):
    """A dated event of an edition."""

    __tablename__ = "programme_event"

    code = Column(String(80), primary_key=True)
    edition_code = Column(ForeignKey("programme_edition.code"), nullable=False, index=True)
    name = Column(Texts, nullable=False)
    starts_at = Column(SchoolTime, nullable=False)
    ends_at = Column(SchoolTime)
    place = Column(Texts)


course_teaching_unit = Table(
    "course_teaching_unit",
    metadata,
    Column("course_code", ForeignKey("course.code"), primary_key=True),
    Column("teaching_unit_id", ForeignKey("teaching_unit.id"), primary_key=True, index=True),
)


class TeachingUnit(Fact, Base):
    """A teaching unit (UE): what bears ECTS. The catalogue uses some codes in two departments."""

    __tablename__ = "teaching_unit"
    __table_args__ = (
        UniqueConstraint("code", "department_code", "semester", name="uq_teaching_unit_code_department_semester"),
        CheckConstraint("semester BETWEEN 1 AND 10", name="semester"),
    )

    id = Column(Integer, primary_key=True)
    code = Column(String(40), nullable=False, index=True)
    title = Column(Texts, nullable=False, info=ANY_LANGUAGE)
    department_code = Column(ForeignKey("department.code"), nullable=False)
    semester = Column(Integer, nullable=False)
    ects = Column(ExactNumber(4, 1))
    search_title = Column(Text, nullable=False)
    """The titles as they are searched: see bot/mobility/normalisation.py."""

    department = relationship(Department, lazy="joined")


class Course(Fact, Base):
    """A course of the catalogue; ECTS are stated for its teaching units only."""

    __tablename__ = "course"

    code = Column(String(40), primary_key=True)
    title = Column(Texts, nullable=False, info=ANY_LANGUAGE)
    language = Column(String(2), nullable=False)
    """Language of instruction as the catalogue flags it; a lower bound for English."""
    hours = Column(ExactNumber(6, 1))
    search_title = Column(Text, nullable=False)
    """The titles as they are searched: see bot/mobility/normalisation.py."""

    teaching_units = relationship(TeachingUnit, secondary=course_teaching_unit)
    offers = relationship("CourseOffer", viewonly=True)


class CourseOffer(Base):
    """That a course stands in the programme of a department in a semester."""

    __tablename__ = "course_offer"
    __table_args__ = (
        CheckConstraint("semester BETWEEN 1 AND 10", name="semester"),
        Index("ix_course_offer_department_code_semester", "department_code", "semester"),
    )

    course_code = Column(ForeignKey("course.code"), primary_key=True)
    department_code = Column(ForeignKey("department.code"), primary_key=True)
    semester = Column(Integer, primary_key=True)

    department = relationship(Department, lazy="joined")


class CourseSlot(Fact, Base):
    """A time of the week at which a course is taught; the dates bound it where it is not taught all semester long."""

    __tablename__ = "course_slot"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("starts_at LIKE '__:__' AND ends_at LIKE '__:__' AND starts_at < ends_at", name="times"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="dates"),
    )

    code = Column(String(80), primary_key=True)
    course_code = Column(ForeignKey("course.code"), nullable=False, index=True)
    weekday = Column(Integer, nullable=False)
    """1 is Monday."""
    starts_at = Column(String(5), nullable=False)
    """HH:MM, the time of the campus."""
    ends_at = Column(String(5), nullable=False)
    starts_on = Column(Date)
    ends_on = Column(Date)
    place = Column(Text)


class Subject(Withdrawable, Base):
    """A field of knowledge that students name, and the word stems by which course titles show it."""

    __tablename__ = "subject"

    code = Column(String(40), primary_key=True)
    name = Column(Texts, nullable=False)
    aliases = Column(Words, nullable=False, default=list)
    """Words of students, in any language: a list of strings."""
    stems = Column(Words, nullable=False)
    """Beginnings of title words, lower case, without accents: a list of strings; any one is a match."""


class DataLoad(Base):
    """One run of `python -m bot data load`; the newest digest tells the readers that names have changed."""

    __tablename__ = "data_load"

    id = Column(Integer, primary_key=True)
    loaded_at = Column(SchoolTime, nullable=False)
    digest = Column(String(64), nullable=False)
    with_samples = Column(Boolean, nullable=False)
    wrong_records = Column(Integer, nullable=False, default=0)
    """While records are wrong the next run reports them again, even when the files have not changed."""
