"""What an adapter makes of files: records for tables, sources, issues; and what it may know of the database."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, DefaultDict, Dict, List, Mapping, Optional, Protocol, Sequence, Set, Tuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.mobility.imports.files import InputFile
from bot.mobility.imports.sources import source_row
from bot.mobility.loading.files import Record
from bot.mobility.loading.standing import MENTIONED
from bot.mobility.models import Institution, PartnerInstitution, Status


@dataclass(frozen=True)
class Issue:
    """Something that an import could not take over, or took over with a doubt."""

    severity: str
    """error (left out), warning (taken over) or conflict (another source says something else)."""
    place: str
    reason: str


@dataclass
class Feed:
    """What files say, by table."""

    verified_on: str
    records: DefaultDict[str, List[Record]] = field(default_factory=lambda: defaultdict(list))
    sources: Dict[str, Mapping[str, Any]] = field(default_factory=dict)
    issues: List[Issue] = field(default_factory=list)
    replaced: Set[str] = field(default_factory=set)
    """Tables of which the files name every row that holds, of the `institutions` where there are some."""
    institutions: Set[str] = field(default_factory=set)
    """Codes of the institutions that the files speak for; empty for files that speak for all."""

    def source(self, origin: str, key: str = "", name: str = "") -> str:
        """Name a source, by what tells it apart and by what people call it; return its code."""
        row = source_row(origin, key, name)
        self.sources[row["code"]] = row
        return row["code"]

    def add(self, table: str, place: str, source: str, **fields: Any) -> None:
        """Add a record."""
        stated = {name: value for name, value in fields.items() if value is not None}
        self.records[table].append(Record(place, {"source": source, "verified_on": self.verified_on, **stated}, False))

    def error(self, place: str, reason: str) -> None:
        """Report what is left out."""
        self.issues.append(Issue("error", place, reason))

    def warn(self, place: str, reason: str) -> None:
        """Report what is taken over with a doubt."""
        self.issues.append(Issue("warning", place, reason))


@dataclass(frozen=True)
class Options:
    """What the person who imports decides."""

    institution: Optional[str] = None
    """SCHAC code of the institution that files speak for which do not name it; None: the school itself."""
    table: Optional[str] = None
    """Table that spreadsheets are for; None: their names say it."""
    verified_on: Optional[str] = None
    """When the files were fetched, YYYY-MM-DD; None: today."""


DEFAULTS = Options()


class Directory:
    """The institutions that the database knows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._new: Dict[str, str] = {}
        self.described: Dict[str, str] = {}
        """Names of institutions that the files themselves describe, by SCHAC code."""
        home = session.execute(
            select(Institution.hei_id, Institution.name).where(Institution.is_home.is_(True))
        ).first()
        self.home: Optional[str] = home.hei_id if home else None
        self._home_name: str = next(iter(home.name.values())) if home else ""

    def code_of(self, hei_id: str, *, pic: Optional[str] = None, erasmus_code: Optional[str] = None) -> Optional[str]:
        """Return the code of the institution with one of these codes: SCHAC first, then PIC, then Erasmus code."""
        model = PartnerInstitution
        given = [(model.hei_id, hei_id), (model.pic, pic), (model.erasmus_code, erasmus_code)]
        query = select(model.code, model.hei_id, model.pic).where(
            model.is_name_only.is_(False),
            model.status != Status.WITHDRAWN,
            or_(*(column == value for column, value in given if value)),
        )
        rows = self._session.execute(query).all()
        best = min(rows, key=lambda row: (row.hei_id != hei_id, row.pic != pic, row.code), default=None)
        return best.code if best else None

    def name(self, feed: Feed, hei_id: str, place: str) -> Tuple[str, str]:
        """Return code and name of an institution that a feed only names; give it a row when it has none."""
        model = PartnerInstitution
        code = self.code_of(hei_id)
        row = self._session.get(model, code) if code else None
        if row is not None and row.source.origin != MENTIONED:
            return row.code, self.described.get(hei_id) or spoken(row.name)
        if hei_id in self.described:
            return code or hei_id, self.described[hei_id]
        # It is named again at each import, or the next one would not know it.
        code = code or hei_id
        name = self._home_name if hei_id == self.home else hei_id
        if code not in self._new:
            self._new[code] = name
            feed.add(model.__tablename__, place, feed.source(MENTIONED), code=code, hei_id=hei_id, name={"und": name})
        return code, name


class Adapter(Protocol):
    """Reads files of one kind. Raises DataFileError for a file that is not of this kind at all."""

    name: str
    help: str

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Fill `feed` with what the files say."""


def today() -> str:
    """Return today's date as `verified_on` holds it."""
    return dt.date.today().isoformat()


def spoken(names: Mapping[str, str]) -> str:
    """Return the name to call an institution by: the English one, else the first."""
    return names.get("en") or next(iter(names.values()))
