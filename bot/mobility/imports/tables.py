"""Spreadsheets of the office: CSV or .xlsx with the columns of a template."""

import csv
import datetime as dt
import io
import re
from pathlib import PurePath
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from sqlalchemy import Boolean, Column, Date, Integer, Table

from bot.errors import DataFileError
from bot.mobility.columns import ExactNumber, SchoolTime, Texts, Words
from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.templates import spreadsheet_names, table_named, table_of_file, template_columns
from bot.mobility.imports.workbooks import ZIP_MAGIC, read_rows
from bot.mobility.loading.files import LIST_SEPARATOR, Record
from bot.mobility.loading.values import FILLED_BY_LOADER, field_name

_YES, _NO = ("yes", "true", "oui", "vrai", "1", "x"), ("no", "false", "non", "faux", "0")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DELIMITERS = ",;\t"


class TableAdapter:
    """Reads one table from each file. The columns that a file lacks say nothing: values there are stay."""

    name = "table"
    help = "spreadsheets of the office (.csv, .xlsx) with the columns of `data template`"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one record for each row."""
        for file in files:
            stem = PurePath(file.name).stem
            table = table_named(options.table) if options.table else table_of_file(stem)
            if table is None:
                raise DataFileError(f"{file.name}: begins with the name of no table; rename it, or give --table.")
            rows = read_rows(file) if file.content.startswith(ZIP_MAGIC) else _csv_rows(file, feed)
            self._read(file, table, rows, feed)

    def _read(self, file: InputFile, table: Table, rows: Iterator[Tuple[int, Sequence[Any]]], feed: Feed) -> None:
        number, cells = next(rows, (1, ()))
        header = [str(cell or "").strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        _check_header(file.place(number), header, table)
        source = feed.source(self.name, file.name, file.name)
        columns = {
            name: column
            for column in table.columns
            if column.name not in FILLED_BY_LOADER
            for name in spreadsheet_names(column)
        }
        for number, cells in rows:
            place = file.place(number)
            problems: List[str] = []
            surplus = [cell for cell in cells[len(header) :] if cell not in (None, "")]
            if surplus:
                problems.append(f"has {len(header) + len(surplus)} cells where the header has {len(header)}")
            fields: Dict[str, Any] = {"source": source, "verified_on": feed.verified_on}
            for name, cell in zip(header, cells, strict=False):
                try:
                    _take(fields, table, columns.get(name), name, cell)
                except ValueError as error:
                    problems.append(f"{name} {error}")
            feed.records[table.name].append(Record(place, fields, False, tuple(problems)))


def _check_header(place: str, header: Sequence[str], table: Table) -> None:
    columns = template_columns(table)
    known: Set[str] = {column.name for column in columns}
    repeated = sorted({name for name in header if header.count(name) > 1})
    unknown = [name for name in header if name not in known]
    missing = [column.name for column in columns if column.is_required and column.name not in header]
    faults = [
        *(f"{name!r} is no column of {table.name}" for name in unknown),
        *(f"{name!r} stands there twice" for name in repeated),
        *(f"the column {name!r} is missing" for name in missing),
    ]
    if faults:
        raise DataFileError(
            f"{place}: {'; '.join(faults[:5])}. The first row must name columns of the template: "
            f"`python -m bot data template {table.name}` writes one."
        )


def _take(fields: Dict[str, Any], table: Table, column: Optional[Column], name: str, cell: Any) -> None:
    """Put a cell where records have it; raise ValueError for one that holds nothing of its kind."""
    text = _as_text(cell)
    if not text:
        return
    if column is None or isinstance(column.type, Words):
        items = [item.strip() for item in text.split(LIST_SEPARATOR) if item.strip()]
        fields[name] = items
    elif isinstance(column.type, Texts):
        fields.setdefault(field_name(column), {})[name.rpartition("_")[2]] = text
    else:
        fields[name] = value_of_text(column, text)


def value_of_text(column: Column, text: str) -> Any:
    """Return what records hold for what a person writes; raise ValueError for a word that is none of its kind."""
    if isinstance(column.type, Boolean):
        if text.lower() not in (*_YES, *_NO):
            raise ValueError(f"must be yes or no, not {text!r}")
        return text.lower() in _YES
    if isinstance(column.type, ExactNumber):
        return re.sub(r"[\s\u202f]", "", text).replace(",", ".")
    if isinstance(column.type, Integer):
        return text[:-2] if text.endswith(".0") else text
    if isinstance(column.type, Date) or column.name == "verified_on":
        return _iso_date(text)
    if isinstance(column.type, SchoolTime):
        return text.replace(" ", "T", 1)
    return text


def _iso_date(text: str) -> str:
    """Return a date as 2027-08-30, also of 30/08/2027; raise ValueError for a day that no calendar has."""
    found = _DAY_FIRST.fullmatch(text)
    if found is None:
        return text.split(" ")[0] if re.fullmatch(r"\d{4}-\d{2}-\d{2} 00:00:00", text) else text
    day, month, year = map(int, found.groups())
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueError(f"must be a date, and {text} is none ({error})") from error


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv_rows(file: InputFile, feed: Feed) -> Iterator[Tuple[int, Sequence[Any]]]:
    text = _decoded(file, feed)
    first = text.lstrip().split("\n", 1)[0]
    if first.startswith("<"):
        raise DataFileError(f"{file.name}: is HTML or XML, not CSV; was a web page saved?")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise DataFileError(f"{file.place(reader.line_num)}: is no valid CSV: {error}.") from error


def _decoded(file: InputFile, feed: Feed) -> str:
    """Return the text of a CSV file: UTF-8, else what Excel writes in Western Europe."""
    content = file.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Mapping[str, bool] = {"utf-16": False}
    else:
        encodings = {"utf-8-sig": False, "cp1252": True}
    for encoding, is_guess in encodings.items():
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_guess:
            feed.warn(file.place(1), "is not UTF-8; it is read as Latin-1 (Windows-1252), check its accents")
        if "\0" in text:
            break
        return text
    raise DataFileError(f"{file.name}: is no text file; save it as CSV (UTF-8) or as .xlsx.")
