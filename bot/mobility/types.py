"""What the queries return: frozen records without a database behind them. Texts stay in every language (`Texts`)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Mapping, Optional, Tuple

Texts = Mapping[str, str]
"""A text by language code."""


@dataclass(frozen=True)
class Provenance:
    """Where a fact comes from and how old it is."""

    title: Texts
    url: Optional[str]
    as_of: Optional[str]
    """YYYY, YYYY-MM, YYYY-MM-DD, YYYY-YYYY, or None for an undated page."""
    verified_on: str
    confidence: str
    sample: bool
    kind: str = ""
    """Table of the fact, which decides how long it stays fresh."""
    valid_until: Optional[dt.date] = None
    """Last day on which the fact holds, where the source states one."""


@dataclass(frozen=True)
class Institution:
    """A higher-education institution."""

    hei_id: str
    name: Texts
    provenance: Provenance


@dataclass(frozen=True)
class Identifier:
    """One code of an institution in one scheme (erasmus, pic, schac ...)."""

    hei_id: str
    scheme: str
    value: str
    provenance: Provenance


@dataclass(frozen=True)
class Statement:
    """A short text about one aspect of something."""

    aspect: str
    text: Texts
    provenance: Provenance


@dataclass(frozen=True)
class Figure:
    """A published figure."""

    figure: str
    name: Texts
    value: Decimal
    at_least: bool
    unit: Optional[str]
    provenance: Provenance


@dataclass(frozen=True)
class Department:
    """A department."""

    code: str
    name: Texts
    is_apprenticeship: bool
    provenance: Provenance


@dataclass(frozen=True)
class Contact:
    """A desk, office or number."""

    code: str
    name: Texts
    purpose: Optional[Texts]
    email: Optional[str]
    phone: Optional[str]
    address: Optional[str]
    opening_hours: Optional[Texts]
    """In words, where no source gives them day by day."""
    is_school: bool
    provenance: Provenance


@dataclass(frozen=True)
class Deadline:
    """A date, a month and day without a year, or a rule in words."""

    code: str
    subject: str
    name: Texts
    audience: Optional[Texts]
    rule: Optional[Texts]
    date: Optional[dt.date]
    month: Optional[int]
    day: Optional[int]
    inclusive: Optional[bool]
    terms: Tuple[str, ...]
    provenance: Provenance
    months_after: Optional[int] = None
    """How many months after the arrival, where the rule counts from it."""


@dataclass(frozen=True)
class Event:
    """A dated event of an edition; times are aware."""

    code: str
    name: Texts
    starts_at: dt.datetime
    ends_at: Optional[dt.datetime]
    place: Optional[Texts]
    provenance: Provenance


@dataclass(frozen=True)
class Edition:
    """One session of a programme."""

    code: str
    name: Texts
    starts_on: dt.date
    ends_on: Optional[dt.date]
    registration_opens_on: Optional[dt.date]
    registration_closes_on: Optional[dt.date]
    registration_url: Optional[str]
    price: Optional[Decimal]
    currency: Optional[str]
    place: Optional[Texts]
    events: Tuple[Event, ...]
    provenance: Provenance


@dataclass(frozen=True)
class Programme:
    """Something a student can take part in."""

    code: str
    kind: str
    name: Texts
    contact: Optional[Contact]
    provenance: Provenance


@dataclass(frozen=True)
class Price:
    """One price of a residence."""

    residence: str
    kind: str
    amount_min: Decimal
    amount_max: Optional[Decimal]
    currency: str
    period: str
    room_type: Optional[Texts]
    note: Optional[Texts]
    provenance: Provenance


@dataclass(frozen=True)
class RoomType:
    """A kind of room of a residence."""

    code: str
    residence: str
    name: Texts
    size_m2: Optional[Decimal]
    rooms: Optional[int]
    provenance: Provenance


@dataclass(frozen=True)
class Residence:
    """A residence, or a group of residences described as one."""

    code: str
    name: Texts
    provider: Texts
    provider_code: str
    area: Optional[Texts]
    capacity: Optional[int]
    is_group: bool
    contact: Optional[Contact]
    provenance: Provenance


@dataclass(frozen=True)
class ResidenceCriteria:
    """What a student searches a place to live by; None means any."""

    provider: Optional[str] = None
    room_kind: Optional[str] = None
    least_rent: Optional[Decimal] = None
    most_rent: Optional[Decimal] = None
    rent_period: str = "month"
    """month, week, night."""

    @property
    def is_priced(self) -> bool:
        """Whether only residences that state a rent can fulfil them."""
        return self.least_rent is not None or self.most_rent is not None or self.rent_period != "month"


@dataclass(frozen=True)
class ResidenceHits:
    """A page of a search for residences."""

    total: int
    residences: Tuple[Residence, ...]
    unpriced: int
    """How many more fulfil all criteria but state no rent."""


@dataclass(frozen=True)
class OpeningPeriod:
    """When a desk is open on one day of the week."""

    weekday: int
    """1 for Monday, 7 for Sunday."""
    opens: str
    closes: str
    provenance: Provenance


@dataclass(frozen=True)
class Procedure:
    """Something a student has to do or to settle, with an office or not."""

    code: str
    topic: str
    """One of bot/topics.py."""
    name: Texts
    contact: Optional[Contact]
    url: Optional[str]
    """Address of the official service."""
    provenance: Provenance


@dataclass(frozen=True)
class ProcedureStatement(Statement):
    """A step, document, cost, deadline, rule or note of a procedure."""

    code: str
    procedure: str
    nationality: str
    """Who is meant: any, eu, non_eu, other_non_eu (non-EU but not Algerian), algeria."""
    stay: str
    """Who is meant: any, exchange, degree."""
    amount: Optional[Decimal]
    """The sum of money that the text states, or the lower end of a range."""
    amount_max: Optional[Decimal]
    currency: Optional[str]
    period: Optional[str]
    """What the amount is for: once, month, year, meal."""


@dataclass(frozen=True)
class Requirement:
    """A procedure that comes before another one."""

    procedure: Procedure
    """What has to be done first."""
    reason: Optional[Texts]
    provenance: Provenance


@dataclass(frozen=True)
class FactsheetEntry:
    """One fact of a Mobility Factsheet."""

    subject: str
    """nomination, application, document, decision, transcript, application_desk, housing, visa, insurance ..."""
    term: Optional[str]
    """autumn or spring, of a deadline."""
    month: Optional[int]
    day: Optional[int]
    weeks: Optional[int]
    title: Optional[str]
    details: Optional[str]
    email: Optional[str]
    phone: Optional[str]
    urls: Tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class Factsheet:
    """What one institution's Mobility Factsheet says on a subject."""

    institution: str
    """Code of its row."""
    name: Texts
    names: Tuple[str, ...]
    """What students may call the institution."""
    is_home: bool
    """Whether it is the factsheet of the school itself."""
    entries: Tuple[FactsheetEntry, ...]


@dataclass(frozen=True)
class PublicHoliday:
    """A day off in all of France."""

    date: dt.date
    name: Texts
    provenance: Provenance


@dataclass(frozen=True)
class TeachingUnit:
    """A teaching unit; `ects` None where the catalogue states none."""

    code: str
    title: Texts
    department: str
    semester: int
    ects: Optional[Decimal]
    provenance: Provenance


@dataclass(frozen=True)
class Course:
    """A course, with every department and semester it stands in and its teaching units."""

    code: str
    title: Texts
    language: str
    hours: Optional[Decimal]
    departments: Tuple[str, ...]
    semesters: Tuple[int, ...]
    teaching_units: Tuple[TeachingUnit, ...]
    provenance: Provenance


@dataclass(frozen=True)
class CourseCriteria:
    """What a student searches by; None or empty means any."""

    department: Optional[str] = None
    semesters: Tuple[int, ...] = ()
    language: Optional[str] = None
    subject: Optional[str] = None
    keywords: Tuple[str, ...] = ()
    """Words that the title shall show, compared without accents and case, by their beginnings."""


@dataclass(frozen=True)
class CourseHits:
    """What a course search found, and a page of it."""

    total: int
    courses: Tuple[Course, ...]
    by_department: Mapping[str, int]
    """How many of all the hits stand in each department; with a department searched for, only that one."""
    by_semester: Mapping[int, int]
    by_language: Mapping[str, int]
    codes: Tuple[str, ...] = ()
    """Of all the courses found, in their order."""


@dataclass(frozen=True)
class NearestCriteria:
    """A search without hits, less one criterion, that has some."""

    dropped: str
    """Name of the field of CourseCriteria that was left out."""
    criteria: CourseCriteria
    total: int


@dataclass(frozen=True)
class NamedRow:
    """A name by which a row of the database may be called, for the gazetteer and for name search."""

    kind: str
    """Entity name: department, programme, residence, figure, contact, procedure, subject, course, teaching_unit."""
    code: str
    name: str


@dataclass(frozen=True)
class NameMatch:
    """A row whose name resembles what was written; `score` from 0 to 100."""

    kind: str
    code: str
    name: str
    score: float
