"""The index by which courses are found: words of titles, language, departments and semesters as terms of one text.

A search asks the database for the terms it needs all at once (FTS5 on SQLite, a GIN index on PostgreSQL), so it takes
about as long among a million courses as among a thousand. Who writes courses calls `index_courses` with their codes.
"""

from collections import defaultdict
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from sqlalchemy import cast, column, delete, func, insert, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from bot.mobility.course_index_tables import COURSE_SEARCH
from bot.mobility.models import Course, CourseOffer
from bot.mobility.normalisation import normalised
from bot.mobility.passages import nearest_word

ENTRY = table(f"{COURSE_SEARCH}_entry", *map(column, ("id", "course_code", "terms", "vector")))
_SEARCH = table(COURSE_SEARCH, column("terms"))
_WORD = table(f"{COURSE_SEARCH}_word", column("word"))
_BATCH = 1_000
_MOST_FORMS = 40
"""Words with the same beginning that are looked for one by one."""
_AFTER_LETTERS = "~"
"""Stands behind every letter and digit of a title's words."""
_TELLING_SEMESTERS = 2
"""Of more semesters nearly every course stands in one: as terms they would only cost time."""


def index_courses(session: Session, codes: Optional[Iterable[str]] = None) -> None:
    """Write the courses of `codes`, or all of them, into the index anew."""
    for batch in _batches(session, codes):
        session.execute(delete(ENTRY).where(ENTRY.c.course_code.in_(batch)))
        words: Set[str] = set()
        rows = []
        for code, title, terms in _terms(session, batch):
            words.update(title)
            rows.append({"course_code": code, "terms": " ".join((*title, *terms))})
        if rows:
            session.execute(insert(ENTRY), rows)
        if words:
            # A word that no title bears any more stays: a typo repaired to it finds nothing, which is no harm.
            known = set(session.scalars(select(_WORD.c.word).where(_WORD.c.word.in_(words))))
            if new := sorted(words - known):
                session.execute(insert(_WORD), [{"word": word} for word in new])


def narrowed(
    session: Session,
    query: Any,
    *,
    beginnings: Sequence[Sequence[str]] = (),
    department: Optional[str] = None,
    semesters: Sequence[int] = (),
    language: Optional[str] = None,
) -> Any:
    """Return a query on courses narrowed to those that bear these terms; as it is where none tells much.

    Of each group of `beginnings` one begins a word of the title. Every course that fits is let through, and a few that
    do not, so the exact conditions stand beside it.
    """
    few = semesters if len(semesters) <= _TELLING_SEMESTERS else ()
    groups = [[f"d={_plain(department)}{semester}" for semester in few or ("",)]] if department else []
    if few and not department:
        groups.append([f"s={semester}" for semester in few])
    if language:
        groups.append([f"l={_plain(language)}"])
    sqlite = session.get_bind().dialect.name == "sqlite"
    exact, beginning = ('"{}"', '"{}"*') if sqlite else ("'{}'", "'{}':*")
    parts = [[exact.format(term) for term in group] for group in groups]
    for group in beginnings:
        # A name of several words is looked for by its longest; the exact condition sees to the others.
        words = dict.fromkeys(max(normalised(one).split(), key=len) for one in group if normalised(one))
        terms = (term for word in words for term in _terms_beginning(session, word, exact, beginning))
        parts.append(list(dict.fromkeys(terms)))
    if not parts or not all(parts):
        return query
    either, both = (" OR ", " AND ") if sqlite else (" | ", " & ")
    wanted = both.join(f"({either.join(part)})" for part in parts)
    query = query.join(ENTRY, ENTRY.c.course_code == Course.code)
    if not sqlite:
        vector = literal_column(f"{ENTRY.name}.vector", TSVECTOR)
        return query.where(vector.op("@@")(cast(literal(wanted), _TextQuery)))
    # The plus keeps SQLite from looking the terms up once for each course instead of once.
    same_row = ENTRY.c.id == literal_column(f"+{COURSE_SEARCH}.rowid")
    return query.join(_SEARCH, same_row).where(literal_column(COURSE_SEARCH).op("MATCH")(wanted))


def nearest_title_word(session: Session, word: str) -> Optional[str]:
    """Return the word of a title that a misspelt word most likely means, or None."""
    word = normalised(word)
    if not word:
        return None
    same_letter = _WORD.c.word >= word[0], _WORD.c.word < chr(ord(word[0]) + 1)
    about_as_long = func.length(_WORD.c.word).between(len(word) - 2, len(word) + 2)
    return nearest_word(word, session.scalars(select(_WORD.c.word).where(*same_letter, about_as_long)).all())


class _TextQuery(UserDefinedType):
    """PostgreSQL's tsquery, which SQLAlchemy 1.4 does not name."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "TSQUERY"


def _terms_beginning(session: Session, letters: str, exact: str, beginning: str) -> List[str]:
    """Return terms for the words that begin so: each by itself where they are few, which the database reads lazily."""
    same = _WORD.c.word >= letters, _WORD.c.word < letters + _AFTER_LETTERS
    words = session.scalars(select(_WORD.c.word).where(*same).limit(_MOST_FORMS + 1)).all()
    if len(words) > _MOST_FORMS:
        return [beginning.format(letters)]
    return [exact.format(word) for word in words or (letters,)]


def _batches(session: Session, codes: Optional[Iterable[str]]) -> Iterator[Sequence[str]]:
    if codes is not None:
        wanted = sorted(codes)
        yield from (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
        return
    last = ""
    codes_in_order = select(Course.code).order_by(Course.code).limit(_BATCH)
    while batch := session.scalars(codes_in_order.where(Course.code > last)).all():
        yield batch
        last = batch[-1]


def _terms(session: Session, codes: Sequence[str]) -> Iterator[Tuple[str, List[str], List[str]]]:
    """Return the courses of `codes` with the words of their titles and their other terms."""
    offers: Dict[str, Set[str]] = defaultdict(set)
    places = select(CourseOffer.course_code, CourseOffer.department_code, CourseOffer.semester)
    for code, department, semester in session.execute(places.where(CourseOffer.course_code.in_(codes))):
        place = f"d={_plain(department)}"
        offers[code].update((place, f"{place}{semester}", f"s={semester}"))
    columns = select(Course.code, Course.search_title, Course.language).where(Course.code.in_(codes))
    for code, title, language in session.execute(columns.order_by(Course.code)):
        yield code, title.split(), [*sorted(offers[code]), f"l={_plain(language)}"]


def _plain(code: str) -> str:
    return normalised(code).replace(" ", "")
