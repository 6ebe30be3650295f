"""What institutions ask of students who come to them, by their Mobility Factsheets."""

from typing import Dict, List, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.name_index import NameIndex
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Factsheet, FactsheetEntry, NamedRow

_KIND = "institution"


def find_factsheets(session: Session, *, subject: str) -> Tuple[Factsheet, ...]:
    """Return every factsheet that says something on a subject, the school's own first."""
    model = models.FactsheetEntry
    query = select(model).where(is_told(model), model.subject == subject)
    query = query.order_by(model.institution_code, model.term, model.position, model.code)
    home = session.scalars(select(models.Institution.hei_id).where(models.Institution.is_home.is_(True))).first()
    entries: Dict[str, List[FactsheetEntry]] = {}
    institutions: Dict[str, models.PartnerInstitution] = {}
    for row in session.scalars(query):
        institutions[row.institution_code] = row.institution
        entries.setdefault(row.institution_code, []).append(_entry(row))
    factsheets = [
        Factsheet(
            institution=code,
            name=institution.name,
            names=(*institution.name.values(), *institution.aliases, *filter(None, [institution.hei_id])),
            is_home=institution.hei_id is not None and institution.hei_id == home,
            entries=tuple(entries[code]),
        )
        for code, institution in institutions.items()
    ]
    return tuple(sorted(factsheets, key=lambda factsheet: not factsheet.is_home))


def named_in(text: str, factsheets: Tuple[Factsheet, ...]) -> Tuple[Factsheet, ...]:
    """Return the factsheets of the institutions that a text names, misspelt or not."""
    rows = [NamedRow(_KIND, sheet.institution, name) for sheet in factsheets for name in sheet.names]
    if not rows or not text:
        return ()
    named = {match.code for match in NameIndex(rows).search(text, kinds=(_KIND,))}
    return tuple(sheet for sheet in factsheets if sheet.institution in named)


def _entry(row: models.FactsheetEntry) -> FactsheetEntry:
    return FactsheetEntry(
        subject=row.subject,
        term=row.term,
        month=row.month,
        day=row.day,
        weeks=row.weeks,
        title=row.title,
        details=row.details,
        email=row.email,
        phone=row.phone,
        urls=tuple(row.urls),
        provenance=provenance_of(row),
    )
