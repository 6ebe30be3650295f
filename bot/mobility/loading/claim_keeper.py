"""Decides between a record and a row of another source, and keeps what the other one says."""

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from sqlalchemy import Table
from sqlalchemy.orm import Session

from bot.mobility.loading.claims import (
    claim_on,
    claims_of,
    facts_of,
    key_columns,
    key_text,
    save_claims,
    values_of_claim,
)
from bot.mobility.loading.links import Key
from bot.mobility.loading.report import Problem
from bot.mobility.loading.standing import FILES, MENTIONED, TABLE, Standings
from bot.mobility.models import Status

Row = Mapping[str, Any]


class ClaimKeeper:
    """The claims on the rows of one table, during one load."""

    def __init__(self, session: Session, table: Table, standings: Standings) -> None:
        self._session = session
        self._table = table
        self._standings = standings
        self._key = key_columns(table)
        self._existing = claims_of(session, table) if table.name in standings.disputed_tables else {}
        self._new: List[Mapping[str, Any]] = []
        self._settled: Set[Tuple[str, str]] = set()
        self.disputes: List[Problem] = []
        """The records on which another source says something else."""

    def prevailing(self, values: Dict[str, Any], stated: Sequence[str], old: Row, place: str) -> Optional[Row]:
        """Return the columns that a row shall have by a record of it, or None where the row ranks above the record.

        `stated` are the columns of which the record itself speaks: silence is no contradiction.
        """
        new, held, key = self._standings.of(values), self._standings.of(old), self._key_of(old)
        if new.origin == held.origin:
            return values if new.origin == FILES else self._completed(values, stated, old, new.origin)
        if old["status"] is Status.WITHDRAWN:
            self._settled.add((key_text(key), new.origin))
            return values
        facts = facts_of({name: values[name] for name in stated})
        if new.rank < held.rank:
            merged = {**{name: old[name] for name in values}, **{name: values[name] for name in stated}}
            self._keep(key, held.origin, old, facts_of(old), _differences(merged, facts_of(old)), merged, place)
            self._settled.add((key_text(key), new.origin))
            return merged
        self._keep(key, new.origin, values, facts, _differences(old, facts), old, place)
        return None

    def successor(self, key: Key) -> Optional[Dict[str, Any]]:
        """Return the columns of a row that is withdrawn by what the best other source says, or None without one."""
        claim = self._best(key_text(key))
        if claim is None:
            return None
        self._settled.add((claim["row_key"], claim["origin"]))
        return values_of_claim(self._table, claim)

    def save(self, origin: str, named: Iterable[Key], covers: Iterable[Key]) -> None:
        """Write the claims; drop those of `origin` on rows that it covers and names no more."""
        unnamed = {key_text(key) for key in covers} - {key_text(key) for key in named}
        self._settled.update(place for place in self._existing if place[1] == origin and place[0] in unnamed)
        if self._new or self._settled:
            save_claims(self._session, self._table, self._new, self._settled)

    def _completed(self, values: Row, stated: Sequence[str], old: Row, origin: str) -> Row:
        """Return a row with what its record leaves open: as it was, or as the source said that it took the place of."""
        silent = [name for name in values if name not in stated]
        if origin == TABLE:
            return {**values, **{name: old[name] for name in silent}}
        claim = self._best(key_text(self._key_of(old)))
        below = {} if claim is None else values_of_claim(self._table, claim)
        said = () if claim is None else claim["said"]
        return {**values, **{name: below[name] for name in silent if name in said}}

    def _keep(
        self, key: Key, origin: str, speaker: Row, facts: Row, differences: Row, published: Row, place: str
    ) -> None:
        if origin == MENTIONED:
            return
        self._new.append(claim_on(key, origin, speaker, facts))
        if differences:
            parts = (f"{name} {value!r} where {published[name]!r} is published" for name, value in differences.items())
            self.disputes.append(Problem(place, f"{key_text(key)}: another source says {', '.join(parts)}"))

    def _best(self, key: str) -> Optional[Mapping[str, Any]]:
        claims = [claim for (place, _), claim in self._existing.items() if place == key]
        return min(claims, key=lambda claim: self._standings.of(claim).rank, default=None)

    def _key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self._key)


def _differences(published: Row, facts: Row) -> Dict[str, Any]:
    return {name: value for name, value in facts.items() if published[name] != value}
