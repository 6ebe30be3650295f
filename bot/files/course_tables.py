"""A course plan as a table for Excel: CSV in UTF-8 with a byte order mark, safe against formulas."""

import csv
import io
from decimal import Decimal
from typing import Iterator, Mapping, Optional, Sequence

from bot.files.course_rows import COLUMNS, CourseRow, course_rows
from bot.mobility.course_plans import CoursePlan
from bot.wording import phrase

_SEPARATORS: Mapping[str, str] = {"fr": ";"}
"""Excel splits by the list separator of its country."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def course_table(plan: CoursePlan, language: str) -> bytes:
    """Return the table: a line of titles, a line for each course."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")
    writer.writerow([phrase(f"course_column_{column}", language) for column in COLUMNS])
    writer.writerows(_cells(row, language) for row in course_rows(plan, language))
    return written.getvalue().encode("utf-8-sig")


def _cells(row: CourseRow, language: str) -> Sequence[str]:
    return list(_written(row, language))


def _written(row: CourseRow, language: str) -> Iterator[str]:
    for column in COLUMNS:
        value = getattr(row, column)
        yield _number(value, language) if isinstance(value, Decimal) else _safe(value)


def _number(value: Decimal, language: str) -> str:
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if _SEPARATORS.get(language) == ";" else text


def _safe(text: Optional[str]) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = text or ""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
