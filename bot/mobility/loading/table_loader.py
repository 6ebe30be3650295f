"""Loads the records of one table: checks them, compares them with the rows there are, writes the difference."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Mapping, Optional, Set, Tuple

from sqlalchemy import CheckConstraint, Table, and_, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.mobility.course_index import index_courses
from bot.mobility.loading.claim_keeper import ClaimKeeper
from bot.mobility.loading.claims import key_columns, key_text
from bot.mobility.loading.files import Record
from bot.mobility.loading.links import LINK_TABLES, LIST_FIELDS, Key, Links, links_of, write_links
from bot.mobility.loading.report import Change, Problem, TableReport
from bot.mobility.loading.standing import FILES, Standings
from bot.mobility.loading.values import FILLED_BY_LOADER, RecordError, column_values, field_name
from bot.mobility.models import Course, Status
from bot.mobility.normalisation import search_title

MOST_DESCRIBED = 200
"""Of so many new rows the report says what they state; a person looks at no more."""
_OF_EVERY_ROW = ("source_code", "status", "search_title")

Row = Mapping[str, Any]
"""A row of the database, by column."""


@dataclass
class _Row:
    record: Record
    values: Dict[str, Any]
    links: Links


@dataclass(frozen=True)
class Scope:
    """What a load may do: whose rows it withdraws, and which differences it does not look at."""

    origin: str = FILES
    covers: Callable[[Row], bool] = lambda row: True
    """Whether a row of this origin would be named if it still held."""
    ignored: FrozenSet[str] = frozenset()
    """Columns that alone are no change: the day of the import."""


class TableLoader:
    """Loads one table after those it refers to; `known` holds their rows and receives those of this one.

    A row that another source of higher rank has published stays as it is; what the record says is kept as a claim.
    """

    def __init__(
        self,
        session: Session,
        table: Table,
        known: Dict[str, Dict[Key, bool]],
        standings: Standings,
        scope: Scope = Scope(),
    ) -> None:
        self._session = session
        self._standings = standings
        self._table = table
        self._known = known
        self._scope = scope
        self._fields = {field_name(column) for column in table.columns if column.name not in FILLED_BY_LOADER}
        self._fields.update(LIST_FIELDS.get(table.name, ()))
        self._key = key_columns(table)
        self._report = TableReport()
        self._claims = ClaimKeeper(session, table, standings)

    def load(self, records: Iterable[Record]) -> TableReport:
        """Load every record that is right; withdraw the rows that no record names any more."""
        existing = {self._key_of(row): dict(row) for row in self._session.execute(select(self._table)).mappings()}
        rows, named = self._checked(records)
        inserts = [row for key, row in rows.items() if key not in existing]
        ranked = [row for key, row in rows.items() if key in existing and self._prevails(row, existing[key])]
        updates = [row for row in ranked if self._differs(row, existing[self._key_of(row.values)])]
        inserted, updated = self._write(inserts, insert(self._table)), self._write(updates, self._update())
        refused = {self._key_of(row.values) for row in inserts + updates} - inserted - updated
        accepted = {key: row for key, row in rows.items() if key not in refused}
        prevailing = {self._key_of(row.values) for row in inserts + ranked} - refused
        relinked = self._write_links({key: rows[key] for key in prevailing}) - inserted
        owned = [key for key, row in existing.items() if row["status"] is not Status.WITHDRAWN and self._owns(row)]
        vanished = [key for key in owned if key not in named]
        self._withdraw(vanished)
        if self._table is Course.__table__:
            index_courses(self._session, [code for code, in inserted | updated | relinked | set(vanished)])
        self._claims.save(self._scope.origin, named, (key for key, row in existing.items() if self._scope.covers(row)))
        self._known[self._table.name] = {
            # A row whose new record is wrong stays as it was, and may still be referred to.
            **{key: row["status"] is Status.SAMPLE for key, row in existing.items() if key in named},
            **{key: row["status"] is Status.SAMPLE for key, row in existing.items() if self._stays(row)},
            **{key: row.record.is_sample for key, row in accepted.items()},
        }
        report = self._report
        report.disputes = self._claims.disputes
        report.new, report.changed = len(inserted), len(updated | relinked)
        report.withdrawn, report.owned = len(vanished), len(owned)
        report.unchanged = len(accepted) - report.new - report.changed
        written = {self._key_of(row.values): row for row in inserts + updates}
        self._describe(inserted, written, updated, existing, vanished)
        return report

    def _checked(self, records: Iterable[Record]) -> Tuple[Dict[Key, _Row], Set[Key]]:
        """Return the right records by key, and the keys that any record names."""
        rows: Dict[Key, _Row] = {}
        named: Dict[Key, Record] = {}
        for record in records:
            values, problems = column_values(self._table, record.fields, is_sample=record.is_sample)
            strange = [name for name in record.fields if name not in self._fields]
            unknown = [f"{name} is no column of {self._table.name}" for name in strange]
            problems = [*record.problems, *unknown, *problems, *self._wrong_references(values, record.is_sample)]
            links: Links = {}
            try:
                links = links_of(self._table.name, record.fields, self._known)
            except RecordError as error:
                problems.append(str(error))
            key = self._key_of(values) if all(name in values for name in self._key) else None
            if key in named:
                problems.append(f"{', '.join(map(str, key or ()))} stands at {named[key].place} already")
            elif key is not None:
                named[key] = record
            if record.problems and not record.fields:
                problems = list(record.problems)
            if problems or key is None:
                self._refuse(record, "; ".join(problems))
                continue
            if "search_title" in self._table.columns:
                values["search_title"] = search_title(values["title"].values())
            rows[key] = _Row(record, values, links)
        return rows, set(named)

    def _wrong_references(self, values: Row, is_sample: bool) -> Iterable[str]:
        for column in self._table.columns:
            value = values.get(column.name)
            for reference in column.foreign_keys if value is not None else ():
                target = reference.column.table.name
                target_is_sample = self._known[target].get((value,))
                if target_is_sample is None:
                    yield f"{field_name(column)} names {value!r}, which is unknown or wrong itself"
                elif target_is_sample and not is_sample:
                    yield f"{field_name(column)} names the sample {value!r}; only samples may"

    def _prevails(self, row: _Row, old: Row) -> bool:
        """Tell whether a record's word counts for a row, and let the record say what the row shall be."""
        values = self._claims.prevailing(row.values, self._stated(row), old, row.record.place)
        if values is not None:
            row.values = dict(values)
        return values is not None

    def _stated(self, row: _Row) -> List[str]:
        """Return the columns that the record itself states, and its provenance."""
        always = ("source_code", "as_of", "verified_on", "status", "search_title", *self._key)
        return [
            name
            for name in row.values
            if name in always or row.record.fields.get(field_name(self._table.columns[name])) is not None
        ]

    def _differs(self, row: _Row, old: Row) -> bool:
        return any(old[name] != value for name, value in row.values.items() if name not in self._scope.ignored)

    def _update(self) -> Any:
        columns = [column.name for column in self._table.columns if column.name not in ("id", "origin")]
        same_key = and_(*(self._table.columns[name] == bindparam(f"key_{name}") for name in self._key))
        return update(self._table).where(same_key).values({name: bindparam(name) for name in columns})

    def _write(self, rows: List[_Row], statement: Any) -> Set[Key]:
        """Write all rows at once, or one by one where the database refuses some; return the keys that were written."""
        if not rows:
            return set()
        if self._attempt(rows, statement) is None:
            return {self._key_of(row.values) for row in rows}
        written = set()
        for row in rows:
            refusal = self._attempt([row], statement)
            if refusal is None:
                written.add(self._key_of(row.values))
            else:
                self._refuse(row.record, self._reason(refusal))
        return written

    def _attempt(self, rows: List[_Row], statement: Any) -> Optional[DBAPIError]:
        keyed = statement.is_update
        parameters = [
            {**row.values, **({f"key_{name}": row.values[name] for name in self._key} if keyed else {})} for row in rows
        ]
        try:
            with self._session.begin_nested():
                self._session.connection().execute(statement, parameters)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return error
        return None

    def _reason(self, refusal: DBAPIError) -> str:
        text = str(refusal.orig).splitlines()[0]
        rules = {str(rule.name): rule for rule in self._table.constraints if isinstance(rule, CheckConstraint)}
        broken = [name for name in rules if name in text]
        if not broken:
            return f"the database refuses it: {text}"
        name = max(broken, key=len)  # ck_deadline_month is a part of ck_deadline_month_day
        return f"breaks the rule {name}: {rules[name].sqltext}"

    def _write_links(self, rows: Mapping[Key, _Row]) -> Set[Key]:
        link_tables = LINK_TABLES.get(self._table.name, ())
        listed = LIST_FIELDS.get(self._table.name, ())
        owners = {
            key[0]: row.links
            for key, row in rows.items()
            # In the files silence means none; others may not know of these links at all.
            if self._scope.origin == FILES or any(name in row.record.fields for name in listed)
        }
        return {(owner,) for owner in write_links(self._session, owners, link_tables)}

    def _owns(self, row: Row) -> bool:
        return self._standings.of(row).origin == self._scope.origin and self._scope.covers(row)

    def _stays(self, row: Row) -> bool:
        return row["status"] is not Status.WITHDRAWN and not self._owns(row)

    def _withdraw(self, keys: List[Key]) -> None:
        """Withdraw rows, or publish in their place what another source says of them."""
        if not keys:
            return
        same_key = and_(*(self._table.columns[name] == bindparam(f"key_{name}") for name in self._key))
        gone = []
        for key in keys:
            where = {f"key_{name}": part for name, part in zip(self._key, key, strict=True)}
            successor = self._claims.successor(key)
            if successor is None:
                gone.append(where)
            else:
                self._session.connection().execute(update(self._table).where(same_key).values(successor), where)
        if gone:
            statement = update(self._table).where(same_key).values(status=Status.WITHDRAWN)
            self._session.connection().execute(statement, gone)

    def _describe(
        self,
        inserted: Set[Key],
        written: Mapping[Key, _Row],
        updated: Set[Key],
        existing: Mapping[Key, Row],
        vanished: List[Key],
    ) -> None:
        changes = self._report.changes
        for position, key in enumerate(sorted(inserted, key=key_text)):
            stated = written[key].values.items() if position < MOST_DESCRIBED else ()
            fields = {name: (None, value) for name, value in stated if value is not None and name not in _OF_EVERY_ROW}
            changes.append(Change(self._table.name, key_text(key), "new", fields))
        for key in sorted(updated, key=key_text):
            old, new = existing[key], written[key].values
            fields = {name: (old[name], value) for name, value in new.items() if old[name] != value}
            fields.pop("search_title", None)
            changes.append(Change(self._table.name, key_text(key), "changed", fields))
        changes += [Change(self._table.name, key_text(key), "withdrawn") for key in vanished]

    def _key_of(self, values: Any) -> Key:
        return tuple(values[name] for name in self._key)

    def _refuse(self, record: Record, reason: str) -> None:
        self._report.problems.append(Problem(record.place, reason))
