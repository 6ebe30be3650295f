"""Tables on other institutions: who they are, agreements with them, and what their feeds say. Part of models.py."""

import enum

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import relationship

from bot.mobility.columns import ExactNumber, Texts, Words
from bot.mobility.facts import ANY_LANGUAGE, NAMES, Base, Fact, choice


class AgreementKind(str, enum.Enum):
    """What has been agreed."""

    ERASMUS = "erasmus"
    """An inter-institutional agreement of Erasmus+."""
    BILATERAL = "bilateral"
    DOUBLE_DEGREE = "double_degree"
    FRAMEWORK = "framework"
    NETWORK = "network"
    """Membership of the same network of universities; no exchange places follow from it."""
    COOPERATION = "cooperation"
    SCHOLARSHIP = "scholarship"


class AgreementScope(str, enum.Enum):
    """Who has agreed on our side."""

    SCHOOL = "school"
    GROUP = "group"
    """The group of schools as a whole; what holds for this school may differ."""


class Mobility(str, enum.Enum):
    """Who moves, and what for."""

    STUDENT_STUDIES = "student_studies"
    STUDENT_TRAINEESHIP = "student_traineeship"
    STAFF_TEACHING = "staff_teaching"
    STAFF_TRAINING = "staff_training"


class Direction(str, enum.Enum):
    """Whether people come to this school or leave it."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class PartnerInstitution(Fact, Base):
    """A higher-education institution elsewhere.

    That it has a row does not make it a partner: agreements do. A full row and a row known by name only that bear the
    same Erasmus code or PIC are one institution.
    """

    __tablename__ = "partner_institution"

    code = Column(String(80), primary_key=True)
    """Our own key: most institutions outside Europe have none of the codes below."""
    hei_id = Column(String(64), index=True)
    """SCHAC, the only code that tells institutions apart everywhere ("polito.it")."""
    erasmus_code = Column(String(20), index=True)
    """In its official form, with the country's letters filled up to three characters: "I  TORINO02"."""
    pic = Column(String(9), index=True)
    oid = Column(String(20))
    name = Column(Texts, nullable=False, info=NAMES)
    """By language tag; "und" where the source names no language."""
    aliases = Column(Words, nullable=False, default=list)
    """Abbreviations, native and former names: a list of strings."""
    country = Column(String(2))
    """ISO 3166-1: "GR", "GB"."""
    city = Column(String(120))
    website = Column(Text)
    is_name_only = Column(Boolean, nullable=False, default=False)
    """True for a row of the Commission's list of charter holders: it says that the institution exists, nothing more."""


class Agreement(Fact, Base):
    """An agreement between this school, or its group, and one institution."""

    __tablename__ = "agreement"

    code = Column(String(80), primary_key=True)
    partner_code = Column(ForeignKey("partner_institution.code"), nullable=False, index=True)
    kind = Column(choice(AgreementKind), nullable=False)
    scope = Column(choice(AgreementScope), nullable=False)
    text = Column(Texts)
    """What the source says of it, in a sentence."""
    signed_on = Column(Date)
    first_year = Column(String(9))
    """First academic year that it covers, YYYY-YYYY; NULL where not stated."""
    last_year = Column(String(9))
    in_effect = Column(Boolean)
    iia_id = Column(String(64))

    partner = relationship(PartnerInstitution, lazy="joined")
    conditions = relationship("AgreementCondition", viewonly=True, order_by="AgreementCondition.code")


class AgreementCondition(Fact, Base):
    """One cooperation condition of an agreement: who may move, how many, in which field and at which level."""

    __tablename__ = "agreement_condition"
    __table_args__ = (CheckConstraint("places >= 0", name="places"),)

    code = Column(String(100), primary_key=True)
    agreement_code = Column(ForeignKey("agreement.code"), nullable=False, index=True)
    mobility = Column(choice(Mobility), nullable=False)
    direction = Column(choice(Direction), nullable=False)
    first_year = Column(String(9))
    last_year = Column(String(9))
    places = Column(Integer)
    """People a year; NULL where the agreement leaves it open."""
    months = Column(ExactNumber(7, 2))
    """Months a year, of all people together."""
    isced_codes = Column(Words, nullable=False, default=list)
    eqf_levels = Column(Words, nullable=False, default=list)
    """"6" is a bachelor, "7" a master, "8" a doctorate."""
    languages = Column(Words, nullable=False, default=list)
    """Recommended skills: "en B2", or "en" without a level."""
    blended = Column(Boolean)
    terms = Column(Text)
    """Other terms as the partners worded them, in the language they used."""


class InstitutionUnit(Fact, Base):
    """A faculty, department or office of an institution."""

    __tablename__ = "institution_unit"

    code = Column(String(150), primary_key=True)
    institution_code = Column(ForeignKey("partner_institution.code"), nullable=False, index=True)
    ounit_id = Column(String(64), nullable=False)
    ounit_code = Column(String(80), nullable=False)
    parent_id = Column(String(64))
    """`ounit_id` of the unit above; no reference, because that one may not have been sent."""
    name = Column(Texts, nullable=False, info=NAMES)
    abbreviation = Column(String(40))
    email = Column(String(200))
    phone = Column(String(40))
    website = Column(Text)


class FactsheetEntry(Fact, Base):
    """One fact of an institution's Mobility Factsheet: what it asks of students who come to it."""

    __tablename__ = "factsheet_entry"
    __table_args__ = (
        CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("day IS NULL OR day BETWEEN 1 AND 31", name="day"),
        CheckConstraint("(month IS NULL) = (day IS NULL)", name="month_day"),
        CheckConstraint("weeks >= 0", name="weeks"),
    )

    code = Column(String(150), primary_key=True)
    institution_code = Column(ForeignKey("partner_institution.code"), nullable=False, index=True)
    subject = Column(
        String(20),
        nullable=False,
        info={
            "choices": (
                "nomination", "application", "document", "decision", "transcript", "application_desk", "housing",
                "visa", "insurance", "accessibility", "other",
            )
        },
    )  # fmt: skip
    term = Column(String(10), info={"choices": ("autumn", "spring")})
    month = Column(Integer)
    """Month and day of a deadline: the standard gives no year."""
    day = Column(Integer)
    weeks = Column(Integer)
    title = Column(Text)
    """As the institution words it: the standard does not say in which language."""
    details = Column(Text)
    email = Column(String(200))
    phone = Column(String(40))
    urls = Column(Words, nullable=False, default=list)
    position = Column(Integer, nullable=False, default=0)

    institution = relationship(PartnerInstitution, lazy="joined")


class LearningOpportunity(Fact, Base):
    """A course, module or degree programme that a feed describes, with what is known apart from its dates."""

    __tablename__ = "learning_opportunity"
    __table_args__ = (
        CheckConstraint("ects >= 0", name="ects"),
        CheckConstraint("eqf_level BETWEEN 1 AND 8", name="eqf_level"),
    )

    code = Column(String(150), primary_key=True)
    institution_code = Column(ForeignKey("partner_institution.code"), nullable=False, index=True)
    los_id = Column(String(64), nullable=False)
    los_code = Column(String(80))
    kind = Column(String(40))
    """Degree Programme, Module, Course, Class, or what else the feed says."""
    ounit_id = Column(String(64))
    title = Column(Texts, nullable=False, info=NAMES)
    description = Column(Texts, info=NAMES)
    languages = Column(Words, nullable=False, default=list)
    """Languages of instruction, BCP 47."""
    ects = Column(ExactNumber(5, 2))
    hours = Column(ExactNumber(6, 1))
    isced_codes = Column(Words, nullable=False, default=list)
    eqf_level = Column(Integer)
    study_year = Column(Integer)
    terms = Column(Words, nullable=False, default=list)
    """"1/2" is the first of two terms."""
    open_to_exchange = Column(Boolean)
    url = Column(Text)
    parts = Column(Words, nullable=False, default=list)
    """`los_id` of what it is made of."""


class LearningOpportunityInstance(Fact, Base):
    """One delivery of a learning opportunity, with its dates."""

    __tablename__ = "learning_opportunity_instance"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    code = Column(String(150), primary_key=True)
    opportunity_code = Column(ForeignKey("learning_opportunity.code"), nullable=False, index=True)
    loi_id = Column(String(64), nullable=False)
    starts_on = Column(Date, nullable=False)
    ends_on = Column(Date, nullable=False)
    academic_term = Column(String(20))
    """YYYY/YYYY-n/N: "2026/2027-1/2" is the autumn semester."""
    language = Column(String(20))
    ects = Column(ExactNumber(5, 2))
    hours = Column(ExactNumber(6, 1))
    grading = Column(Texts, info={**ANY_LANGUAGE, **NAMES})
