"""The index by which courses are found.

Revision ID: 0009
Revises: 0008
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEARCH = "course_search"
ENTRY = f"{SEARCH}_entry"
DDL = {
    "sqlite": (
        f"CREATE TABLE {ENTRY} (id INTEGER PRIMARY KEY, course_code TEXT NOT NULL UNIQUE"
        " REFERENCES course (code) ON DELETE CASCADE, terms TEXT NOT NULL)",
        f"CREATE VIRTUAL TABLE {SEARCH} USING fts5(terms, content = '{ENTRY}', content_rowid = 'id',"
        " detail = none, tokenize = \"unicode61 tokenchars '+#='\")",
        f"CREATE TRIGGER {ENTRY}_added AFTER INSERT ON {ENTRY} BEGIN"
        f" INSERT INTO {SEARCH} (rowid, terms) VALUES (new.id, new.terms); END",
        f"CREATE TRIGGER {ENTRY}_removed AFTER DELETE ON {ENTRY} BEGIN"
        f" INSERT INTO {SEARCH} ({SEARCH}, rowid, terms) VALUES ('delete', old.id, old.terms); END",
        f"CREATE TABLE {SEARCH}_word (word TEXT PRIMARY KEY) WITHOUT ROWID",
    ),
    "postgresql": (
        f"CREATE TABLE {ENTRY} (id serial PRIMARY KEY, course_code varchar(40) NOT NULL UNIQUE"
        " REFERENCES course (code) ON DELETE CASCADE, terms text NOT NULL, vector tsvector NOT NULL"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED)",
        f"CREATE INDEX ix_{ENTRY}_vector ON {ENTRY} USING gin (vector)",
        f'CREATE TABLE {SEARCH}_word (word text COLLATE "C" PRIMARY KEY)',
    ),
}


def upgrade() -> None:
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(statement)
    _index_courses()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TABLE {SEARCH}")
    op.execute(f"DROP TABLE {ENTRY}")
    op.execute(f"DROP TABLE {SEARCH}_word")


def _index_courses() -> None:
    """Fill the index with the courses there are; titles are in the form that is searched already."""
    connection = op.get_bind()
    terms = defaultdict(set)
    for code, department, semester in connection.execute(
        sa.text("SELECT course_code, department_code, semester FROM course_offer")
    ):
        place = "d=" + "".join(letter for letter in department.lower() if letter.isalnum())
        terms[code].update((place, f"{place}{semester}", f"s={semester}"))
    words = set()
    rows = []
    for code, title, language in connection.execute(sa.text("SELECT code, search_title, language FROM course")):
        words.update(title.split())
        rows.append({"code": code, "terms": " ".join((*title.split(), *sorted(terms[code]), f"l={language.lower()}"))})
    if rows:
        connection.execute(sa.text(f"INSERT INTO {ENTRY} (course_code, terms) VALUES (:code, :terms)"), rows)
    if words:
        statement = sa.text(f"INSERT INTO {SEARCH}_word (word) VALUES (:word)")
        connection.execute(statement, [{"word": word} for word in sorted(words)])
