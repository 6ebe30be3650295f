"""Which spreadsheets the office may hand in: the columns of each table, and an empty file to start from."""

import csv
import io
from dataclasses import dataclass
from typing import List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import Boolean, Column, Date, Enum, Integer, Table

from bot.errors import DataFileError
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility.columns import ExactNumber, SchoolTime, Texts, Words
from bot.mobility.imports.workbooks import workbook
from bot.mobility.loading.files import LIST_SEPARATOR
from bot.mobility.loading.links import LIST_FIELDS
from bot.mobility.loading.loader import LOADED_TABLES
from bot.mobility.loading.values import FILLED_BY_LOADER, field_name

_GIVEN_BY_IMPORT = ("source_code", "status")
_PROVENANCE = ("as_of", "verified_on", "valid_from", "valid_until")
_PLURALS = {"s": "ses", "y": "ies", "x": "xes"}

TABLES: Mapping[str, Table] = {name: table for name, table in LOADED_TABLES.items() if "source_code" in table.columns}
"""The tables that a spreadsheet may fill: those whose rows bear a source."""


@dataclass(frozen=True)
class TemplateColumn:
    """One column of a spreadsheet."""

    name: str
    is_required: bool
    meaning: str
    """What its cells hold."""


def table_named(name: str) -> Table:
    """Return the table of a name in singular or plural, with spaces or underscores; raise DataFileError otherwise."""
    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    for table in TABLES.values():
        if wanted in (table.name, plural(table.name)):
            return table
    names = ", ".join(plural(table) for table in TABLES)
    raise DataFileError(f"{name}: no table has this name; there are {names}.")


def table_of_file(stem: str) -> Optional[Table]:
    """Return the table that a file's name begins with ("residences 2027 v2"), the longest name if several fit."""
    wanted = stem.strip().lower().replace(" ", "_").replace("-", "_")
    fitting = [name for name in TABLES for written in (name, plural(name)) if f"{wanted}_".startswith(f"{written}_")]
    return TABLES[max(fitting, key=len)] if fitting else None


def plural(table: str) -> str:
    """Return the name of a table in plural, as templates and files bear it."""
    if table[-1] == "y" and table[-2] in "aeiou":
        return f"{table}s"
    return table[:-1] + _PLURALS[table[-1]] if table[-1] in _PLURALS else f"{table}s"


def template_columns(table: Table) -> List[TemplateColumn]:
    """Return the columns of a table's spreadsheet, in order."""
    columns = []
    for column in sorted(table.columns, key=lambda column: column.name in _PROVENANCE):
        if column.name in (*FILLED_BY_LOADER, *_GIVEN_BY_IMPORT):
            continue
        is_required = not column.nullable and column.default is None and column.name != "verified_on"
        for name in spreadsheet_names(column):
            columns.append(TemplateColumn(name, is_required and not column.info.get("any_language"), _meaning(column)))
    lists = [TemplateColumn(name, False, f"codes, {_LIST}") for name in LIST_FIELDS.get(table.name, ())]
    return [*columns, *lists]


def spreadsheet_names(column: Column) -> Tuple[str, ...]:
    """Return the columns of the spreadsheet that one column of the table becomes: one a language for texts."""
    name = field_name(column)
    return tuple(f"{name}_{language}" for language in SUPPORTED_LANGUAGES) if _is_text(column) else (name,)


def empty_csv(table: Table) -> bytes:
    """Return an empty spreadsheet as CSV; the mark at its start tells Excel that it is UTF-8."""
    target = io.StringIO()
    csv.writer(target).writerow([column.name for column in template_columns(table)])
    return target.getvalue().encode("utf-8-sig")


def empty_workbook(table: Table) -> bytes:
    """Return an empty spreadsheet as .xlsx, with a second sheet that explains the columns."""
    columns = template_columns(table)
    explained: Sequence[Sequence[str]] = [
        ("column", "required", "holds"),
        *((column.name, "yes" if column.is_required else "no", column.meaning) for column in columns),
    ]
    return workbook([(plural(table.name)[:31], [[column.name for column in columns]]), ("columns", explained)])


_LIST = f"separated by {LIST_SEPARATOR}"
_MEANINGS = (
    (Texts, "text"),
    (Words, f"words, {_LIST}"),
    (ExactNumber, "number"),
    (SchoolTime, "local time, 2027-08-30T09:00"),
    (Boolean, "yes or no"),
    (Integer, "whole number"),
    (Date, "date, 2027-08-30 or 30/08/2027"),
)


def _meaning(column: Column) -> str:
    if column.name == "as_of":
        return "what the fact speaks of: 2026, 2026-11, 2026-11-23 or the years 2026-2027"
    if column.name == "verified_on":
        return "when it was last checked, 2026-11-23; the day of the import when empty"
    choices = [member.value for member in column.type.enum_class] if isinstance(column.type, Enum) else ()
    choices = choices or column.info.get("choices", ())
    if choices:
        return f"one of {', '.join(choices)}"
    if column.foreign_keys:
        return f"code of a row of {next(iter(column.foreign_keys)).column.table.name}"
    return next((meaning for kind, meaning in _MEANINGS if isinstance(column.type, kind)), "text")


def _is_text(column: Column) -> bool:
    return isinstance(column.type, Texts)
