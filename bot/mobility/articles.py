"""Articles: short answers that staff write, with every version kept. What is published is told at once.

The staff console edits them, the assistant finds them. Functions that write leave the commit to the caller.
"""

import datetime as dt
from dataclasses import asdict
from typing import Any, Iterable, Mapping, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ArticleError
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility import models
from bot.mobility.article_content import ArticleContent, checked, code_from
from bot.mobility.article_models import Article as ArticleRow
from bot.mobility.article_models import ArticleVersion as VersionRow
from bot.mobility.facts import Status
from bot.mobility.passage_types import Article, ArticleMatch, ArticleVersion
from bot.mobility.passages import Passage, find_passages, index_passages
from bot.mobility.provenance import is_told, may_be_told
from bot.mobility.types import Provenance

__all__ = [
    "ArticleContent",
    "article_by_code",
    "find_articles",
    "list_articles",
    "list_versions",
    "publish_article",
    "restore_article",
    "save_article",
    "told_article",
    "told_article_texts",
    "undo_article",
    "withdraw_article",
]

KIND = "article"
_OFFICE = "international_office"


def save_article(session: Session, content: ArticleContent, *, author: str, code: Optional[str] = None) -> Article:
    """Save a draft of a new article, or change the one of `code`: a published one is told in its new words at once.

    Raises ArticleError, which names everything that is wrong.
    """
    content = checked(content)
    if code is None:
        taken = frozenset(session.scalars(select(ArticleRow.code)))
        row = ArticleRow(code=code_from(content.title, taken), status=Status.DRAFT, number=0)
        session.add(row)
    else:
        row = _row(session, code)
    for name, value in asdict(content).items():
        setattr(row, name, value)
    return _keep(session, row, "saved", author)


def publish_article(session: Session, code: str, *, author: str) -> Article:
    """Have the assistant tell the article from now on."""
    return _set_status(session, code, Status.PUBLISHED, "published", author)


def withdraw_article(session: Session, code: str, *, author: str) -> Article:
    """Have the assistant tell the article no more; it and its versions stay."""
    return _set_status(session, code, Status.WITHDRAWN, "withdrawn", author)


def undo_article(session: Session, code: str, *, author: str) -> Article:
    """Make the article what it was before its newest version; undone once more, that version is back."""
    return restore_article(session, code, number=_row(session, code).number - 1, author=author)


def restore_article(session: Session, code: str, *, number: int, author: str) -> Article:
    """Make the article what it was in its version `number`, as a version of its own."""
    row = _row(session, code)
    version = session.get(VersionRow, (code, number))
    if version is None:
        raise ArticleError(f"The article {code!r} has no version {number} to go back to.")
    content, status = _read_content(version.content)
    for name, value in asdict(content).items():
        setattr(row, name, value)
    row.status = status
    return _keep(session, row, "restored", author)


def list_articles(session: Session, *, status: Optional[Status] = None) -> Tuple[Article, ...]:
    """Return the articles, those of one status or all, by topic."""
    query = select(ArticleRow).order_by(ArticleRow.topic, ArticleRow.code)
    if status is not None:
        query = query.where(ArticleRow.status == status)
    source = _own_source(session)
    return tuple(_article(row, source) for row in session.scalars(query))


def article_by_code(session: Session, *, code: str) -> Optional[Article]:
    """Return the article of `code`, whatever its status, or None."""
    row = session.get(ArticleRow, code)
    return row and _article(row, _own_source(session))


def list_versions(session: Session, *, code: str) -> Tuple[ArticleVersion, ...]:
    """Return what the article was and who made it so, the newest first."""
    query = select(VersionRow).where(VersionRow.article_code == code).order_by(VersionRow.number.desc())
    return tuple(
        ArticleVersion(row.number, row.act, content, status.value, author=row.author, saved_at=row.saved_at)
        for row in session.scalars(query)
        for content, status in [_read_content(row.content)]
    )


def find_articles(session: Session, *, text: str, limit: int = 3) -> Tuple[ArticleMatch, ...]:
    """Return the published articles that speak of what `text` asks, the best first, with their scores.

    Whether a score is enough for an answer says `actions/found_texts.py`.
    """
    hits = find_passages(session, text, kinds=(KIND,), limit=limit)
    source = _own_source(session)
    found = ((hit, session.get(ArticleRow, hit.code)) for hit in hits)
    return tuple(ArticleMatch(_article(row, source), hit.score) for hit, row in found if row and may_be_told(row))


def told_article(session: Session, *, code: str) -> Optional[Article]:
    """Return the article of `code` where it is published, or None."""
    row = session.get(ArticleRow, code)
    return _article(row, _own_source(session)) if row is not None and may_be_told(row) else None


def told_article_texts(session: Session) -> Tuple[Tuple[str, str], ...]:
    """Return code and text of every title, question and body of the published articles."""
    rows = session.scalars(select(ArticleRow).where(is_told(ArticleRow)).order_by(ArticleRow.code))
    return tuple(
        (row.code, text) for row in rows for text in (*row.title.values(), *row.questions, *row.body.values())
    )


def _row(session: Session, code: str) -> ArticleRow:
    row = session.get(ArticleRow, code)
    if row is None:
        raise ArticleError(f"There is no article {code!r}: it may have another code; the list of articles tells them.")
    return row


def _set_status(session: Session, code: str, status: Status, act: str, author: str) -> Article:
    row = _row(session, code)
    row.status = status
    return _keep(session, row, act, author)


def _keep(session: Session, row: ArticleRow, act: str, author: str) -> Article:
    """Write the row's version and its place in the index."""
    if not author.strip():
        raise ArticleError("An article needs the name of its author.")
    row.number += 1
    session.flush()
    session.add(
        VersionRow(
            article_code=row.code,
            number=row.number,
            act=act,
            content=_written_content(row),
            author=author.strip(),
            saved_at=dt.datetime.now(dt.timezone.utc),
        )
    )
    session.flush()
    index_passages(session, KIND, _passages(row) if may_be_told(row) else (), code=row.code)
    return _article(row, _own_source(session))


def _passages(row: ArticleRow) -> Iterable[Passage]:
    for language in {*row.title, *row.body}:
        titles = (row.title.get(language), *row.questions)
        title = " ".join(filter(None, titles))
        yield Passage(KIND, row.code, language, title, row.body.get(language, ""))


def _content(row: ArticleRow) -> ArticleContent:
    return ArticleContent(
        topic=row.topic,
        title=row.title,
        body=row.body,
        questions=tuple(row.questions),
        source_title=row.source_title,
        source_url=row.source_url,
        as_of=row.as_of,
        verified_on=row.verified_on,
        valid_until=row.valid_until,
    )


def _written_content(row: ArticleRow) -> Mapping[str, Any]:
    content = asdict(_content(row))
    valid_until = row.valid_until and row.valid_until.isoformat()
    return {**content, "valid_until": valid_until, "status": row.status.value}


def _read_content(written: Mapping[str, Any]) -> Tuple[ArticleContent, Status]:
    fields = dict(written)
    status = Status(fields.pop("status"))
    valid_until = fields["valid_until"] and dt.date.fromisoformat(fields["valid_until"])
    return ArticleContent(**{**fields, "questions": tuple(fields["questions"]), "valid_until": valid_until}), status


def _own_source(session: Session) -> Mapping[str, str]:
    """Return who states an article that names no source: the office that writes them, else the school."""
    office = session.get(models.Contact, _OFFICE)
    if office is not None:
        return office.name
    home = session.scalars(select(models.Institution).where(models.Institution.is_home.is_(True))).first()
    return home.name if home is not None else {}


def _article(row: ArticleRow, own_source: Mapping[str, str]) -> Article:
    title = dict.fromkeys(SUPPORTED_LANGUAGES, row.source_title) if row.source_title else own_source
    return Article(
        code=row.code,
        content=_content(row),
        status=row.status.value,
        number=row.number,
        provenance=Provenance(
            title=title,
            url=row.source_url,
            as_of=row.as_of,
            verified_on=row.verified_on,
            confidence=models.Confidence.STAFF.value,
            sample=row.status is Status.SAMPLE,
            kind=KIND,
            valid_until=row.valid_until,
        ),
    )
