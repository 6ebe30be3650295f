"""The statements of all tables as passages: told facts that a question may be about though no intent asks for it."""

from typing import Any, Iterable, Iterator, Mapping, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.contacts import contact_by_code
from bot.mobility.opportunities import index_opportunities
from bot.mobility.passage_types import OfficeMatch, StatementMatch
from bot.mobility.passages import Passage, find_passages, index_passages
from bot.mobility.provenance import is_told, may_be_told, provenance_of

_SUBJECTS: Mapping[Any, Tuple[Any, str]] = {
    models.ProcedureStatement: (models.Procedure, "procedure_code"),
    models.ProgrammeStatement: (models.Programme, "programme_code"),
    models.ResidenceStatement: (models.Residence, "residence_code"),
    models.InstitutionStatement: (models.Institution, "hei_id"),
}
"""What the statements of a table are about, and the column that says so."""
_CONTACT = "contact"
_TABLES: Mapping[str, Any] = {model.__tablename__: model for model in (*_SUBJECTS, models.CampusStatement)}


def index_statements(session: Session) -> None:
    """Write all that is found by its words into the full-text index: statements, desks, courses of feeds.

    `announce_change` calls it, and whoever changes facts calls that.
    """
    for kind, model in _TABLES.items():
        index_passages(session, kind, tuple(_passages(session, model)))
    index_passages(session, _CONTACT, tuple(_contact_passages(session)))
    index_opportunities(session)


def find_statements(session: Session, *, text: str, limit: int = 3) -> Tuple[StatementMatch, ...]:
    """Return the statements that speak of what `text` asks, the best first, with their scores."""
    hits = find_passages(session, text, kinds=tuple(_TABLES), limit=limit)
    found = (told_statement(session, kind=hit.kind, code=hit.code, score=hit.score) for hit in hits)
    return tuple(statement for statement in found if statement is not None)


def told_statement(session: Session, *, kind: str, code: str, score: float = 1.0) -> Optional[StatementMatch]:
    """Return the statement of a table where it may be told, or None."""
    row = session.get(_TABLES[kind], code)
    subject = _subject(session, row) if row is not None else None
    if row is None or not may_be_told(row) or not (subject is None or may_be_told(subject)):
        return None
    return StatementMatch(
        kind=kind, code=code, text=row.text, score=score, provenance=provenance_of(row),
        subject=getattr(subject, "code", None), topic=getattr(subject, "topic", None),
    )  # fmt: skip


def told_statement_texts(session: Session) -> Tuple[Tuple[Tuple[str, str], str], ...]:
    """Return table, code and text of every statement that may be told, in each language."""
    return tuple(
        ((kind, code), text)
        for kind, model in _TABLES.items()
        for code, texts in session.execute(select(model.code, model.text).where(is_told(model)).order_by(model.code))
        for text in texts.values()
    )


def find_offices(session: Session, *, text: str, limit: int = 3) -> Tuple[OfficeMatch, ...]:
    """Return the desks that deal with what `text` asks, the best first, with their scores."""
    hits = find_passages(session, text, kinds=(_CONTACT,), limit=limit)
    found = ((contact_by_code(session, code=hit.code), hit.score) for hit in hits)
    return tuple(OfficeMatch(contact, score) for contact, score in found if contact is not None)


def _contact_passages(session: Session) -> Iterator[Passage]:
    for row in session.scalars(select(models.Contact).where(is_told(models.Contact))):
        for language in row.name:
            yield Passage(
                _CONTACT, row.code, language, " ".join(_names(row, language)), (row.purpose or {}).get(language, "")
            )


def _passages(session: Session, model: Any) -> Iterator[Passage]:
    for row in session.scalars(select(model).where(is_told(model))):
        subject = _subject(session, row)
        if subject is not None and not may_be_told(subject):
            continue
        for language, text in row.text.items():
            title = " ".join(_names(subject, language)) if subject is not None else ""
            yield Passage(model.__tablename__, row.code, language, title, text)


def _subject(session: Session, row: Any) -> Any:
    if type(row) not in _SUBJECTS:
        return None
    model, column = _SUBJECTS[type(row)]
    return session.get(model, getattr(row, column))


def _names(subject: Any, language: str) -> Iterable[str]:
    yield subject.name.get(language, "")
    yield from getattr(subject, "aliases", ())
