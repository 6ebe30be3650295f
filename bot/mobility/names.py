"""The names by which students may call the rows of the database, and the search in them that forgives misspelling."""

from typing import Any, Iterator, Tuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.name_index import NameIndex
from bot.mobility.provenance import is_told
from bot.mobility.types import NamedRow

__all__ = ["NameIndex", "data_version", "load_names"]

_NAMED: Tuple[Tuple[str, Any, str, bool], ...] = (
    # kind, table, column of the code, whether students see and write that code
    ("department", models.Department, "code", True),
    ("programme", models.Programme, "code", False),
    ("residence", models.Residence, "code", False),
    ("figure", models.PublishedFigure, "figure", False),
    ("contact", models.Contact, "code", False),
    ("procedure", models.Procedure, "code", False),
    ("subject", models.Subject, "code", False),
    ("course", models.Course, "code", True),
    ("teaching_unit", models.TeachingUnit, "code", True),
)


MOST_NAMED_ROWS = 50_000
"""Of a table with more rows no name is kept in memory: such a catalogue is searched in the database instead."""


def load_names(session: Session) -> Tuple[NamedRow, ...]:
    """Return every name in every language, every alias and every public code, without repetition.

    Tables of more than MOST_NAMED_ROWS rows are left out; `courses_written_in` and the search by words find theirs.
    """
    return tuple(dict.fromkeys(_names(session)))


def data_version(session: Session) -> str:
    """Return a text that changes whenever a load has changed the database; "" before the first load."""
    model = models.DataLoad
    newest = session.execute(select(model.id, model.digest).order_by(model.id.desc()).limit(1)).first()
    return f"{newest.id}-{newest.digest[:12]}" if newest else ""


def _names(session: Session) -> Iterator[NamedRow]:
    for kind, model, code_column, code_is_public in _NAMED:
        if (session.scalar(select(func.count()).select_from(model)) or 0) > MOST_NAMED_ROWS:
            continue
        texts = model.title if hasattr(model, "title") else model.name
        columns = [getattr(model, code_column), texts] + ([model.aliases] if hasattr(model, "aliases") else [])
        for code, names, *aliases in session.execute(select(*columns).where(is_told(model)).order_by(columns[0])):
            written = [*names.values(), *(aliases[0] if aliases else ()), *([code] if code_is_public else ())]
            yield from (NamedRow(kind=kind, code=code, name=name) for name in written)
