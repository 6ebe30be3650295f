"""Courses of standard feeds (EWP, OCCAPI), the school's own or another's: found by words of title and description."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Iterable, Iterator, Optional, Sequence, Tuple

from sqlalchemy import func, not_, or_, select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.passages import Passage, find_passages, index_passages
from bot.mobility.provenance import is_told, may_be_told, provenance_of
from bot.mobility.types import Provenance, Texts

KIND = models.LearningOpportunity.__tablename__
LEAST_SCORE = 0.75
"""What part of the words that are looked for a course must bear, the rare ones counting most."""
MOST_DELIVERIES = 3


@dataclass(frozen=True)
class Opportunity:
    """A course as a feed describes it."""

    code: str
    title: Texts
    number: str
    """What the institution itself calls it by."""
    description: Optional[Texts]
    institution: Texts
    languages: Tuple[str, ...]
    """BCP 47."""
    ects: Optional[Decimal]
    hours: Optional[Decimal]
    deliveries: Tuple[Tuple[dt.date, dt.date], ...]
    """First and last day, the newest first."""
    url: Optional[str]
    provenance: Provenance


def index_opportunities(session: Session) -> None:
    """Write the courses of feeds that may be told into the full-text index."""
    index_passages(session, KIND, tuple(_passages(session.scalars(select(models.LearningOpportunity).where(*_told())))))


def find_opportunities(
    session: Session, *, words: Sequence[str], language: Optional[str] = None, limit: int = 5
) -> Tuple[Opportunity, ...]:
    """Return the courses of feeds that speak of these words, the best first; in `language` where they state theirs."""
    hits = find_passages(session, " ".join(words), kinds=(KIND,), limit=limit)
    rows = (session.get(models.LearningOpportunity, hit.code) for hit in hits if hit.score >= LEAST_SCORE)
    found = (_opportunity(session, row) for row in rows if row is not None and may_be_told(row))
    return tuple(one for one in found if not (language and one.languages) or language in one.languages)


def _told() -> Tuple[Any, ...]:
    """Return the conditions on what is told as a course: degree programmes are none."""
    model = models.LearningOpportunity
    return is_told(model), or_(model.kind.is_(None), not_(func.lower(model.kind).contains("programme")))


def _passages(rows: Iterable[models.LearningOpportunity]) -> Iterator[Passage]:
    for row in rows:
        descriptions = row.description or {}
        for language in {*row.title, *descriptions}:
            title = " ".join((*row.title.values(), row.los_code or ""))
            yield Passage(KIND, row.code, language, title, descriptions.get(language, ""))


def _opportunity(session: Session, row: models.LearningOpportunity) -> Opportunity:
    model = models.LearningOpportunityInstance
    query = select(model).where(is_told(model), model.opportunity_code == row.code)
    deliveries = session.scalars(query.order_by(model.starts_on.desc()).limit(MOST_DELIVERIES)).all()
    newest = next(iter(deliveries), None)
    institution = session.get(models.PartnerInstitution, row.institution_code)
    spoken = (*row.languages, *(one.language for one in deliveries if one.language))
    return Opportunity(
        code=row.code,
        title=row.title,
        number=row.los_code or row.los_id,
        description=row.description,
        institution=institution.name if institution is not None else {"und": row.institution_code},
        languages=tuple(dict.fromkeys(tag.split("-")[0].lower() for tag in spoken)),
        ects=_first(row.ects, newest and newest.ects),
        hours=_first(row.hours, newest and newest.hours),
        deliveries=tuple((one.starts_on, one.ends_on) for one in deliveries),
        url=row.url,
        provenance=provenance_of(row),
    )


def _first(*values: Optional[Decimal]) -> Optional[Decimal]:
    return next((value for value in values if value is not None), None)
