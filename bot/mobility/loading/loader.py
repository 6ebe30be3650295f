"""Loads a folder of data files into the mobility database."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.database import session_scope, upgrade
from bot.mobility.loading.announcement import announce_change
from bot.mobility.loading.files import DataFile, Record, digest_of, find_files
from bot.mobility.loading.links import LIST_FIELDS, Key
from bot.mobility.loading.report import TableReport
from bot.mobility.loading.standing import Standings
from bot.mobility.loading.table_loader import TableLoader

LOADED_TABLES = {
    model.__table__.name: model.__table__
    for model in (
        models.Source,
        models.Institution,
        models.InstitutionIdentifier,
        models.InstitutionStatement,
        models.PublishedFigure,
        models.Contact,
        models.OpeningPeriod,
        models.Department,
        models.AcademicTerm,
        models.Deadline,
        models.Programme,
        models.ProgrammeStatement,
        models.ProgrammeEdition,
        models.ProgrammeEvent,
        models.HousingProvider,
        models.Residence,
        models.ResidenceStatement,
        models.RoomType,
        models.ResidencePrice,
        models.TeachingUnit,
        models.Course,
        models.CourseSlot,
        models.Subject,
        models.Procedure,
        models.ProcedureStatement,
        models.ProcedureDependency,
        models.CampusStatement,
        models.PublicHoliday,
        models.PartnerInstitution,
        models.Agreement,
        models.AgreementCondition,
        models.InstitutionUnit,
        models.FactsheetEntry,
        models.LearningOpportunity,
        models.LearningOpportunityInstance,
    )
}
"""The tables that have files, each after those it refers to."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did."""

    tables: Mapping[str, TableReport] = field(default_factory=dict)
    skipped: bool = False
    """True when the same files had been loaded before, so that nothing was looked at."""

    @property
    def problems(self) -> List[str]:
        """One `file:line: reason` for each wrong record."""
        return [str(problem) for table in self.tables.values() for problem in table.problems]

    @property
    def changed_anything(self) -> bool:
        """Whether the database holds something else than before."""
        return any(table.new or table.changed or table.withdrawn for table in self.tables.values())


def load(folder: Path, *, with_samples: bool = True, force: bool = False, url: Optional[str] = None) -> LoadReport:
    """Make the database hold what the files say, all at once; `force` looks at files that were loaded before too.

    Raises DataFileError for a file that cannot be read at all, before anything is written.
    """
    files = find_files(folder, tuple(LOADED_TABLES))
    digest = digest_of(files)
    upgrade(url)
    with session_scope(url) as session:
        if not force and _is_loaded(session, digest, with_samples):
            return LoadReport(skipped=True)
        report = LoadReport(_load_tables(session, files, with_samples))
        # After an import the newest digest is another one, and the next load should be short again.
        if report.changed_anything or _newest_digest(session) != digest:
            announce_change(session, digest, with_samples=with_samples, wrong_records=len(report.problems))
        session.commit()
        return report


def _newest_digest(session: Session) -> Optional[str]:
    return session.scalars(select(models.DataLoad.digest).order_by(models.DataLoad.id.desc()).limit(1)).first()


def _is_loaded(session: Session, digest: str, with_samples: bool) -> bool:
    newest = session.scalars(select(models.DataLoad).order_by(models.DataLoad.id.desc()).limit(1)).first()
    if newest is None or newest.wrong_records:
        return False
    return (newest.digest, newest.with_samples) == (digest, with_samples)


def _load_tables(session: Session, files: List[DataFile], with_samples: bool) -> Dict[str, TableReport]:
    records: Dict[str, List[Record]] = {name: [] for name in LOADED_TABLES}
    for file in files:
        if with_samples or not file.is_sample:
            records[file.table].extend(file.records(LIST_FIELDS.get(file.table, ())))
    known: Dict[str, Dict[Key, bool]] = {}
    standings = Standings()
    reports = {}
    for name, table in LOADED_TABLES.items():
        reports[name] = TableLoader(session, table, known, standings).load(records[name])
        if table is models.Source.__table__:
            standings = Standings.read(session)
    return reports
