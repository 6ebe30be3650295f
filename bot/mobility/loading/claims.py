"""What other sources say of a row: kept beside the published row, listed, and told once that row is withdrawn."""

import datetime as dt
import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

from sqlalchemy import Table, UniqueConstraint, and_, delete, insert, select
from sqlalchemy.orm import Session

from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.loading.links import Key
from bot.mobility.loading.values import converted, default_of
from bot.mobility.models import Claim
from bot.mobility.normalisation import search_title

PROVENANCE = frozenset({"source_code", "as_of", "verified_on", "valid_from", "valid_until", "status", "search_title"})
"""Columns that say where a fact comes from, or are made of others: two sources may differ in them and still agree."""

_CLAIM = Claim.__table__


@dataclass(frozen=True)
class Conflict:
    """Two sources that say different things of one row."""

    table: str
    key: str
    published: Mapping[str, Any]
    """What is told, by field, of the fields in dispute."""
    said: Mapping[str, Any]
    """What the other source says of them."""
    source_code: str
    """The other source."""


def key_text(key: Key) -> str:
    """Return the key of a row as one text: its code, or its parts with bars between them."""
    return "|".join(str(part) for part in key)


def as_json(value: Any) -> Any:
    """Return a column's value as JSON holds it; `values.converted` reads it back."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return value.astimezone(SCHOOL_TIME).replace(tzinfo=None).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def facts_of(row: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what a row says, by column: what is not known is not said, and provenance is no fact."""
    apart = (*PROVENANCE, "id", "origin")
    return {name: value for name, value in row.items() if name not in apart and value is not None}


def claims_of(session: Session, table: Table) -> Dict[Tuple[str, str], Mapping[str, Any]]:
    """Return the claims on the rows of a table, by key and origin."""
    found = session.execute(select(_CLAIM).where(_CLAIM.c.table_name == table.name)).mappings()
    return {(row["row_key"], row["origin"]): dict(row) for row in found}


def save_claims(
    session: Session, table: Table, wanted: Sequence[Mapping[str, Any]], settled: Iterable[Tuple[str, str]]
) -> None:
    """Write new and changed claims, and drop those on `settled` keys and origins: these sources agree by now."""
    existing = claims_of(session, table)
    columns = ("source_code", "said", "as_of", "verified_on")
    fresh: List[Mapping[str, Any]] = []
    stale: List[int] = [existing[place]["id"] for place in settled if place in existing]
    for claim in wanted:
        old = existing.get((claim["row_key"], claim["origin"]))
        if old is not None and all(old[name] == claim[name] for name in columns):
            continue
        if old is not None:
            stale.append(old["id"])
        fresh.append({**{name: value for name, value in claim.items() if name != "id"}, "table_name": table.name})
    if stale:
        session.execute(delete(_CLAIM).where(_CLAIM.c.id.in_(stale)))
    if fresh:
        session.execute(insert(_CLAIM), fresh)


def claim_on(key: Key, origin: str, row: Mapping[str, Any], said: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the claim of the source of `row`, which says `said`."""
    return {
        "row_key": key_text(key),
        "origin": origin,
        "source_code": row["source_code"],
        "said": {name: as_json(value) for name, value in said.items()},
        "as_of": row["as_of"],
        "verified_on": row["verified_on"],
    }


def values_of_claim(table: Table, claim: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the columns of a row as a claim has it: what it does not say is not known."""
    values: Dict[str, Any] = {}
    key = key_columns(table)
    for column in table.columns:
        if column.name in claim["said"]:
            values[column.name] = converted(column, claim["said"][column.name])
        elif column.name not in (*PROVENANCE, *key, "id", "origin") and (column.nullable or column.default is not None):
            values[column.name] = default_of(column)
    if "title" in values and "search_title" in table.columns:
        values["search_title"] = search_title(values["title"].values())
    return {
        **{name: value for name, value in values.items() if name not in key},
        **{name: claim[name] for name in ("source_code", "as_of", "verified_on")},
    }


def find_conflicts(session: Session, tables: Mapping[str, Table]) -> List[Conflict]:
    """Return every claim that differs from the row published."""
    conflicts = []
    for claim in session.execute(select(_CLAIM).order_by(_CLAIM.c.table_name, _CLAIM.c.row_key)).mappings():
        table = tables.get(claim["table_name"])
        row = None if table is None else row_by_key(session, table, claim["row_key"])
        if row is not None:
            said = {name: value for name, value in claim["said"].items() if value != as_json(row[name])}
            published = {name: as_json(row[name]) for name in said}
            if said:
                conflicts.append(Conflict(claim["table_name"], claim["row_key"], published, said, claim["source_code"]))
    return conflicts


def key_columns(table: Table) -> List[str]:
    """Return the columns by which files tell the rows of a table apart: a number that the database gave is in none."""
    unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    return [column.name for column in (unique[0] if unique else table.primary_key).columns]


def row_by_key(session: Session, table: Table, key: str) -> Any:
    """Return the row with a key as text, as a mapping, or None; raise RecordError for a key of another shape."""
    columns = [table.columns[name] for name in key_columns(table)]
    parts = key.split("|")
    if len(parts) != len(columns):
        return None
    same = and_(*(column == converted(column, part) for column, part in zip(columns, parts, strict=True)))
    return session.execute(select(table).where(same)).mappings().first()
