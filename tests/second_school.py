"""A second school: the tables of the first one with other names, texts, figures, dates, codes and addresses.

Codes that are the program's vocabulary stay (procedures, aspects, figures, offices); all that a student sees changes.
"""

import csv
import datetime as dt
import json
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Set, Tuple

import yaml

from bot.settings import PROJECT_ROOT

DATA = PROJECT_ROOT / "data" / "mobility"
NAME = "Northwick College"
LEFT_OUT = ("agreement", "partner_institution", "subject", "public_holiday")
"""National or general (subjects, holidays), or what this school does not hold."""
_LONG = 25
"""Shorter texts, such as the name of a kind of room, may stand in the wording of every school."""
_RENAMED = ("residence", "housing_provider", "room_type", "department", "course", "teaching_unit")
"""Tables whose codes are names of this school's own things."""
_REFERENCES = {
    "residence": "residence", "provider": "housing_provider", "room_type": "room_type", "department": "department",
    "departments": "department", "teaching_units": "teaching_unit",
}  # fmt: skip
_NUMBERS = ("amount", "amount_min", "amount_max", "value", "hours", "ects", "capacity", "size_m2", "rooms", "price")
_KEPT = (
    "code", "source", "contact", "programme", "procedure", "requires", "edition", "figure", "subject", "aspect", "kind",
    "topic", "phase", "stay", "nationality", "period", "currency", "unit", "at_least", "inclusive", "terms", "position",
    "is_group", "is_home", "is_school", "is_apprenticeship", "is_optional", "deadlines", "as_of", "verified_on",
    "semester", "semesters", "language", "scheme", "confidence", "months_after", "status", "done_words", "weekday",
)  # fmt: skip


def write_second_school(folder: Path) -> Path:
    """Write the files of the second school; return the folder."""
    for path, content in _files():
        target = folder / path.relative_to(DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            _write_csv(target, path.stem, content)
        else:
            records = [_changed(path.stem, record) for record in content["records"]]
            defaults = _changed(path.stem, content.get("defaults", {}))
            text = yaml.safe_dump({"defaults": defaults, "records": records}, allow_unicode=True)
            target.write_text(text, encoding="utf-8")
    for name in ("subject", "public_holiday"):
        content = yaml.safe_load((DATA / f"{name}.yml").read_text(encoding="utf-8"))
        if name == "subject":
            content["records"] = [{**record, "aliases": []} for record in content["records"]]
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def texts_of_the_first_school() -> Set[str]:
    """Return every text, mailbox, phone number and web address that only the first school's data hold."""
    found = set()
    for path, content in _files():
        for record in content if path.suffix == ".csv" else content["records"]:
            values = json.loads(json.dumps(record, default=str))
            for name, value in values.items():
                texts = value.values() if isinstance(value, dict) else [value]
                if isinstance(value, dict) or name in ("email", "phone", "address", "url"):
                    found.update(str(text) for text in texts if text and len(str(text)) >= _LONG)
    return found


def _files() -> Iterator[Tuple[Path, Any]]:
    for path in sorted((*DATA.glob("*.*"), *DATA.glob("sample/*.*"))):
        if path.stem in LEFT_OUT:
            continue
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                yield path, list(csv.DictReader(file))
        else:
            yield path, yaml.safe_load(path.read_text(encoding="utf-8"))


def _changed(table: str, record: Mapping[str, Any]) -> Dict[str, Any]:
    code = str(record.get("code", record.get("date", record.get("scheme", table))))
    return {name: _value(table, code, name, value) for name, value in record.items()}


def _value(table: str, code: str, name: str, value: Any) -> Any:
    mark = f"{table} {zlib.crc32(code.encode()):010}".replace("_", " ")
    change: Dict[str, Callable[[], Any]] = {
        "hei_id": lambda: "northwick.example",
        "email": lambda: f"{mark.replace(' ', '-')}@northwick.example",
        "phone": lambda: f"+99 {sum(map(ord, code)):05}",
        "address": lambda: f"{len(code)} College Road, Northwick",
        "url": lambda: f"https://northwick.example/{mark.replace(' ', '/')}",
        "registration_url": lambda: f"https://northwick.example/{mark.replace(' ', '/')}",
        "aliases": lambda: [f"northwick {mark}"],
        "month": lambda: value % 12 + 1,
        "day": lambda: min(value, 27) + 1,
    }  # fmt: skip
    if name == "code":
        return _renamed(table, value) if table in _RENAMED else value
    if name in _REFERENCES and not (name == "residence" and table == "source"):
        return [_renamed(_REFERENCES[name], one) for one in value] if isinstance(value, list) else _renamed(
            _REFERENCES[name], value
        )
    if name in change:
        return change[name]()
    if isinstance(value, dict):
        if table == "institution":
            return dict.fromkeys(value, NAME)
        words = "Words of Northwick on" if name != "name" else "Northwick"
        return {language: f"{words} {mark} ({language})" for language in value}
    if name in _NUMBERS and not isinstance(value, str):
        return value * 2 + 7 if name != "ects" else 3
    if isinstance(value, dt.date) or name in ("starts_at", "ends_at", "starts_on", "ends_on", "date"):
        return _next_year(value)
    if name in _KEPT or not isinstance(value, str):
        return value
    return f"northwick {mark}"


def _next_year(value: Any) -> Any:
    text = str(value)
    moved = f"{int(text[:4]) + 1}{text[4:]}"
    return dt.date.fromisoformat(moved) if isinstance(value, dt.date) else moved


def _renamed(table: str, code: str) -> str:
    return f"NW{table[:2].upper()}{zlib.crc32(str(code).encode()):010}"


def _write_csv(target: Path, table: str, rows: List[Dict[str, str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({**row, **_cells(table, number, row)})


def _cells(table: str, number: int, row: Mapping[str, str]) -> Dict[str, str]:
    cells = {"code": _renamed(table, row["code"]), "title_fr": f"Northwick {table} {number}".replace("_", " ")}
    for name in ("department", "departments", "teaching_units"):
        if name in row:
            parts = filter(None, row[name].split("|"))
            cells[name] = "|".join(_renamed(_REFERENCES[name], part) for part in parts)
    for name in ("hours", "ects"):
        if row.get(name):
            cells[name] = str(float(row[name]) * 2 + 1)
    return cells
