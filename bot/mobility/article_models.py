"""Tables of the articles: short answers that staff write, their versions, and the index in which they are found."""

from typing import Any

from sqlalchemy import DDL, JSON, Column, Date, ForeignKey, Integer, String, Text, event

from bot.mobility.columns import SchoolTime, Texts, Words
from bot.mobility.facts import ANY_LANGUAGE, Base, Status, choice, metadata

SEARCH_TABLE = "passage_search"
"""The full-text index. It is no table of the models: each database has a kind of its own (`SEARCH_DDL`)."""

SEARCH_DDL = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5"
        "(kind UNINDEXED, code UNINDEXED, language UNINDEXED, title, body, tokenize = 'unicode61')",
        f"CREATE VIRTUAL TABLE {SEARCH_TABLE}_words USING fts5vocab('{SEARCH_TABLE}', 'row')",
    ),
    "postgresql": (
        f"CREATE TABLE {SEARCH_TABLE} (kind text NOT NULL, code text NOT NULL, language text NOT NULL,"
        " title text NOT NULL, body text NOT NULL, words tsvector NOT NULL"
        " GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || body)) STORED)",
        f"CREATE INDEX ix_{SEARCH_TABLE}_words ON {SEARCH_TABLE} USING gin (words)",
    ),
}
"""Statements that make the index. Its texts come without accents and case, so both databases find the same words."""


class Article(Base):
    """A short answer on something that fits no table of facts."""

    __tablename__ = "article"

    code = Column(String(80), primary_key=True)
    topic = Column(String(40), nullable=False)
    """One of bot/topics.py."""
    title = Column(Texts, nullable=False, info=ANY_LANGUAGE)
    questions = Column(Words, nullable=False, default=list)
    """Other words in which students ask for it, in any language: a list of strings."""
    body = Column(Texts, nullable=False, info=ANY_LANGUAGE)
    source_title = Column(Text)
    """What the article is drawn from; NULL: the staff itself knows it."""
    source_url = Column(Text)
    as_of = Column(String(10))
    verified_on = Column(String(10), nullable=False)
    valid_until = Column(Date)
    status = Column(choice(Status), nullable=False)
    number = Column(Integer, nullable=False)
    """The number of its newest version."""


class ArticleVersion(Base):
    """What an article was made by one act of the staff; versions are never changed."""

    __tablename__ = "article_version"

    article_code = Column(ForeignKey("article.code"), primary_key=True)
    number = Column(Integer, primary_key=True)
    act = Column(String(20), nullable=False)
    """saved, published, withdrawn, undone."""
    content = Column(JSON(none_as_null=True), nullable=False)
    """Every column of the article but code and number."""
    author = Column(String(120), nullable=False)
    saved_at = Column(SchoolTime, nullable=False)


def _make_search_table(_target: Any, connection: Any, **_options: Any) -> None:
    for statement in SEARCH_DDL[connection.dialect.name]:
        connection.execute(DDL(statement))


# Tests make the tables from the models; the migration runs the same statements.
event.listen(metadata, "after_create", _make_search_table)
