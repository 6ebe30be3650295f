"""Reads JSON:API documents, remembering on which line each resource begins."""

import json
from typing import Any, Iterator, List, Tuple

from bot.errors import DataFileError
from bot.mobility.imports.files import InputFile

_BLANK = " \t\r\n"


def read_resources(file: InputFile) -> List[Tuple[int, Any]]:
    """Return the resources under `data`, each with its line; raise DataFileError for what is no such document."""
    text = _text(file)
    if text.lstrip().startswith("<"):
        raise DataFileError(f"{file.name}: is HTML or XML, not JSON; was a login or error page saved?")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataFileError(f"{file.place(error.lineno)}: is no valid JSON: {error.msg}.") from error
    except RecursionError as error:
        raise DataFileError(f"{file.name}: is nested deeper than any feed.") from error
    if isinstance(document, dict) and document.get("errors"):
        raise DataFileError(f"{file.name}: is the error message of a server, not data.")
    if not isinstance(document, dict) or "data" not in document:
        raise DataFileError(f"{file.name}: holds no `data`, as every JSON:API document does.")
    data = document["data"]
    if isinstance(data, list):
        lines = list(_lines_of_data(text))
        return [(lines[number] if number < len(lines) else 1, resource) for number, resource in enumerate(data)]
    return [(1, data)]


def _text(file: InputFile) -> str:
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(f"{file.name}: is not UTF-8 text, as JSON must be.") from error


def _lines_of_data(text: str) -> Iterator[int]:
    """Yield the line of each element of the list `data` of a valid document: the json module tells no places."""
    decoder = json.JSONDecoder()
    position = _skip(text, 0) + 1
    while text[(position := _skip(text, position))] != "}":
        name, position = decoder.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if name == "data" and text[position] == "[":
            position += 1
            line, counted = 1 + text.count("\n", 0, position), position
            while text[(position := _skip(text, position))] != "]":
                line, counted = line + text.count("\n", counted, position), position
                yield line
                _, position = decoder.raw_decode(text, position)
                position = _skip(text, position)
                position += text[position] == ","
            return
        _, position = decoder.raw_decode(text, position)
        position = _skip(text, position)
        position += text[position] == ","


def _skip(text: str, position: int) -> int:
    while text[position] in _BLANK:
        position += 1
    return position
