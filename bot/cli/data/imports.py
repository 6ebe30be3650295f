"""`data import`, `data imports`, `data conflicts`, `data template`: files of others, and what came of them."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from textwrap import shorten
from typing import Any, Callable, Mapping, Sequence

from bot.cli.data.tables import print_table
from bot.errors import DataFileError
from bot.settings import Settings

_COUNTS = ("new", "changed", "withdrawn", "unchanged")
_TITLES = ("name", "title", "text", "email")
"""Columns by which people know a row, the best first."""
_TITLE_WIDTH = 80
_SHOWN = 200
"""Lines of a difference that are printed; a first import of thousands of rows is summed up by the table."""


def add_arguments(actions: Any) -> None:
    """Describe the actions."""
    importing = actions.add_parser("import", help="import files: standard feeds, the ECHE list, spreadsheets")
    importing.add_argument("adapter", metavar="ADAPTER", help="what kind of files; docs/imports.md describes them")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--dry-run", action="store_true", help="print the difference and write nothing")
    importing.add_argument("--complete", action="store_true", help="withdraw rows of this feed that the files lack")
    importing.add_argument("--force", action="store_true", help="even when that is more than a third of them")
    importing.add_argument("--institution", metavar="HEI", help="whose data the files hold, such as uio.no")
    importing.add_argument("--table", help="table of a spreadsheet whose name does not begin with it")
    importing.add_argument("--verified-on", metavar="DATE", help="when the files were fetched (default: today)")
    history = actions.add_parser("imports", help="list the imports there were, or the issues of one")
    history.add_argument("number", nargs="?", type=int, metavar="NUMBER", help="number of an import")
    actions.add_parser("conflicts", help="list the rows on which two sources disagree")
    template = actions.add_parser("template", help="write an empty spreadsheet for a table")
    template.add_argument("table", metavar="TABLE", help="such as residences")
    template.add_argument("--xlsx", action="store_true", help="an Excel workbook, with the columns explained")
    template.add_argument("--to", dest="folder", type=Path, default=Path(), metavar="DIR")


def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    """Return 0, or 1 when something was left out or the import stopped."""
    from bot.mobility.imports.feed import Options
    from bot.mobility.imports.importer import STOPPED, UNCHANGED, run_import

    report = run_import(
        arguments.adapter,
        arguments.files,
        dry_run=arguments.dry_run,
        force=arguments.force,
        complete=arguments.complete,
        options=Options(arguments.institution, arguments.table, arguments.verified_on),
        url=settings.mobility_database_url,
    )
    rows = [(name, *(getattr(table, count) for count in _COUNTS)) for name, table in report.tables.items()]
    print_table(("table", *_COUNTS), rows)
    _print_changes(report.changes)
    for issue in report.issues:
        print(f"{issue.severity}: {issue.place}: {issue.reason}", file=sys.stderr)
    if report.outcome == STOPPED:
        return 1
    if report.outcome == UNCHANGED:
        print("Nothing has changed: the database held all this before.")
    print("Dry run: nothing is written." if report.dry_run else f"Import {report.run_id} is recorded.")
    return 1 if report.has_errors else 0


def _print_changes(changes: Any) -> None:
    signs = {"new": "+", "changed": "~", "withdrawn": "-"}
    for change in changes[:_SHOWN]:
        print(f"{signs[change.kind]} {change.table} {change.key}{_title(change)}")
        for name, (old, new) in change.fields.items() if change.kind == "changed" else ():
            print(f"    {name}: {_shown(old)} -> {_shown(new)}")
    if len(changes) > _SHOWN:
        print(f"... and {len(changes) - _SHOWN} more changes.")


def _title(change: Any) -> str:
    """Return by what a person knows a new row: its name, title or text."""
    stated = {name: value for name, (_, value) in change.fields.items() if change.kind == "new"}
    titles = (stated[name] for name in _TITLES if name in stated)
    title = next((next(iter(value.values()), "") if isinstance(value, dict) else str(value) for value in titles), "")
    if not title and "month" in stated and "day" in stated:
        title = f"{stated['month']:02}-{stated['day']:02}"
    return f": {shorten(title, _TITLE_WIDTH, placeholder=' ...')}" if title else ""


def _file_names(names: Sequence[str]) -> str:
    """Return the names of files, those that are alike only once: OCCAPI calls every file index.json."""
    counts = Counter(names)
    return ", ".join(name if count == 1 else f"{name} ({count} files)" for name, count in counts.items())


def _shown(value: Any) -> str:
    from bot.mobility.loading.claims import as_json

    return "nothing" if value is None else str(as_json(value))


def _imports(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.database import session_scope
    from bot.mobility.imports.history import find_run, find_runs

    with session_scope(settings.mobility_database_url) as session:
        if arguments.number is not None:
            run = find_run(session, arguments.number)
            if run is None:
                print(f"There is no import {arguments.number}.", file=sys.stderr)
                return 1
            print(f"{run.id}  {run.started_at:%Y-%m-%d %H:%M}  {run.adapter}  {_file_names(run.files)}: {run.outcome}")
            for issue in run.issues:
                print(f"{issue.severity}: {issue.place}: {issue.reason}")
            return 0
        runs = find_runs(session)
        for run in runs:
            counts = ", ".join(f"{getattr(run, count)} {count}" for count in _COUNTS)
            print(
                f"{run.id}  {run.started_at:%Y-%m-%d %H:%M}  {run.adapter}  {_file_names(run.files)}: {run.outcome}"
                f"{' (forced)' if run.forced else ''}; {counts}; {len(run.issues)} issues"
            )
    if not runs:
        print("Nothing has been imported yet.")
    return 0


def _conflicts(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.database import session_scope
    from bot.mobility.loading.claims import find_conflicts
    from bot.mobility.loading.loader import LOADED_TABLES

    with session_scope(settings.mobility_database_url) as session:
        conflicts = find_conflicts(session, LOADED_TABLES)
    for conflict in conflicts:
        print(f"{conflict.table} {conflict.key}: {conflict.source_code} says otherwise")
        for name, value in conflict.said.items():
            print(f"    {name}: told is {conflict.published[name]!r}, said is {value!r}")
    if not conflicts:
        print("No two sources disagree.")
    return 0


def _template(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.imports.templates import empty_csv, empty_workbook, plural, table_named, template_columns

    table = table_named(arguments.table)
    path = arguments.folder / f"{plural(table.name)}.{'xlsx' if arguments.xlsx else 'csv'}"
    if path.exists():
        print(f"{path} exists already: nothing is written.", file=sys.stderr)
        return 1
    try:
        path.write_bytes(empty_workbook(table) if arguments.xlsx else empty_csv(table))
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error
    for column in template_columns(table):
        print(f"{column.name}{' (required)' if column.is_required else ''}: {column.meaning}")
    print(f"Written: {path}. Fill it in, then run `python -m bot data import table {path}`.")
    return 0


RUNS: Mapping[str, Callable[[argparse.Namespace, Settings], int]] = {
    "import": _import,
    "imports": _imports,
    "conflicts": _conflicts,
    "template": _template,
}
