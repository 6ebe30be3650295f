"""Load the facts of data/mobility/ into the mobility database, import files of others, check and tell what it holds."""

import argparse
import sys
from pathlib import Path

from bot.cli.data import checks, imports
from bot.cli.data.tables import print_table
from bot.settings import Settings

_COLUMNS = ("new", "changed", "withdrawn", "unchanged", "wrong")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the actions on the mobility database."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="make the database hold what the files say")
    load.add_argument("--no-samples", action="store_true", help="leave out, and withdraw, what stands under sample/")
    load.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="default: FACTS_DIR")
    load.add_argument("--force", action="store_true", help="look at every record even when no file has changed")
    actions.add_parser("status", help="tell how many rows there are and when they were loaded")
    imports.add_arguments(actions)
    checks.add_arguments(actions)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Return 0, or 1 when a record is wrong; a file that cannot be read at all raises DataFileError."""
    runs = {"load": _load, "status": _status, **imports.RUNS, **checks.RUNS}
    return runs[arguments.action](arguments, settings)


def _load(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.loading.loader import load

    report = load(
        arguments.folder or settings.facts,
        with_samples=not arguments.no_samples,
        force=arguments.force,
        url=settings.mobility_database_url,
    )
    if report.skipped:
        print("Nothing to do: these files are loaded already.")
        return 0
    rows = [
        (name, table.new, table.changed, table.withdrawn, table.unchanged, len(table.problems))
        for name, table in report.tables.items()
    ]
    print_table(("table", *_COLUMNS), rows)
    if not report.changed_anything:
        print("Nothing has changed: the database held all this before.")
    disputes = sum(len(table.disputes) for table in report.tables.values())
    if disputes:
        print(f"Another source says otherwise of {disputes} rows: `python -m bot data conflicts` lists them.")
    for problem in report.problems:
        print(problem, file=sys.stderr)
    if report.problems:
        count = len(report.problems)
        print(f"{count} wrong {'record' if count == 1 else 'records'} left out; the rest is loaded.", file=sys.stderr)
    return 1 if report.problems else 0


def _status(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.database import session_scope
    from bot.mobility.loading.status import read_status

    with session_scope(settings.mobility_database_url) as session:
        status = read_status(session)
    statuses = ("published", "sample", "draft", "withdrawn")
    print_table(("table", *statuses), [(name, *(counts[key] for key in statuses)) for name, counts in status.tables])
    if status.loaded_at is None:
        print("Nothing is loaded yet: run `python -m bot data load`.")
        return 0
    samples = sum(counts["sample"] for _, counts in status.tables)
    print(f"Last change: {status.loaded_at:%Y-%m-%d %H:%M} (time of the campus). Sample rows: {samples}.")
    if status.wrong_records:
        print(f"Wrong records at that time: {status.wrong_records}; `python -m bot data load` names them.")
    return 0
