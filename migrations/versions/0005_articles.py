"""Articles of the staff, and the full-text index.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEARCH_TABLE = "passage_search"
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


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("source_title", sa.Text),
        sa.Column("source_url", sa.Text),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('published', 'draft', 'withdrawn', 'sample')", name="status"),
    )
    op.create_table(
        "article_version",
        sa.Column("article_code", sa.String(80), sa.ForeignKey("article.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    for statement in SEARCH_DDL[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TABLE {SEARCH_TABLE}_words")
    op.execute(f"DROP TABLE {SEARCH_TABLE}")
    op.drop_table("article_version")
    op.drop_table("article")
