"""Looks for facts that cannot be right, have grown old, or must be renewed for the next intake."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility import models
from bot.mobility.columns import SCHOOL_TIME, Texts
from bot.mobility.loading.claims import find_conflicts, key_columns, key_text
from bot.mobility.loading.loader import LOADED_TABLES
from bot.mobility.partial_dates import ACADEMIC_YEAR_MONTH, academic_year_start, last_day

WRONG, DOUBTFUL, OLD, RENEW = "wrong", "doubtful", "old", "renew"
"""What a finding asks for: repair it, look at it, read its source again, set it for the next intake."""

DAYS_BETWEEN_READINGS: Mapping[str, int] = {
    **dict.fromkeys(("residence_price", "room_type"), 60),
    **dict.fromkeys(("deadline", "factsheet_entry", "contact", "academic_term", "programme_edition"), 180),
    **dict.fromkeys(("procedure", "procedure_statement", "procedure_dependency"), 90),
    **dict.fromkeys(("agreement", "agreement_condition"), 365),
}
"""After how many days somebody should read the source again, by table; other tables follow the freshness of answers."""

RENT_FROM, RENT_TO = 100, 2000
"""Euros a month between which the rents of student rooms lie; outside, a digit is missing or too many."""

_TOLD = (models.Status.PUBLISHED, models.Status.SAMPLE)
Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Finding:
    """Something to look after."""

    kind: str
    """wrong, doubtful, old or renew."""
    place: str
    """Table and key of the row."""
    reason: str


def check(session: Session, today: Optional[dt.date] = None) -> List[Finding]:
    """Return all findings, the wrong ones first."""
    today = today or dt.datetime.now(SCHOOL_TIME).date()
    rows = {
        name: [dict(row) for row in session.execute(select(table).where(table.c.status.in_(_TOLD))).mappings()]
        for name, table in LOADED_TABLES.items()
    }
    findings: List[Finding] = []
    for look in _LOOKS:
        findings += look(rows, today)
    for conflict in find_conflicts(session, LOADED_TABLES):
        fields = ", ".join(f"{name} {value!r}" for name, value in conflict.said.items())
        findings.append(
            Finding(DOUBTFUL, f"{conflict.table} {conflict.key}", f"{conflict.source_code} says otherwise: {fields}")
        )
    findings += _school_deadlines(session)
    order = (WRONG, DOUBTFUL, OLD, RENEW)
    return sorted(findings, key=lambda finding: (order.index(finding.kind), finding.place))


def _dangling(rows: Rows, today: dt.date) -> Iterator[Finding]:
    """Told rows that refer to rows which are not told: their answers lack a part."""
    told = {name: {row[key] for row in found for key in row if key == "code"} for name, found in rows.items()}
    told["institution"] = {row["hei_id"] for row in rows["institution"]}
    for name, found in rows.items():
        references = [
            (column.name, next(iter(column.foreign_keys)).column.table.name)
            for column in LOADED_TABLES[name].columns
            if column.foreign_keys
        ]
        for row in found:
            for column, target in references:
                if target in told and row[column] is not None and row[column] not in told[target]:
                    yield Finding(WRONG, _place(name, row), f"names the {target} {row[column]}, which is not told")


def _prices(rows: Rows, today: dt.date) -> Iterator[Finding]:
    for row in rows["residence_price"]:
        most = row["amount_max"] or row["amount_min"]
        if row["kind"] == "rent" and row["period"] == "month" and not RENT_FROM <= row["amount_min"] <= most <= RENT_TO:
            yield Finding(
                WRONG, _place("residence_price", row),
                f"a rent of {row['amount_min']} to {most} {row['currency']} a month is out of range "
                f"({RENT_FROM} to {RENT_TO})",
            )  # fmt: skip


def _order_of_deadlines(rows: Rows, today: dt.date) -> Iterator[Finding]:
    """Applications that close before the nominations that they need."""
    dates: Dict[Tuple[str, str], Dict[str, Row]] = {}
    for row in rows["factsheet_entry"]:
        if row["month"] is not None:
            dates.setdefault((row["institution_code"], row["term"] or ""), {})[row["subject"]] = row
    for (institution, term), found in sorted(dates.items()):
        nomination, application = found.get("nomination"), found.get("application")
        if nomination and application and _month_day(application) < _month_day(nomination):
            yield Finding(
                DOUBTFUL, _place("factsheet_entry", application),
                f"{institution}, {term}: applications close on {_shown(application)}, "
                f"before nominations on {_shown(nomination)}",
            )  # fmt: skip


def _school_deadlines(session: Session) -> Iterator[Finding]:
    """The same of the school's own deadlines, term by term."""
    model = models.Deadline
    query = select(model).where(model.status.in_(_TOLD), model.subject.in_(("nomination", "exchange_application")))
    days: Dict[str, Dict[str, models.Deadline]] = {}
    for row in session.scalars(query):
        if row.date is not None or row.month is not None:
            for term in row.terms:
                days.setdefault(term.code, {})[row.subject] = row
    for term, found in sorted(days.items()):
        nomination, application = found.get("nomination"), found.get("exchange_application")
        if nomination and application and _comparable(application) < _comparable(nomination):
            reason = f"{term}: applications close before the nominations of {nomination.code}"
            yield Finding(DOUBTFUL, f"deadline {application.code}", reason)


def _comparable(row: models.Deadline) -> Tuple[int, int]:
    return (row.date.month, row.date.day) if row.date else (row.month, row.day)


def _terms(rows: Rows, today: dt.date) -> Iterator[Finding]:
    for row in rows["academic_term"]:
        yield from _outside_year("academic_term", row, row["starts_on"], row["ends_on"])
    for row in rows["learning_opportunity_instance"]:
        years = (row["academic_term"] or "")[:9].split("/")
        began = academic_year_start(row["starts_on"] + _EARLY_START)
        if len(years) == 2 and not int(years[0]) <= began <= int(years[1]):
            place = _place("learning_opportunity_instance", row)
            reason = f"begins on {row['starts_on']}, outside of its academic year {row['academic_term'][:9]}"
            yield Finding(WRONG, place, reason)


def _outside_year(table: str, row: Row, starts: Optional[dt.date], ends: Optional[dt.date]) -> Iterator[Finding]:
    if starts is None or ends is None:
        return
    # Some academic years begin in the last days of August.
    year = academic_year_start(starts + dt.timedelta(31))
    if ends > dt.date(year + 1, ACADEMIC_YEAR_MONTH, 30):
        yield Finding(WRONG, _place(table, row), f"runs from {starts} to {ends}, beyond one academic year")


def _dead(rows: Rows, today: dt.date) -> Iterator[Finding]:
    """Told rows that no longer hold, or whose source was withdrawn."""
    sources = {row["code"] for row in rows["source"]}
    for name, found in rows.items():
        for row in found:
            # That an institution exists is told of it by name, whether its charter still holds or not.
            until = None if row.get("is_name_only") else row.get("valid_until")
            if until is not None and until < today:
                yield Finding(WRONG, _place(name, row), f"is told although it held until {until} only")
            if "source_code" in row and row["source_code"] not in sources:
                yield Finding(
                    WRONG, _place(name, row), f"is told although its source {row['source_code']} is withdrawn"
                )


def _translations(rows: Rows, today: dt.date) -> Iterator[Finding]:
    """Texts that lack a language; of titles, which need not be in every one, the number."""
    for name, found in rows.items():
        for column in (column for column in LOADED_TABLES[name].columns if isinstance(column.type, Texts)):
            if column.info.get("other_languages"):
                continue
            for language in SUPPORTED_LANGUAGES:
                lacking = [row for row in found if row[column.name] and not row[column.name].get(language)]
                if lacking and column.info.get("any_language"):
                    yield Finding(DOUBTFUL, name, f"{len(lacking)} of {len(found)} lack {column.name} in {language}")
                elif lacking:
                    yield from (
                        Finding(WRONG, _place(name, row), f"{column.name} lacks the language {language}")
                        for row in lacking
                    )


def _old(rows: Rows, today: dt.date) -> Iterator[Finding]:
    for name, days in DAYS_BETWEEN_READINGS.items():
        for row in rows[name]:
            age = (today - last_day(row["verified_on"])).days
            if age > days:
                yield Finding(
                    OLD, _place(name, row), f"was last verified on {row['verified_on']}, more than {days} days ago"
                )


def _renewals(rows: Rows, today: dt.date) -> Iterator[Finding]:
    """The intake roll-over: every date and price that does not yet speak of the coming academic year."""
    coming = academic_year_start(today) + 1
    shown = f"{coming}-{coming + 1}"
    for name, dates in _DATED.items():
        for row in rows[name]:
            day = next((row[column] for column in dates if row[column] is not None), None)
            if isinstance(day, dt.datetime):
                day = day.date()
            if day is not None and academic_year_start(day + dt.timedelta(31)) < coming:
                yield Finding(RENEW, _place(name, row), f"is of {day}; set the date for {shown}")
    for row in rows["deadline"]:
        if row["month"] is not None and row["date"] is None and _speaks_of(row) < coming:
            yield Finding(RENEW, _place("deadline", row), f"{_shown(row)} without a year; confirm it for {shown}")
    for name, amount in (
        ("residence_price", "amount_min"),
        ("procedure_statement", "amount"),
        ("programme_edition", "price"),
    ):
        for row in rows[name]:
            if row[amount] is not None and _speaks_of(row) < coming:
                said = f"of {row['as_of']}" if row["as_of"] else "without a year"
                yield Finding(RENEW, _place(name, row), f"{row[amount]} {row['currency']} {said}; set it for {shown}")


_DATED = {
    "academic_term": ("starts_on",),
    "deadline": ("date",),
    "programme_edition": ("starts_on",),
    "programme_event": ("starts_at",),
}
"""Tables of dates that each intake sets anew, with the columns that hold them."""
_PRICED = {"residence_price": "amount_min", "procedure_statement": "amount", "programme_edition": "price"}
"""Tables of prices that each intake sets anew, with the columns that hold them."""
_EARLY_START = dt.timedelta(days=62)
"""Autumn terms in some countries begin in July, before the academic year that they belong to."""


def _speaks_of(row: Row) -> int:
    """Return the academic year that a fact speaks of; an undated one speaks of the year in which it was read."""
    return academic_year_start(last_day(row["as_of"] or row["verified_on"]))


def _month_day(row: Row) -> Tuple[int, int]:
    return row["month"], row["day"]


def _shown(row: Row) -> str:
    return f"{row['month']:02}-{row['day']:02}"


def _place(table: str, row: Row) -> str:
    return f"{table} {key_text(tuple(row[name] for name in key_columns(LOADED_TABLES[table])))}"


_LOOKS: Sequence[Callable[[Rows, dt.date], Iterator[Finding]]] = (
    _dangling, _prices, _order_of_deadlines, _terms, _dead, _translations, _old, _renewals,
)  # fmt: skip
