"""Reads training examples with their language, which Rasa's own reader drops: the folder of a file is its language."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List

import yaml

from bot.errors import DataFileError

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Example:
    """One training sentence."""

    text: str
    intent: str
    language: str


def read_examples(folder: Path) -> List[Example]:
    """Return the intent examples under `folder`/<language>/, in the order of files; none when the folder is missing."""
    examples: List[Example] = []
    for path in sorted(folder.glob("*/*.yml")):
        examples.extend(_read_file(path))
    return examples


def load_yaml(path: Path) -> Any:
    """Read a YAML file; raise DataFileError with file, line and what is wrong there."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise DataFileError(f"{place}: {error.problem or error.context}. Repair the file and try again.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: {error}. Repair the file and try again.") from error


def _read_file(path: Path) -> Iterator[Example]:
    content = load_yaml(path) or {}
    if not isinstance(content, dict):
        raise DataFileError(f"{path}, line 1: the file must start with keys such as version and nlu.")
    for entry in content.get("nlu") or ():
        intent = entry.get("intent") if isinstance(entry, dict) else None
        if not intent:
            continue
        for text in _texts(entry.get("examples"), path, intent):
            yield Example(_ANNOTATION.sub(r"\1", text), intent, path.parent.name)


def _texts(examples: Any, path: Path, intent: str) -> Iterator[str]:
    if isinstance(examples, str):
        lines = (line.strip() for line in examples.splitlines())
        yield from (line[1:].strip() for line in lines if line.startswith("-") and line[1:].strip())
    elif isinstance(examples, list):
        yield from (item["text"].strip().lstrip("- ") if isinstance(item, dict) else str(item) for item in examples)
    elif examples is not None:
        raise DataFileError(f"{path}: the examples of {intent} are neither lines after 'examples: |' nor a list.")
