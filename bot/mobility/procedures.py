"""What students have to do or to settle for their stay: steps, documents, costs, deadlines, rules."""

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.mobility import models
from bot.mobility.contacts import contact_of
from bot.mobility.procedure_models import Aspect, Nationality, Stay
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Procedure, ProcedureStatement, Requirement

_HOLD_FOR: Mapping[Nationality, Tuple[Nationality, ...]] = {
    Nationality.EU: (Nationality.ANY, Nationality.EU),
    Nationality.NON_EU: (Nationality.ANY, Nationality.NON_EU, Nationality.OTHER_NON_EU),
    Nationality.ALGERIA: (Nationality.ANY, Nationality.NON_EU, Nationality.ALGERIA),
}
"""Which statements hold for a student of a nationality."""
_ASPECTS = tuple(Aspect)


def find_procedures(session: Session, *, topic: Optional[str] = None) -> Tuple[Procedure, ...]:
    """Return the procedures, of one topic or of all, in the order in which a student comes across them."""
    model = models.Procedure
    query = _procedures().order_by(model.position, model.code)
    if topic is not None:
        query = query.where(model.topic == topic)
    return tuple(procedure_of(row) for row in session.scalars(query))


def procedure_by_code(session: Session, *, code: str) -> Optional[Procedure]:
    """Return the procedure of `code`, or None."""
    row = session.scalars(_procedures().where(models.Procedure.code == code)).first()
    return row and procedure_of(row)


def find_procedure_statements(
    session: Session,
    *,
    procedure: str,
    aspects: Sequence[str] = (),
    nationality: Optional[str] = None,
    stay: Optional[str] = None,
) -> Tuple[ProcedureStatement, ...]:
    """Return the statements about a procedure: steps, documents, costs, deadlines, rules, notes, each in their order.

    `aspects` narrows them. `nationality` (eu, non_eu, algeria) and `stay` (exchange, degree) leave out what does not
    hold for such a student; without them everything is told. Raises ValueError for a value that is none of these.
    """
    found = statements_by_procedure(
        session, procedures=(procedure,), aspects=aspects, nationality=nationality, stay=stay
    )
    return found[procedure]


def statements_by_procedure(
    session: Session,
    *,
    procedures: Sequence[str],
    aspects: Sequence[str] = (),
    nationality: Optional[str] = None,
    stay: Optional[str] = None,
) -> Mapping[str, Tuple[ProcedureStatement, ...]]:
    """Return what `find_procedure_statements` finds for each of the procedures, with one query for all."""
    model = models.ProcedureStatement
    query = select(model).where(is_told(model), model.procedure_code.in_(procedures))
    if aspects:
        query = query.where(model.aspect.in_([Aspect(aspect) for aspect in aspects]))
    if nationality is not None:
        query = query.where(model.nationality.in_(_nationalities(nationality)))
    if stay is not None:
        query = query.where(model.stay.in_((Stay.ANY, Stay(stay))))
    rows = sorted(session.scalars(query), key=lambda row: (_ASPECTS.index(row.aspect), row.position, row.code))
    found: Dict[str, List[ProcedureStatement]] = {procedure: [] for procedure in procedures}
    for row in rows:
        found[row.procedure_code].append(_statement(row))
    return {procedure: tuple(statements) for procedure, statements in found.items()}


def required_before(session: Session, *, procedure: str) -> Tuple[Requirement, ...]:
    """Return the procedures that `procedure` itself asks for, in the order of `find_procedures`."""
    return requirements_by_procedure(session, procedures=(procedure,))[procedure]


def requirements_by_procedure(session: Session, *, procedures: Sequence[str]) -> Mapping[str, Tuple[Requirement, ...]]:
    """Return what `required_before` finds for each of the procedures, with one query for all."""
    model = models.ProcedureDependency
    query = (
        select(model)
        .join(models.Procedure, models.Procedure.code == model.requires_code)
        .where(is_told(model), is_told(models.Procedure), model.procedure_code.in_(procedures))
        .order_by(models.Procedure.position, model.requires_code)
        .options(joinedload(model.requires).joinedload(models.Procedure.contact))
    )
    found: Dict[str, List[Requirement]] = {procedure: [] for procedure in procedures}
    for row in session.scalars(query):
        found[row.procedure_code].append(
            Requirement(procedure=procedure_of(row.requires), reason=row.reason, provenance=provenance_of(row))
        )
    return {procedure: tuple(requirements) for procedure, requirements in found.items()}


def _nationalities(nationality: str) -> Tuple[Nationality, ...]:
    try:
        return _HOLD_FOR[Nationality(nationality)]
    except KeyError as error:
        raise ValueError(f"{nationality!r} is no nationality of a student") from error


def _procedures() -> Any:
    return select(models.Procedure).where(is_told(models.Procedure)).options(joinedload(models.Procedure.contact))


def procedure_of(row: models.Procedure) -> Procedure:
    """Return a row as the queries tell it."""
    return Procedure(
        code=row.code,
        topic=row.topic,
        name=row.name,
        contact=contact_of(row.contact),
        url=row.url,
        provenance=provenance_of(row),
    )


def _statement(row: models.ProcedureStatement) -> ProcedureStatement:
    return ProcedureStatement(
        code=row.code,
        procedure=row.procedure_code,
        aspect=row.aspect.value,
        text=row.text,
        nationality=row.nationality.value,
        stay=row.stay.value,
        amount=row.amount,
        amount_max=row.amount_max,
        currency=row.currency,
        period=row.period,
        provenance=provenance_of(row),
    )
