"""Runs an adapter over files: the one way in which files of others reach the database."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import DataFileError
from bot.mobility import models
from bot.mobility.database import session_scope, upgrade
from bot.mobility.imports.adapters import adapter_named
from bot.mobility.imports.feed import DEFAULTS, Adapter, Directory, Feed, Issue, Options, today
from bot.mobility.imports.files import InputFile, digest_of, read_files
from bot.mobility.imports.sources import write_source
from bot.mobility.loading.announcement import announce_change
from bot.mobility.loading.links import Key
from bot.mobility.loading.loader import LOADED_TABLES
from bot.mobility.loading.report import Change, TableReport
from bot.mobility.loading.standing import Standings
from bot.mobility.loading.table_loader import Row, Scope, TableLoader
from bot.mobility.partial_dates import last_day

DONE, UNCHANGED, STOPPED, REFUSED = "done", "unchanged", "stopped", "refused"
LARGEST_SHARE_WITHDRAWN = 3
"""A complete feed that lacks more than one row in three is more likely cut off than true."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do."""

    outcome: str
    """done, unchanged, or stopped: more than a third would have been withdrawn, so nothing was written."""
    dry_run: bool
    tables: Mapping[str, TableReport] = field(default_factory=dict)
    issues: Sequence[Issue] = ()
    run_id: Optional[int] = None

    @property
    def changes(self) -> List[Change]:
        """Every row that is another than before, table by table."""
        return [change for table in self.tables.values() for change in table.changes]

    def total(self, count: str) -> int:
        """Return the sum of one count (new, changed, withdrawn, unchanged, owned) over all tables."""
        return sum(getattr(table, count) for table in self.tables.values())

    @property
    def has_errors(self) -> bool:
        """Whether something was left out."""
        return any(issue.severity == "error" for issue in self.issues)


def run_import(
    adapter: str,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    force: bool = False,
    complete: bool = False,
    options: Options = DEFAULTS,
    url: Optional[str] = None,
) -> ImportReport:
    """Import files with the adapter of that name.

    `dry_run` writes nothing and tells the difference. `complete` says that the files are the whole feed: rows of this
    feed that they do not name are withdrawn. `force` lets more than a third be withdrawn.

    Raises DataFileError for an unknown adapter or a file that cannot be read at all; the database is as it was then,
    but for the record of the run.
    """
    reader = adapter_named(adapter)
    _check_day(options.verified_on)
    started_at = dt.datetime.now(dt.timezone.utc)
    upgrade(url)
    files: Sequence[InputFile] = ()
    try:
        files = read_files(paths)
        with session_scope(url) as session:
            report = _import(session, reader, files, complete=complete, force=force, options=options)
            if dry_run or report.outcome == STOPPED:
                session.rollback()
            else:
                if report.outcome == DONE:
                    announce_change(session, digest_of(files))
                session.commit()
    except DataFileError as error:
        refused = ImportReport(REFUSED, dry_run, issues=(Issue("error", ", ".join(p.name for p in paths), str(error)),))
        if not dry_run:
            _record(url, adapter, paths, files, refused, started_at, force)
        raise
    if dry_run:
        return ImportReport(report.outcome, True, report.tables, report.issues)
    run_id = _record(url, adapter, paths, files, report, started_at, force)
    return ImportReport(report.outcome, False, report.tables, report.issues, run_id)


def _check_day(day: Optional[str]) -> None:
    try:
        is_right = day is None or (len(day) in (7, 10) and last_day(day) is not None)
    except ValueError:
        is_right = False
    if not is_right:
        raise DataFileError(f"{day} is not the day on which files were fetched: give it as 2026-11-20.")


def _import(
    session: Session, adapter: Adapter, files: Sequence[InputFile], *, complete: bool, force: bool, options: Options
) -> ImportReport:
    feed = Feed(options.verified_on or today())
    adapter.read(files, feed, Directory(session), options)
    new_sources = [code for code, row in feed.sources.items() if write_source(session, row)]
    tables = _load(session, adapter, feed, complete=complete, ignore_reading=options.verified_on is None)
    issues = [*feed.issues, *_issues(tables)]
    withdrawn = sum(table.withdrawn for table in tables.values())
    owned = sum(table.owned for table in tables.values())
    if withdrawn * LARGEST_SHARE_WITHDRAWN > owned and not force:
        reason = (
            f"{withdrawn} of {owned} rows of this feed would be withdrawn, more than a third: nothing is written. "
            "Give --force if that is right."
        )
        return ImportReport(STOPPED, False, tables, [Issue("error", files[0].name, reason), *issues])
    changed = new_sources or any(table.changes for table in tables.values())
    return ImportReport(DONE if changed else UNCHANGED, False, tables, issues)


def _load(
    session: Session, adapter: Adapter, feed: Feed, *, complete: bool, ignore_reading: bool
) -> Dict[str, TableReport]:
    known = _KnownKeys(session)
    standings = Standings.read(session)
    ignored = frozenset({"verified_on"}) if ignore_reading else frozenset()
    reports = {}
    for name, table in LOADED_TABLES.items():
        if name in feed.records or name in feed.replaced:
            all_named = name in feed.replaced or (complete and name != models.PartnerInstitution.__tablename__)
            scope = Scope(adapter.name, _covers(feed) if all_named else lambda row: False, ignored)
            reports[name] = TableLoader(session, table, known, standings, scope).load(feed.records[name])
    return reports


def _covers(feed: Feed) -> Callable[[Row], bool]:
    """Return whether a row would be named by the feed if it still held: rows of other institutions would not."""

    def covers(row: Row) -> bool:
        institution = row.get("institution_code") or str(row.get("code", "")).split("/")[0]
        return not feed.institutions or institution in feed.institutions

    return covers


class _KnownKeys(dict):
    """The rows that may be referred to, by table, read from the database when first asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def __missing__(self, name: str) -> Dict[Key, bool]:
        table = models.metadata.tables[name]
        columns = list(table.primary_key.columns)
        if name == models.TeachingUnit.__tablename__:
            columns = [table.c.code, table.c.department_code, table.c.semester]
        query = select(table.c.status, *columns).where(table.c.status != models.Status.WITHDRAWN)
        self[name] = {tuple(key): status is models.Status.SAMPLE for status, *key in self._session.execute(query)}
        return self[name]


def _issues(tables: Mapping[str, TableReport]) -> List[Issue]:
    issues = []
    for table in tables.values():
        issues += [Issue("error", problem.place, problem.reason) for problem in table.problems]
        issues += [Issue("conflict", dispute.place, dispute.reason) for dispute in table.disputes]
    return issues


def _record(
    url: Optional[str],
    adapter: str,
    paths: Sequence[Path],
    files: Sequence[InputFile],
    report: ImportReport,
    started_at: dt.datetime,
    forced: bool,
) -> int:
    counts: Dict[str, Any] = defaultdict(int)
    if report.outcome in (DONE, UNCHANGED):
        counts.update({name: report.total(name) for name in ("new", "changed", "withdrawn", "unchanged")})
    run = models.ImportRun(
        adapter=adapter,
        files=[path.name for path in paths],
        digest=digest_of(files),
        started_at=started_at,
        finished_at=dt.datetime.now(dt.timezone.utc),
        outcome=report.outcome,
        forced=forced,
        **{name: counts[name] for name in ("new", "changed", "withdrawn", "unchanged")},
        issues=[
            models.ImportIssue(severity=issue.severity, place=issue.place, reason=issue.reason)
            for issue in report.issues
        ],
    )
    with session_scope(url) as session:
        session.add(run)
        session.commit()
        return run.id
