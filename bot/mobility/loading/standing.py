"""Whose word counts when two sources say different things of one row."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, FrozenSet, Mapping, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility.models import Claim, Confidence, Source

FILES = "files"
STAFF = "staff"
TABLE = "table"
MENTIONED = "mentioned"
"""Origin of institutions that a feed names without describing them: any description is better."""

_BY_ORIGIN = {STAFF: 0, TABLE: 1, MENTIONED: 5}
_FEED = 3
_BY_CONFIDENCE = {
    Confidence.STAFF: 0,
    Confidence.OFFICIAL: 2,
    Confidence.OFFICIAL_COPY: 2,
    Confidence.PUBLIC_BODY: 4,
    Confidence.PRESS: 4,
    Confidence.THIRD_PARTY: 4,
}


@dataclass(frozen=True)
class Standing:
    """How a row came in, and the rank of its source: the lowest number is believed."""

    origin: str
    rank: int


_WITHOUT_SOURCE = Standing(FILES, 2)


class Standings:
    """The standing of every source."""

    def __init__(
        self,
        by_source: Mapping[str, Standing] = MappingProxyType({}),
        disputed_tables: FrozenSet[str] = frozenset(),
    ) -> None:
        self._by_source = by_source
        self.disputed_tables = disputed_tables
        """Tables on whose rows there are claims."""

    @classmethod
    def read(cls, session: Session) -> "Standings":
        """Return the standings as the database holds them now."""
        rows = session.execute(select(Source.code, Source.origin, Source.confidence))
        by_source = {code: Standing(origin, rank_of(origin, confidence)) for code, origin, confidence in rows}
        return cls(by_source, frozenset(session.scalars(select(Claim.table_name).distinct())))

    def of(self, row: Mapping[str, Any]) -> Standing:
        """Return the standing of a row, by its columns; rows without a source come from the files."""
        if "origin" in row:  # a row of the table of sources itself
            return Standing(row["origin"], 0)
        return self._by_source.get(row.get("source_code", ""), _WITHOUT_SOURCE)


def rank_of(origin: str, confidence: Optional[Confidence]) -> int:
    """Return the rank: staff 0, spreadsheet of the office 1, the school's page 2, standard feed 3, others 4 and 5."""
    if origin == FILES:
        return _BY_CONFIDENCE.get(confidence, 4) if confidence else 4
    return _BY_ORIGIN.get(origin, _FEED)
