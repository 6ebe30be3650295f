"""Where an answer takes its facts from: each kind of table of the database as a small source.

The tables of this package put them together per intent. A source yields the facts in the order in which they are told.
"""

import re
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Iterable, Iterator, Optional, Protocol, Sequence, Tuple

from actions.facts import in_language, tell_deadline
from actions.formatting import format_as_of, format_month_day
from actions.prices import tell_price
from actions.school_day import school_today
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.campus import find_campus_statements
from bot.mobility.contacts import contact_by_code
from bot.mobility.database import Session
from bot.mobility.deadlines import find_deadlines
from bot.mobility.holidays import find_public_holidays
from bot.mobility.housing import find_prices, find_residence_statements, residence_by_code
from bot.mobility.institution import find_institution_statements
from bot.mobility.procedures import find_procedure_statements, procedure_by_code, required_before
from bot.mobility.programmes import find_programme_statements
from bot.mobility.types import Contact, Price, ProcedureStatement, Provenance, Statement

ANYBODY = "any"
"""Audience of a statement that holds for every student."""
MOST_OF_RESIDENCES = 20
"""Statements and prices told of residences where none is named, of the most important ones first."""


@dataclass(frozen=True)
class Reader:
    """For whom an answer is: the language, and who the student is as far as that is known."""

    language: str
    nationality: Optional[str] = None
    """eu, non_eu or algeria."""
    stay: Optional[str] = None
    """exchange or degree."""


@dataclass(frozen=True)
class Fact:
    """One line of an answer, where it comes from, and for whom it holds."""

    line: str
    provenance: Provenance
    nationality: str = ANYBODY
    stay: str = ANYBODY
    url: Optional[str] = None
    """Address of the official service that the fact is about."""


class Source(Protocol):
    """Something that yields facts."""

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the facts for `reader`, in the order of telling."""


@dataclass(frozen=True)
class Procedure:
    """What is stated about a procedure, under some aspects in their order, or under all."""

    code: str
    aspects: Tuple[str, ...] = ()
    statements: Tuple[str, ...] = ()
    """Codes of the only statements wanted, where an aspect says more than the question asks."""
    only_for: Tuple[str, ...] = ()
    """Audiences whose own statements are wanted, without those that hold for everybody."""
    most: Optional[int] = None
    """How many of them are wanted, the first ones."""
    titled: bool = False
    """Whether each line names the procedure, where several stand in one answer."""

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the statements that hold for the reader."""
        procedure = procedure_by_code(session, code=self.code)
        if procedure is None:
            return
        for statement in islice(self._statements(session, reader), self.most):
            line = _tell_statement(statement, reader.language)
            if self.titled:
                name = in_language(procedure.name, reader.language)
                line = phrase("fact_of_procedure", reader.language, procedure=name, fact=line)
            yield Fact(line, statement.provenance, statement.nationality, statement.stay, procedure.url)

    def _statements(self, session: Session, reader: Reader) -> Iterator[ProcedureStatement]:
        each_aspect: Sequence[Tuple[str, ...]] = [(aspect,) for aspect in self.aspects] or [()]
        for aspects in each_aspect:
            found = find_procedure_statements(
                session, procedure=self.code, aspects=aspects, nationality=reader.nationality, stay=reader.stay
            )
            # The amount of this year counts most; steps and rules stay in their order.
            yield from filter(self._is_wanted, sorted(found, key=_year_of_amount, reverse=True))

    def _is_wanted(self, statement: ProcedureStatement) -> bool:
        is_named = not self.statements or statement.code in self.statements
        return is_named and (not self.only_for or bool({statement.nationality, statement.stay} & set(self.only_for)))


@dataclass(frozen=True)
class Before:
    """What has to be done before a procedure, and why."""

    code: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the procedures that come first; those that do not concern the reader are left out."""
        for requirement in required_before(session, procedure=self.code):
            procedure, reason = requirement.procedure, localised(requirement.reason, reader.language)
            concerned = find_procedure_statements(
                session, procedure=procedure.code, nationality=reader.nationality, stay=reader.stay
            )
            if reason and concerned:
                name = in_language(procedure.name, reader.language)
                line = phrase("fact_done_before", reader.language, procedure=name, reason=reason)
                yield Fact(line, requirement.provenance)


@dataclass(frozen=True)
class Campus:
    """What is stated about one aspect of life on the campus, or the first of it."""

    aspect: str
    most: Optional[int] = None

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the statements."""
        yield from _tell(find_campus_statements(session, aspect=self.aspect)[: self.most], reader)


@dataclass(frozen=True)
class Programme:
    """What is stated about a programme, under some aspects."""

    code: str
    aspects: Tuple[str, ...]

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the statements."""
        for aspect in self.aspects:
            yield from _tell(find_programme_statements(session, programme=self.code, aspect=aspect), reader)


@dataclass(frozen=True)
class School:
    """What is stated about one aspect of the school."""

    aspect: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the statements."""
        yield from _tell(find_institution_statements(session, aspect=self.aspect), reader)


@dataclass(frozen=True)
class Residences:
    """What is stated about one aspect of every residence."""

    aspect: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the statements, residence by residence."""
        yield from _tell(find_residence_statements(session, aspect=self.aspect, limit=MOST_OF_RESIDENCES), reader)


@dataclass(frozen=True)
class MonthlyPrices:
    """Prices of one kind by the month, of every residence."""

    kind: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the prices, with the residence that asks them."""
        for price in find_prices(session, kind=self.kind, period="month", limit=MOST_OF_RESIDENCES):
            yield Fact(_tell_price(session, price, reader.language), price.provenance)


@dataclass(frozen=True)
class Deadlines:
    """Deadlines on one subject, or only some of them."""

    subject: str
    codes: Tuple[str, ...] = ()

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the deadlines, each with its audience."""
        for deadline in find_deadlines(session, subject=self.subject):
            if not self.codes or deadline.code in self.codes:
                yield Fact(tell_deadline(deadline, reader.language), deadline.provenance)


@dataclass(frozen=True)
class DeadlinesOfProcedure:
    """Until when a procedure is to be done."""

    code: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the deadlines, each with its audience."""
        for deadline in find_deadlines(session, procedure=self.code):
            yield Fact(tell_deadline(deadline, reader.language), deadline.provenance)


@dataclass(frozen=True)
class Desk:
    """A desk that deals with the subject."""

    code: str

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield name, purpose and ways to reach it."""
        contact = contact_by_code(session, code=self.code)
        if contact is not None:
            yield Fact(_tell_contact(contact, reader.language), contact.provenance)


@dataclass(frozen=True)
class PublicHolidays:
    """The public holidays to come, a line for each year."""

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the years with their days."""
        coming = find_public_holidays(session, after=school_today())
        for year, holidays in groupby(coming, key=lambda holiday: holiday.date.year):
            days, language = list(holidays), reader.language
            told = [
                phrase(
                    "fact_holiday", language, name=in_language(day.name, language),
                    date=format_month_day(day.date.month, day.date.day, language),
                )
                for day in days
            ]
            line = phrase("fact_holidays_of_year", language, year=year, holidays=", ".join(told))
            yield Fact(line, days[0].provenance)


def _tell(statements: Iterable[Statement], reader: Reader) -> Iterator[Fact]:
    for statement in statements:
        yield Fact(in_language(statement.text, reader.language), statement.provenance)


def _year_of_amount(statement: ProcedureStatement) -> str:
    return statement.provenance.as_of or "" if statement.aspect == "cost" else ""


def _tell_statement(statement: ProcedureStatement, language: str) -> str:
    text, as_of = in_language(statement.text, language), statement.provenance.as_of
    told = re.findall(r"\d{4}", as_of) if as_of else [phrase("undated_page", language)]
    if not statement.amount or any(age in text for age in told):
        return text
    # An amount without its year is a trap: those of several years stand side by side.
    age = format_as_of(statement.provenance, language) if as_of else phrase("undated_page", language)
    return phrase("fact_of_year", language, fact=text.rstrip("."), as_of=age)


def _tell_price(session: Session, price: Price, language: str) -> str:
    residence = residence_by_code(session, code=price.residence)
    line = tell_price(price, language)
    if residence is None:
        return line
    return phrase("price_line_residence", language, residence=in_language(residence.name, language), line=line)


def _tell_contact(contact: Contact, language: str) -> str:
    parts = (localised(contact.purpose, language), contact.email, contact.phone, contact.address)
    details = ", ".join(part.rstrip(".") for part in parts if part)
    return phrase("contact_line", language, contact=in_language(contact.name, language), details=details)
