"""Reads the files of data/mobility/ into records that remember where they stand."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Sequence, Tuple

import yaml

from bot.errors import DataFileError
from bot.languages import SUPPORTED_LANGUAGES
from bot.settings import PROJECT_ROOT

SAMPLE_FOLDER = "sample"
LIST_SEPARATOR = "|"
_SUFFIXES = (".yml", ".csv")
_RULES = (
    "columns", "facts", "housing_models", "models", "normalisation", "partial_dates", "partner_models", "passages",
    "procedure_models", "statements",
)  # fmt: skip
"""The modules outside of this package that decide what becomes of a record."""
# The parser written in C reads the same ten times faster; a PyYAML built without it lacks the name.
_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Record:
    """One record of a file, as written."""

    place: str
    """File and line, as messages name them."""
    fields: Mapping[str, Any]
    is_sample: bool
    problems: Tuple[str, ...] = ()
    """What is wrong with the record before anything is known about its table."""


@dataclass(frozen=True)
class DataFile:
    """One file, named after the table that its records are for."""

    path: Path
    content: bytes
    is_sample: bool

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.path.stem

    @property
    def shown(self) -> str:
        """Name of the file as messages give it."""
        return str(self.path.relative_to(PROJECT_ROOT) if PROJECT_ROOT in self.path.parents else self.path)

    def records(self, list_fields: Sequence[str]) -> Iterator[Record]:
        """Read the records; in CSV files `list_fields` are lists. Raises DataFileError when the file is broken."""
        try:
            text = self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataFileError(f"{self.shown}: is not UTF-8 text ({error.reason}); save it as UTF-8.") from error
        return self._csv_records(text, list_fields) if self.path.suffix == ".csv" else self._yaml_records(text)

    def _yaml_records(self, text: str) -> Iterator[Record]:
        loader = _YamlLoader(text)
        try:
            root = loader.get_single_node()
            parts = {str(key.value): value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
            records: Any = parts.get("records")
            defaults = loader.construct_object(parts["defaults"], deep=True) if "defaults" in parts else {}
            is_right = isinstance(records, yaml.SequenceNode) and isinstance(defaults, dict)
            if not is_right or set(parts) - {"defaults", "records"}:
                raise DataFileError(f"{self.shown}: must hold `records:`, a list, and may hold `defaults:`, a mapping.")
            for node in records.value:
                yield self._yaml_record(loader, node, defaults)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise DataFileError(f"{self.shown}:{line}: is not valid YAML: {error.problem}.") from error
        except yaml.YAMLError as error:
            raise DataFileError(f"{self.shown}: is not valid YAML: {error}.") from error
        finally:
            loader.dispose()

    def _yaml_record(self, loader: Any, node: Any, defaults: Mapping[str, Any]) -> Record:
        place = f"{self.shown}:{node.start_mark.line + 1}"
        if not isinstance(node, yaml.MappingNode):
            return Record(place, {}, self.is_sample, ("a record must be a mapping of column to value",))
        names = [str(key.value) for key, _ in node.value]
        repeated = sorted({name for name in names if names.count(name) > 1})
        try:
            fields = loader.construct_object(node, deep=True)
        except (yaml.MarkedYAMLError, ValueError) as error:  # ValueError: 2026-02-30 looks like a date and is none
            return Record(place, {}, self.is_sample, (f"holds a value that YAML does not know: {error}",))
        problems = tuple(f"{name} is given twice" for name in repeated)
        return Record(place, {**defaults, **fields}, self.is_sample, problems)

    def _csv_records(self, text: str, list_fields: Sequence[str]) -> Iterator[Record]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = next(reader, [])
            if len(set(header)) != len(header) or not all(header):
                raise DataFileError(f"{self.shown}:1: the first line must name every column once.")
            for cells in reader:
                place = f"{self.shown}:{reader.line_num}"
                problems = (
                    () if len(cells) == len(header) else (f"has {len(cells)} cells where the header has {len(header)}",)
                )
                yield Record(place, _csv_fields(header, cells, list_fields), self.is_sample, problems)
        except csv.Error as error:
            raise DataFileError(f"{self.shown}:{reader.line_num}: is not valid CSV: {error}.") from error


def find_files(folder: Path, tables: Sequence[str]) -> List[DataFile]:
    """Return the data files of `folder` and its sample/; raise DataFileError where a table or all files lack."""
    files = []
    for directory, is_sample in ((folder, False), (folder / SAMPLE_FOLDER, True)):
        for path in sorted(directory.glob("*")):
            if path.suffix not in _SUFFIXES:
                continue
            if path.stem not in tables:
                raise DataFileError(f"{path}: no table has this name; there are {', '.join(sorted(tables))}.")
            try:
                files.append(DataFile(path.resolve(), path.read_bytes(), is_sample))
            except OSError as error:
                raise DataFileError(f"{path}: cannot be read ({error.strerror}).") from error
    if not files:
        raise DataFileError(f"{folder}: holds no data files; give the folder of source.yml and the others.")
    return files


def digest_of(files: Sequence[DataFile]) -> str:
    """Return a digest of the files and of the code that loads them, which may make other rows of the same files."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parent
    for path in (*sorted(package.glob("*.py")), *(package.parent / f"{name}.py" for name in _RULES)):
        digest.update(path.read_bytes())
    for file in files:
        digest.update(f"{file.path.name} {file.is_sample} {len(file.content)}\n".encode())
        digest.update(file.content)
    return digest.hexdigest()


def _csv_fields(header: Sequence[str], cells: Sequence[str], list_fields: Sequence[str]) -> Mapping[str, Any]:
    """Return the filled cells: lists split, and columns such as title_fr gathered into texts by language."""
    fields: dict = {}
    for name, cell in zip(header, cells, strict=False):
        stem, _, language = name.rpartition("_")
        if not cell:
            continue
        if name in list_fields:
            fields[name] = [item.strip() for item in cell.split(LIST_SEPARATOR)]
        elif language in SUPPORTED_LANGUAGES:
            fields.setdefault(stem, {})[language] = cell
        else:
            fields[name] = cell
    return fields
