"""What a record says about other tables than its own: the terms of a deadline, where a course stands."""

from collections import defaultdict
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set, Tuple

from sqlalchemy import Table, and_, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.loading.values import RecordError

Key = Tuple[Any, ...]
Keys = Mapping[str, Mapping[Key, bool]]
"""The rows that may be referred to, by table; True for samples."""
Links = Dict[Table, Set[Key]]
"""By link table, the rows less their first column, which is the owner's code."""

OFFER = models.CourseOffer.__table__

LIST_FIELDS: Mapping[str, Tuple[str, ...]] = {
    "deadline": ("terms",),
    "procedure": ("deadlines",),
    "course": ("departments", "semesters", "teaching_units"),
}
"""Fields that are no column of the record's table, by table."""


def links_of(table: str, fields: Mapping[str, Any], known: Keys) -> Links:
    """Return the links that a record asks for; raise RecordError for one that leads nowhere."""
    return _READERS[table](fields, known) if table in _READERS else {}


def write_links(session: Session, owners: Mapping[str, Links], link_tables: Sequence[Table]) -> Set[str]:
    """Make the links of `owners`, by their codes, those that they ask for; return the owners that had others."""
    changed: Set[str] = set()
    for table in link_tables:
        wanted = {(owner, *link) for owner, links in owners.items() for link in links.get(table, ())}
        if table is models.course_teaching_unit:
            wanted = _with_unit_ids(session, wanted)
        existing = {tuple(row) for row in session.execute(select(table)) if row[0] in owners}
        stale, new = existing - wanted, wanted - existing
        names = [column.name for column in table.columns]
        if stale:
            same = and_(*(column == bindparam(f"old_{column.name}") for column in table.columns))
            old = [{f"old_{name}": value for name, value in zip(names, row, strict=True)} for row in stale]
            session.connection().execute(delete(table).where(same), old)
        if new:
            session.execute(insert(table), [dict(zip(names, row, strict=True)) for row in sorted(new)])
        changed.update(row[0] for row in stale | new)
    return changed


def _with_unit_ids(session: Session, rows: Set[Key]) -> Set[Key]:
    unit = models.TeachingUnit
    query = select(unit.code, unit.department_code, unit.semester, unit.id)
    ids = {tuple(key): unit_id for *key, unit_id in session.execute(query)}
    return {(owner, ids[tuple(key)]) for owner, *key in rows}


def _deadline_links(fields: Mapping[str, Any], known: Keys) -> Links:
    terms = _list(fields, "terms")
    _refuse_unknown("terms", [term for term in terms if (term,) not in known["academic_term"]])
    return {models.deadline_term: {(term,) for term in terms}}


def _procedure_links(fields: Mapping[str, Any], known: Keys) -> Links:
    deadlines = _list(fields, "deadlines")
    _refuse_unknown("deadlines", [code for code in deadlines if (code,) not in known["deadline"]])
    return {models.procedure_deadline: {(code,) for code in deadlines}}


def _course_links(fields: Mapping[str, Any], known: Keys) -> Links:
    """Place a course where its teaching units stand, and in its other departments in its own semesters."""
    departments, codes = _list(fields, "departments"), _list(fields, "teaching_units")
    _refuse_unknown("departments", [name for name in departments if (name,) not in known["department"]])
    by_code: Dict[str, List[Key]] = defaultdict(list)
    for unit in known["teaching_unit"]:
        by_code[unit[0]].append(unit)
    _refuse_unknown("teaching_units", [code for code in codes if code not in by_code])
    # The catalogue uses some codes in two departments: the units of the course's own departments are meant.
    units = {
        unit for code in codes for unit in ([unit for unit in by_code[code] if unit[1] in departments] or by_code[code])
    }
    offers = {(department, semester) for _, department, semester in units}
    covered = {department for department, _ in offers}
    semesters = [_semester(value) for value in _list(fields, "semesters")]
    offers |= {(name, semester) for name in departments if name not in covered for semester in semesters}
    if not offers:
        raise RecordError("stands nowhere: give teaching_units, or departments and semesters")
    return {models.course_teaching_unit: units, OFFER: offers}


def _list(fields: Mapping[str, Any], name: str) -> List[str]:
    value = fields.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, (str, int)) for item in value):
        raise RecordError(f"{name} must be a list")
    return value


def _refuse_unknown(name: str, unknown: Sequence[str]) -> None:
    if unknown:
        raise RecordError(f"{name} names {unknown[0]!r}, which is unknown or wrong itself")


def _semester(value: Any) -> int:
    if not str(value).isdecimal() or not 1 <= int(value) <= 10:
        raise RecordError(f"semesters must be whole numbers from 1 to 10, not {value!r}")
    return int(value)


_READERS: Mapping[str, Callable[[Mapping[str, Any], Keys], Links]] = {
    "deadline": _deadline_links,
    "procedure": _procedure_links,
    "course": _course_links,
}
LINK_TABLES: Mapping[str, Tuple[Table, ...]] = {
    "deadline": (models.deadline_term,),
    "procedure": (models.procedure_deadline,),
    "course": (models.course_teaching_unit, OFFER),
}
"""The link tables that the records of a table fill."""
