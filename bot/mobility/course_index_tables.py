"""The tables of the index of courses. They are no tables of the models: each database has a kind of its own."""

from typing import Any

from sqlalchemy import DDL, event

from bot.mobility.facts import metadata

COURSE_SEARCH = "course_search"
"""What the names of all of them begin with."""

_ENTRY = f"{COURSE_SEARCH}_entry"
COURSE_SEARCH_DDL = {
    "sqlite": (
        f"CREATE TABLE {_ENTRY} (id INTEGER PRIMARY KEY, course_code TEXT NOT NULL UNIQUE"
        " REFERENCES course (code) ON DELETE CASCADE, terms TEXT NOT NULL)",
        f"CREATE VIRTUAL TABLE {COURSE_SEARCH} USING fts5(terms, content = '{_ENTRY}', content_rowid = 'id',"
        " detail = none, tokenize = \"unicode61 tokenchars '+#='\")",
        "CREATE TRIGGER course_search_entry_added AFTER INSERT ON course_search_entry BEGIN"
        " INSERT INTO course_search (rowid, terms) VALUES (new.id, new.terms); END",
        "CREATE TRIGGER course_search_entry_removed AFTER DELETE ON course_search_entry BEGIN"
        " INSERT INTO course_search (course_search, rowid, terms) VALUES ('delete', old.id, old.terms); END",
        f"CREATE TABLE {COURSE_SEARCH}_word (word TEXT PRIMARY KEY) WITHOUT ROWID",
    ),
    "postgresql": (
        f"CREATE TABLE {_ENTRY} (id serial PRIMARY KEY, course_code varchar(40) NOT NULL UNIQUE"
        " REFERENCES course (code) ON DELETE CASCADE, terms text NOT NULL, vector tsvector NOT NULL"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED)",
        f"CREATE INDEX ix_{_ENTRY}_vector ON {_ENTRY} USING gin (vector)",
        f'CREATE TABLE {COURSE_SEARCH}_word (word text COLLATE "C" PRIMARY KEY)',
    ),
}
"""Statements that make them. On SQLite triggers keep FTS5 the same as the entries."""


def _make(_target: Any, connection: Any, **_options: Any) -> None:
    for statement in COURSE_SEARCH_DDL[connection.dialect.name]:
        connection.execute(DDL(statement))


# Tests make the tables from the models; the migration runs the same statements.
event.listen(metadata, "after_create", _make)
