"""What a load or an import did to the tables."""

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Tuple


@dataclass(frozen=True)
class Problem:
    """Something wrong or doubtful in a file."""

    place: str
    """File and line."""
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True)
class Change:
    """One row that is another than before."""

    table: str
    key: str
    kind: str
    """new, changed or withdrawn."""
    fields: Mapping[str, Tuple[Any, Any]] = field(default_factory=dict)
    """The values before and after, by column; of a new row (the first ones of many) what it states."""


@dataclass
class TableReport:
    """What happened to one table."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    owned: int = 0
    """Rows of the same origin that were published before, those withdrawn now included."""
    problems: List[Problem] = field(default_factory=list)
    """The wrong records."""
    disputes: List[Problem] = field(default_factory=list)
    """The records on which another source says something else."""
    changes: List[Change] = field(default_factory=list)
