"""Facts as the staff look after them: what one source states, and what has to be verified anew soon."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from bot.languages import localised
from bot.mobility import models
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.facts import Base, Fact
from bot.mobility.freshness import is_stale
from bot.mobility.loading.claims import as_json, key_columns
from bot.mobility.partial_dates import ACADEMIC_YEAR_MONTH, academic_year_start
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Provenance

SOON = dt.timedelta(days=60)
MOST_FACTS = 300
REASONS = ("ended", "stale", "ends_soon", "next_intake")
_NOT_SHOWN = ("status", "source_code", "as_of", "verified_on", "valid_from", "valid_until", "position")


@dataclass(frozen=True)
class Renewal:
    """Facts of one table and one source that have to be verified anew for one reason."""

    reason: str
    table: str
    source_title: Mapping[str, str]
    source_url: Optional[str]
    source_code: str
    count: int
    as_of: Optional[str]
    verified_on: str
    valid_until: Optional[dt.date]


@dataclass(frozen=True)
class FactRow:
    """One fact with its fields."""

    table: str
    key: str
    fields: Mapping[str, Any]
    status: str
    provenance: Provenance
    stale: bool


def list_renewals(session: Session, today: Optional[dt.date] = None) -> Tuple[Renewal, ...]:
    """Return what has to be verified, the most pressing first; samples are not verified but replaced."""
    today = today or dt.datetime.now(SCHOOL_TIME).date()
    found: Dict[Tuple[str, str, str, Optional[str]], Renewal] = {}
    for model in _fact_models():
        columns = (model.source_code, model.as_of, model.verified_on, model.valid_until)
        query = select(*columns, func.count()).where(model.status == models.Status.PUBLISHED).group_by(*columns)
        for code, as_of, verified_on, valid_until, count in session.execute(query):
            source = session.get(models.Source, code)
            about = Provenance(
                title=source.title, url=source.url, as_of=as_of, verified_on=verified_on, confidence="", sample=False,
                kind=model.__tablename__, valid_until=valid_until,
            )  # fmt: skip
            reason = _reason(about, today)
            if reason is None:
                continue
            key = (reason, model.__tablename__, code, as_of)
            entry = Renewal(
                reason, model.__tablename__, source.title, source.url, code, count, as_of, verified_on, valid_until
            )
            found[key] = _merged(found[key], entry) if key in found else entry
    return tuple(sorted(found.values(), key=lambda one: (REASONS.index(one.reason), -one.count)))


def list_facts(
    session: Session, *, source_url: Optional[str] = None, source_code: Optional[str] = None,
    table: Optional[str] = None, text: str = "",
) -> Tuple[FactRow, ...]:  # fmt: skip
    """Return the facts that may be told, narrowed to a source, a table, or those in which a text stands."""
    rows: List[FactRow] = []
    for model in _fact_models():
        if table is not None and model.__tablename__ != table:
            continue
        query = select(model).where(is_told(model)).order_by(*inspect(model).primary_key)
        if source_code is not None:
            query = query.where(model.source_code == source_code)
        if source_url is not None:
            query = query.where(model.source.has(models.Source.url == source_url))
        for row in session.scalars(query):
            fact = _fact(row)
            if text.casefold() in f"{fact.key} {' '.join(map(_words, fact.fields.values()))}".casefold():
                rows.append(fact)
            if len(rows) >= MOST_FACTS:
                return tuple(rows)
    return tuple(rows)


def list_fact_tables() -> Tuple[str, ...]:
    """Return the names of the tables of facts."""
    return tuple(model.__tablename__ for model in _fact_models())


def describe(fact: FactRow, language: str) -> Dict[str, str]:
    """Return what a fact's fields say, in the language where there is one; codes and lists are left out."""
    told = {name: value for name, value in fact.fields.items() if not name.endswith("code")}
    shown = {name: _shown(value, language) for name, value in told.items() if not isinstance(value, (list, bool))}
    return {name: text for name, text in shown.items() if text}


def _shown(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return localised(value, language) or ""
    return "" if value is None else str(value.value if hasattr(value, "value") else value)


def _words(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _fact(row: Any) -> FactRow:
    mapper = inspect(type(row))
    key = "|".join(str(as_json(getattr(row, name))) for name in key_columns(row.__table__))
    fields = {name: getattr(row, name) for name in mapper.columns.keys() if name not in _NOT_SHOWN}
    provenance = provenance_of(row)
    return FactRow(row.__tablename__, key, fields, row.status.value, provenance, is_stale(provenance))


def _reason(about: Provenance, today: dt.date) -> Optional[str]:
    if about.valid_until and about.valid_until < today:
        return "ended"
    if is_stale(about, today):
        return "stale"
    if about.valid_until and about.valid_until < today + SOON:
        return "ends_soon"
    next_intake = dt.date(academic_year_start(today) + 1, ACADEMIC_YEAR_MONTH, 1)
    # What has no date is checked by the time since it was read, which the next intake changes for all at once.
    return "next_intake" if about.as_of and is_stale(replace(about, valid_until=None), next_intake) else None


def _merged(one: Renewal, other: Renewal) -> Renewal:
    ends = [day for day in (one.valid_until, other.valid_until) if day]
    return replace(
        one,
        count=one.count + other.count,
        verified_on=min(one.verified_on, other.verified_on),
        valid_until=min(ends) if ends else None,
    )


def _fact_models() -> Iterator[Any]:
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__)
    return (mapper.class_ for mapper in mappers if issubclass(mapper.class_, Fact))
