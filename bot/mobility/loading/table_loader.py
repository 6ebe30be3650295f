"""Loads the records of one table: checks them, compares them with the rows there are, writes the difference."""

from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Set, Tuple

from sqlalchemy import CheckConstraint, Table, UniqueConstraint, and_, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.mobility.loading.files import Record
from bot.mobility.loading.links import LINK_TABLES, LIST_FIELDS, Key, Links, links_of, write_links
from bot.mobility.loading.values import FILLED_BY_LOADER, RecordError, column_values, field_name
from bot.mobility.models import Status
from bot.mobility.normalisation import search_title


@dataclass
class TableReport:
    """What a load did to one table."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    problems: List[str] = field(default_factory=list)
    """One `file:line: reason` for each wrong record."""


@dataclass
class _Row:
    record: Record
    values: Dict[str, Any]
    links: Links


class TableLoader:
    """Loads one table after those it refers to; `known` holds their rows and receives those of this one."""

    def __init__(self, session: Session, table: Table, known: Dict[str, Dict[Key, bool]]) -> None:
        self._session = session
        self._table = table
        self._known = known
        self._fields = {field_name(column) for column in table.columns if column.name not in FILLED_BY_LOADER}
        self._fields.update(LIST_FIELDS.get(table.name, ()))
        unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
        # Rows are told apart by what the files say: a number that the database gave (`id`) is in no file.
        self._key = [column.name for column in (unique[0] if unique else table.primary_key).columns]
        self._report = TableReport()

    def load(self, records: Iterable[Record]) -> TableReport:
        """Load every record that is right; withdraw the rows that no record names any more."""
        existing = {self._key_of(row): dict(row) for row in self._session.execute(select(self._table)).mappings()}
        rows, named = self._checked(records)
        inserts = [row for key, row in rows.items() if key not in existing]
        updates = [row for key, row in rows.items() if key in existing and self._differs(row, existing[key])]
        inserted, updated = self._write(inserts, insert(self._table)), self._write(updates, self._update())
        refused = {self._key_of(row.values) for row in inserts + updates} - inserted - updated
        accepted = {key: row for key, row in rows.items() if key not in refused}
        relinked = self._write_links(accepted) - inserted
        vanished = [key for key, row in existing.items() if key not in named and row["status"] is not Status.WITHDRAWN]
        self._withdraw(vanished)
        self._known[self._table.name] = {
            # A row whose new record is wrong stays as it was, and may still be referred to.
            **{key: row["status"] is Status.SAMPLE for key, row in existing.items() if key in named},
            **{key: row.record.is_sample for key, row in accepted.items()},
        }
        self._report.new = len(inserted)
        self._report.changed = len(updated | relinked)
        self._report.withdrawn = len(vanished)
        self._report.unchanged = len(accepted) - self._report.new - self._report.changed
        return self._report

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

    def _wrong_references(self, values: Mapping[str, Any], is_sample: bool) -> Iterable[str]:
        for column in self._table.columns:
            value = values.get(column.name)
            for reference in column.foreign_keys if value is not None else ():
                target = reference.column.table.name
                target_is_sample = self._known[target].get((value,))
                if target_is_sample is None:
                    yield f"{field_name(column)} names {value!r}, which is unknown or wrong itself"
                elif target_is_sample and not is_sample:
                    yield f"{field_name(column)} names the sample {value!r}; only samples may"

    def _differs(self, row: _Row, old: Mapping[str, Any]) -> bool:
        return any(old[name] != value for name, value in row.values.items())

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
        owners = {key[0]: row.links for key, row in rows.items()}
        return {(owner,) for owner in write_links(self._session, owners, link_tables)}

    def _withdraw(self, keys: List[Key]) -> None:
        if keys:
            same_key = and_(*(self._table.columns[name] == bindparam(f"key_{name}") for name in self._key))
            statement = update(self._table).where(same_key).values(status=Status.WITHDRAWN)
            parameters = [{f"key_{name}": value for name, value in zip(self._key, key, strict=True)} for key in keys]
            self._session.connection().execute(statement, parameters)

    def _key_of(self, values: Any) -> Key:
        return tuple(values[name] for name in self._key)

    def _refuse(self, record: Record, reason: str) -> None:
        self._report.problems.append(f"{record.place}: {reason}")
