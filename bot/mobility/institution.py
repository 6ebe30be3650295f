"""What is stated about the school itself: what it is, its codes, its published figures."""

from typing import FrozenSet, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.normalisation import normalised
from bot.mobility.provenance import is_told, provenance_of, statement_of
from bot.mobility.types import Figure, Identifier, Institution, Statement


def home_institution(session: Session) -> Optional[Institution]:
    """Return the school that the assistant speaks for, or None when none is loaded."""
    row = session.scalars(_HOME).first()
    return row and Institution(hei_id=row.hei_id, name=row.name, provenance=provenance_of(row))


# Built once: it is asked for with many answers.
_HOME = select(models.Institution).where(is_told(models.Institution), models.Institution.is_home.is_(True))


def home_words(session: Session) -> FrozenSet[str]:
    """Return the words of the school's own name, as `normalised` writes them: in a question they tell nothing."""
    home = home_institution(session)
    return frozenset(word for name in (home.name.values() if home else ()) for word in normalised(name).split())


def find_institution_statements(session: Session, *, aspect: Optional[str] = None) -> Tuple[Statement, ...]:
    """Return the statements about the school, of one aspect or of all."""
    model = models.InstitutionStatement
    query = select(model).where(is_told(model)).order_by(model.aspect, model.position, model.code)
    if aspect is not None:
        query = query.where(model.aspect == aspect)
    return tuple(statement_of(row) for row in session.scalars(query))


def find_identifiers(session: Session) -> Tuple[Identifier, ...]:
    """Return the codes of the school in every scheme."""
    model = models.InstitutionIdentifier
    query = select(model).where(is_told(model)).order_by(model.hei_id, model.scheme)
    return tuple(
        Identifier(hei_id=row.hei_id, scheme=row.scheme, value=row.value, provenance=provenance_of(row))
        for row in session.scalars(query)
    )


def find_figures(session: Session, *, figure: Optional[str] = None) -> Tuple[Figure, ...]:
    """Return the published figures; of one `figure` all sources that state it, the one to tell first in front."""
    model = models.PublishedFigure
    query = select(model).where(is_told(model)).order_by(model.figure, model.position, model.code)
    if figure is not None:
        query = query.where(model.figure == figure)
    return tuple(
        Figure(
            figure=row.figure,
            name=row.name,
            value=row.value,
            at_least=row.at_least,
            unit=row.unit,
            provenance=provenance_of(row),
        )
        for row in session.scalars(query)
    )
