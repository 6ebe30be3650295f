"""What the search by words returns: articles, statements and desks, with their scores."""

import datetime as dt
from dataclasses import dataclass
from typing import Optional

from bot.mobility.article_content import ArticleContent
from bot.mobility.types import Contact, Provenance, Texts


@dataclass(frozen=True)
class Article:
    """A short answer that staff wrote."""

    code: str
    content: ArticleContent
    status: str
    """draft, published or withdrawn."""
    number: int
    """Of its newest version."""
    provenance: Provenance


@dataclass(frozen=True)
class ArticleVersion:
    """What an article was, and who made it so."""

    number: int
    act: str
    """saved, published, withdrawn, restored."""
    content: ArticleContent
    status: str
    author: str
    saved_at: dt.datetime


@dataclass(frozen=True)
class ArticleMatch:
    """An article that speaks of what was asked."""

    article: Article
    score: float
    """Which part of what was asked it speaks of, from 0 to 1."""


@dataclass(frozen=True)
class StatementMatch:
    """A statement that speaks of what was asked."""

    kind: str
    """Its table."""
    code: str
    text: Texts
    score: float
    """Which part of what was asked it speaks of, from 0 to 1."""
    provenance: Provenance
    subject: Optional[str]
    """Code of the procedure, programme or residence that it is about."""
    topic: Optional[str]
    """One of bot/topics.py, where its table says so."""


@dataclass(frozen=True)
class OfficeMatch:
    """A desk that deals with what was asked."""

    contact: Contact
    score: float
    """Which part of what was asked its name and purpose speak of, from 0 to 1."""
