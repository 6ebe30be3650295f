"""Turns what a record says into the values of its columns, or says what is wrong with it."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Dict, List, Mapping, Tuple

from sqlalchemy import Boolean, Column, Date, Enum, Integer, String, Table

from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility.columns import SCHOOL_TIME, ExactNumber, SchoolTime, Texts, Words
from bot.mobility.models import Status
from bot.mobility.partial_dates import last_day

FILLED_BY_LOADER = ("id", "search_title", "origin")
"""Columns that no file gives."""

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no database takes, or nobody can read: control characters but tabs and line ends, halves of characters."""
_LANGUAGE_TAG = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_LARGEST_INTEGER = 2**31 - 1


class RecordError(ValueError):
    """A record cannot be loaded; says why."""


def field_name(column: Column) -> str:
    """Return the key of a column in the files: references are written without `_code`."""
    return column.name[: -len("_code")] if column.foreign_keys and column.name.endswith("_code") else column.name


def column_values(table: Table, fields: Mapping[str, Any], *, is_sample: bool) -> Tuple[Dict[str, Any], List[str]]:
    """Return the values of all columns that can be made out, and what is wrong with the others."""
    values: Dict[str, Any] = {}
    problems: List[str] = []
    for column in table.columns:
        name = field_name(column)
        if column.name in FILLED_BY_LOADER:
            continue
        try:
            if column.name == "status":
                values["status"] = _status(fields.get(name), is_sample)
            elif fields.get(name) is None:
                values[column.name] = default_of(column)
            else:
                values[column.name] = converted(column, fields[name])
        except RecordError as error:
            problems.append(f"{name} {error}")
    return values, problems


def _status(value: Any, is_sample: bool) -> Status:
    if is_sample:
        if value not in (None, Status.SAMPLE.value):
            raise RecordError(f"must be sample in files under sample/, not {value!r}")
        return Status.SAMPLE
    if value not in (None, Status.PUBLISHED.value, Status.DRAFT.value):
        raise RecordError(
            f"must be published or draft, not {value!r}: samples stand in files under sample/, "
            "and a row whose record is removed is withdrawn"
        )
    return Status(value or Status.PUBLISHED.value)


def default_of(column: Column) -> Any:
    """Return the value of a column of which nothing is said; raise RecordError where something must be."""
    if column.default is not None:
        return column.default.arg(None) if column.default.is_callable else column.default.arg
    if not column.nullable:
        raise RecordError("is missing")
    return None


def converted(column: Column, value: Any) -> Any:
    """Return the value of a column from what a file says; raise RecordError where it is none."""
    if column.name == "as_of":
        return _partial_date(value)
    if column.name == "verified_on":
        return _reading_date(value)
    for kind, convert in _CONVERTERS:
        if isinstance(column.type, kind):
            return convert(value, column)
    raise TypeError(f"{column}: no rule turns a record into a {column.type!r}")


def _partial_date(value: Any) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    try:
        last_day(text)
    except ValueError as error:
        raise RecordError(f"must be a date of its source: {error}") from error
    return text


def _reading_date(value: Any) -> str:
    text = _partial_date(value)
    if len(text) not in (7, 10):
        raise RecordError(f"must be YYYY-MM or YYYY-MM-DD, not {text!r}")
    return text


def _texts(value: Any, column: Column) -> Dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise RecordError("must be a text by language, such as {en: ..., fr: ...}")
    unknown = sorted(str(language) for language in value if language not in SUPPORTED_LANGUAGES)
    if unknown and not column.info.get("other_languages"):
        raise RecordError(f"has the unknown language {unknown[0]!r}; there are {', '.join(SUPPORTED_LANGUAGES)}")
    if not column.info.get("any_language"):
        for language in SUPPORTED_LANGUAGES:
            if language not in value:
                raise RecordError(f"lacks the language {language}")
    strange = [language for language in value if not isinstance(language, str) or not _LANGUAGE_TAG.fullmatch(language)]
    if strange:
        raise RecordError(f"has {strange[0]!r}, which is no language tag")
    return {language: _word(text, f"in {language} ") for language, text in value.items()}


def _words(value: Any, column: Column) -> List[str]:
    if not isinstance(value, list):
        raise RecordError("must be a list of words")
    return [_word(item, "") for item in value]


def _word(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RecordError(f"{where}must be a text, not {value!r}; put it in quotes")
    if _NO_TEXT.search(value):
        raise RecordError(f"{where}holds control characters, which are no text")
    return value.strip()


def _text(value: Any, column: Column) -> str:
    text = _word(value, "")
    choices = column.info.get("choices")
    if choices and text not in choices:
        raise RecordError(f"must be one of {', '.join(choices)}, not {text!r}")
    length = column.type.length
    if length is not None and len(text) > length:
        raise RecordError(f"has {len(text)} characters; {length} fit")
    return text


def _choice(value: Any, column: Column) -> Any:
    choices = [member.value for member in column.type.enum_class]
    if value not in choices:
        raise RecordError(f"must be one of {', '.join(choices)}, not {value!r}")
    return column.type.enum_class(value)


def _boolean(value: Any, column: Column) -> bool:
    if not isinstance(value, bool):
        raise RecordError(f"must be true or false, not {value!r}")
    return value


def _integer(value: Any, column: Column) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value) if len(value) <= len(str(_LARGEST_INTEGER)) else _LARGEST_INTEGER + 1
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(f"must be a whole number, not {value!r}")
    if abs(value) > _LARGEST_INTEGER:
        raise RecordError(f"is too large; {_LARGEST_INTEGER} is the most")
    return value


def _number(value: Any, column: Column) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise RecordError(f"must be a number, not {value!r}")
    precision, scale = column.type.impl.precision, column.type.impl.scale
    if abs(number) >= 10 ** (precision - scale) or number != round(number, scale):
        raise RecordError(f"must be under {10 ** (precision - scale)} with at most {scale} decimals, not {value}")
    return number


def _date(value: Any, column: Column) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise RecordError(f"must be a date YYYY-MM-DD, not {value!r}") from error


def _school_time(value: Any, column: Column) -> dt.datetime:
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise RecordError(f"must be a time YYYY-MM-DDTHH:MM, not {value!r}") from error
    if moment.tzinfo is not None:
        raise RecordError("must be the local time of the campus, without a time zone")
    return moment.replace(tzinfo=SCHOOL_TIME)


_CONVERTERS: Tuple[Tuple[Any, Callable[[Any, Column], Any]], ...] = (
    (Texts, _texts),
    (Words, _words),
    (ExactNumber, _number),
    (SchoolTime, _school_time),
    (Enum, _choice),  # before String, which it is a kind of
    (Boolean, _boolean),
    (Integer, _integer),
    (Date, _date),
    (String, _text),
)
