"""Corrections by staff: one field of one fact, with its source. No load and no import undoes them.

A corrected row ranks above every file and feed. What its former source says is kept as a claim and listed among the
conflicts; taking a correction back publishes that again.
"""

import datetime as dt
import hashlib
from typing import Any, Dict, List, Mapping, Optional, Sequence

from sqlalchemy import Table, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import CorrectionError
from bot.mobility.course_index import index_courses
from bot.mobility.imports.sources import source_row, write_source
from bot.mobility.imports.tables import value_of_text
from bot.mobility.imports.templates import TABLES
from bot.mobility.loading.announcement import announce_change
from bot.mobility.loading.claims import (
    PROVENANCE,
    as_json,
    claim_on,
    claims_of,
    facts_of,
    key_columns,
    row_by_key,
    save_claims,
    values_of_claim,
)
from bot.mobility.loading.standing import MENTIONED, STAFF, Standings
from bot.mobility.loading.values import FILLED_BY_LOADER, RecordError, converted
from bot.mobility.models import Correction, Course, Status
from bot.mobility.normalisation import search_title


def correctable_fields(table_name: str) -> Sequence[str]:
    """Return the fields of a table that may be corrected: facts, neither keys nor provenance."""
    table = _table(table_name)
    fixed = {*key_columns(table), *PROVENANCE, *FILLED_BY_LOADER}
    return [column.name for column in table.columns if column.name not in fixed]


def read_fact(session: Session, table_name: str, key: str) -> Optional[Mapping[str, Any]]:
    """Return a row by column, as JSON holds it, or None."""
    row = _row(session, _table(table_name), key)
    return row and {name: as_json(value) for name, value in row.items() if name not in FILLED_BY_LOADER}


def correct_fact(
    session: Session,
    *,
    table: str,
    key: str,
    field: str,
    value: Any,
    verified_on: str,
    author: str,
    source_title: str = "",
    source_url: Optional[str] = None,
    as_of: Optional[str] = None,
) -> Correction:
    """Change one field of one row; the caller commits.

    `value` is a text as somebody types it, {language: text} for texts, a list for lists of words, None to empty it.
    `source_title` and `source_url` say where the value comes from; without them the office itself is the source.
    Raises CorrectionError, in words for the person who corrects.
    """
    model = _table(table)
    old = _row(session, model, key)
    if old is None or old["status"] is Status.WITHDRAWN:
        raise CorrectionError(f"{table} {key}: there is no such fact.")
    if field not in correctable_fields(table):
        raise CorrectionError(f"{field} cannot be corrected; of {table} these can: {_list(correctable_fields(table))}.")
    new = _converted(session, model, field, value)
    read_on = _converted(session, model, "verified_on", verified_on)
    source_code = _source(session, source_title.strip(), (source_url or "").strip() or None)
    former = Standings.read(session).of(old).origin
    if former not in (STAFF, MENTIONED):
        save_claims(session, model, [claim_on(_key(model, old), former, old, facts_of(old))], ())
    values: Dict[str, Any] = {
        field: new,
        "source_code": source_code,
        "verified_on": read_on,
        "as_of": None if as_of is None else _converted(session, model, "as_of", as_of),
        "status": Status.PUBLISHED,
    }
    if field == "title" and "search_title" in model.columns:
        values["search_title"] = search_title(new.values())
    _write(session, model, old, values)
    correction = Correction(
        table_name=table, row_key=key, field=field, old_value=as_json(old[field]), new_value=as_json(new),
        source_code=source_code, verified_on=read_on, author=author, made_at=dt.datetime.now(dt.timezone.utc),
    )  # fmt: skip
    session.add(correction)
    session.flush()
    announce_change(session, hashlib.sha256(f"correction {correction.id}".encode()).hexdigest())
    return correction


def take_back(session: Session, *, table: str, key: str, author: str) -> bool:
    """Publish again what the best other source says of a corrected row; tell whether there is one."""
    model = _table(table)
    row = _row(session, model, key)
    standings = Standings.read(session)
    if row is None or standings.of(row).origin != STAFF:
        return False
    claims = [claim for (place, _), claim in claims_of(session, model).items() if place == key]
    if not claims:
        return False
    best = min(claims, key=lambda claim: standings.of(claim).rank)
    values = values_of_claim(model, best)
    _write(session, model, row, values)
    save_claims(session, model, [], [(key, best["origin"])])
    for name in (name for name in correctable_fields(table) if values.get(name, row[name]) != row[name]):
        session.add(
            Correction(
                table_name=table, row_key=key, field=name, old_value=as_json(row[name]),
                new_value=as_json(values[name]), source_code=best["source_code"], verified_on=best["verified_on"],
                author=author, made_at=dt.datetime.now(dt.timezone.utc),
            )
        )  # fmt: skip
    session.flush()
    announce_change(session, hashlib.sha256(f"taken back {table} {key} {row['verified_on']}".encode()).hexdigest())
    return True


def find_corrections(session: Session, *, limit: int = 50) -> List[Correction]:
    """Return the newest corrections."""
    return list(session.scalars(select(Correction).order_by(Correction.id.desc()).limit(limit)))


def _table(name: str) -> Table:
    if name not in TABLES:
        raise CorrectionError(f"{name} is no table of facts; there are {_list(TABLES)}.")
    return TABLES[name]


def _row(session: Session, table: Table, key: str) -> Any:
    try:
        return row_by_key(session, table, key)
    except RecordError:
        return None


def _converted(session: Session, table: Table, field: str, value: Any) -> Any:
    column = table.columns[field]
    if value is None or value == "":
        if not column.nullable:
            raise CorrectionError(f"{field} cannot be empty.")
        return None
    try:
        new = converted(column, value_of_text(column, value.strip()) if isinstance(value, str) else value)
    except ValueError as error:
        raise CorrectionError(f"{field} {error}.") from error
    for reference in column.foreign_keys:
        target = reference.column
        if session.execute(select(target).where(target == new)).first() is None:
            raise CorrectionError(f"{field}: {target.table.name} has no {new!r}.")
    return new


def _source(session: Session, title: str, url: Optional[str]) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise CorrectionError(f"{url} is no address of a page: it must begin with https://.")
    key = hashlib.sha256(f"{title}\n{url}".encode()).hexdigest()[:16] if title or url else "office"
    row = source_row(STAFF, key, url=url)
    if title:
        row["title"] = {language: title for language in row["title"]}
    write_source(session, row)
    return row["code"]


def _write(session: Session, table: Table, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    same = and_(*(table.columns[name] == row[name] for name in key_columns(table)))
    try:
        with session.begin_nested():
            session.execute(update(table).where(same).values(**values))
            if table is Course.__table__:
                index_courses(session, _key(table, row))
    except IntegrityError as error:
        raise CorrectionError(f"That does not fit the rest of the row: {str(error.orig).splitlines()[0]}.") from error


def _key(table: Table, row: Mapping[str, Any]) -> tuple:
    return tuple(row[name] for name in key_columns(table))


def _list(names: Any) -> str:
    return ", ".join(names)
