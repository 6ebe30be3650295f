"""Measures the queries of the mobility database on a large one, and on one a hundredth its size.

    python -m bench.mobility                     # 10,000 and 1,000,000 courses, 10,000 residences
    python -m bench.mobility --courses 100000    # a smaller large one

Each kind of question is asked many times with other criteria. Printed are the medians and 99th percentiles in
milliseconds, how they grow, and the memory of the process. The last line is one JSON object.
"""

import argparse
import datetime as dt
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from decimal import Decimal
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence

from bot.mobility import courses, housing
from bot.mobility.articles import ArticleContent, find_articles, publish_article, save_article
from bot.mobility.contacts import contact_by_code, find_opening_periods
from bot.mobility.database import Session, get_engine, session_scope
from bot.mobility.deadlines import find_deadlines
from bot.mobility.loading.loader import load
from bot.mobility.normalisation import search_title
from bot.mobility.procedures import find_procedure_statements, required_before
from bot.mobility.statements import find_offices, find_statements
from bot.mobility.types import CourseCriteria, ResidenceCriteria
from bot.settings import PROJECT_ROOT

SMALL = 10_000
RESIDENCES = 10_000
ROUNDS = 200
LIMIT_MS = 50.0
_DEPARTMENTS = tuple(f"D{number:02}" for number in range(40))
_FIELDS = "mechanics chemistry energy signal network robotics fluid risk data vision energy process polymer".split()
_KINDS = ("introduction", "advanced", "applied", "numerical", "experimental", "industrial", "modern", "project")
_FACT = ("published", None, "2026-11", "bench")
"""status, as_of, verified_on, source_code of every generated row."""

Question = Callable[[Session, random.Random, int], Any]


def main() -> int:
    """Make both databases, print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1_000_000, help="courses of the large database")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each kind of question is asked")
    options = parser.parse_args()
    figures: Dict[str, Any] = {"courses": options.courses, "residences": RESIDENCES, "questions": {}}
    with tempfile.TemporaryDirectory() as folder:
        timings = {}
        for size in (SMALL, options.courses):
            url = f"sqlite:///{folder}/mobility{size}.db"
            started = time.perf_counter()
            _make(url, size)
            print(f"{size} courses written in {time.perf_counter() - started:.0f} s")
            timings[size] = _measure(url, size, options.rounds)
            get_engine(url).dispose()
    print(f"{'question':34} {'p50':>8} {'p99':>8}   {'p50':>8} {'p99':>8}  growth (ms; {SMALL}, {options.courses})")
    for name in QUESTIONS:
        small, large = timings[SMALL][name], timings[options.courses][name]
        growth = large[0] / small[0]
        print(f"{name:34} {small[0]:8.2f} {small[1]:8.2f}   {large[0]:8.2f} {large[1]:8.2f}  {growth:6.1f}")
        figures["questions"][name] = {"p50": round(large[0], 2), "p99": round(large[1], 2), "growth": round(growth, 2)}
    worst = max(figures["questions"].values(), key=lambda figure: figure["p99"])["p99"]
    most = max(figure["growth"] for figure in figures["questions"].values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures.update(worst_p99=worst, most_growth=most, memory_mb=round(memory))
    reached = "yes" if worst < LIMIT_MS else "no"
    times = options.courses / SMALL
    print(f"\np99 under {LIMIT_MS:.0f} ms: {reached} ({worst}); rows times {times:.0f}, time at most {most}")
    print(json.dumps(figures))
    return 0


def _measure(url: str, size: int, rounds: int) -> Dict[str, Sequence[float]]:
    chance = random.Random(1)
    timings = {}
    for name, ask in QUESTIONS.items():
        times: List[float] = []
        for _ in range(rounds):
            started = time.perf_counter()
            with session_scope(url) as session:
                ask(session, chance, size)
            times.append((time.perf_counter() - started) * 1000)
        times.sort()
        timings[name] = (times[len(times) // 2], times[int(len(times) * 0.99)])
    return timings


def _course(chance: random.Random, size: int) -> str:
    return f"C{chance.randrange(size):07}"


def _residence(chance: random.Random) -> str:
    return f"r{chance.randrange(RESIDENCES):05}"


def _find(session: Session, **criteria: Any) -> Any:
    return courses.find_courses(session, criteria=CourseCriteria(**criteria), limit=5)


QUESTIONS: Mapping[str, Question] = {
    "courses of a department, semester": lambda s, c, n: _find(
        s, department=c.choice(_DEPARTMENTS), semesters=(c.randint(5, 10),)
    ),
    "courses in English": lambda s, c, n: _find(s, language="en"),
    "courses of a semester": lambda s, c, n: _find(s, semesters=(c.randint(5, 10),)),
    "courses by a word": lambda s, c, n: _find(s, keywords=(c.choice(_FIELDS),)),
    "courses by two words": lambda s, c, n: _find(s, keywords=(c.choice(_FIELDS), f"topic{c.randrange(n // 50)}")),
    "courses by a rare word": lambda s, c, n: _find(s, keywords=(f"topic{c.randrange(n // 50)}",)),
    "courses of a field of knowledge": lambda s, c, n: _find(s, subject="mechanics", semesters=(c.randint(5, 10),)),
    "no course: the nearest searches": lambda s, c, n: courses.nearest_criteria(
        s, criteria=CourseCriteria(department=c.choice(_DEPARTMENTS), language="en", keywords=("nowhere",))
    ),
    "a course": lambda s, c, n: courses.course_by_code(s, code=_course(c, n)),
    "courses of a teaching unit": lambda s, c, n: courses.courses_of_unit(s, code=f"U{c.randrange(n // 5):07}"),
    "residences within a budget": lambda s, c, n: housing.search_residences(
        s, criteria=ResidenceCriteria(most_rent=Decimal(c.randint(150, 900)))
    ),
    "studios between two rents": lambda s, c, n: housing.search_residences(
        s, criteria=ResidenceCriteria(None, "studio", Decimal(300), Decimal(c.randint(350, 500)))
    ),
    "residences, a later page": lambda s, c, n: housing.search_residences(
        s, criteria=ResidenceCriteria(), offset=c.randrange(RESIDENCES)
    ),
    "a residence with its prices": lambda s, c, n: _whole_residence(s, _residence(c)),
    "two residences compared": lambda s, c, n: [_whole_residence(s, _residence(c)) for _ in range(2)],
    "rents for a budget": lambda s, c, n: housing.find_prices(s, kind="rent", period="month", limit=50),
    "a procedure": lambda s, c, n: find_procedure_statements(s, procedure=c.choice(("caf", "cvec"))),
    "what comes before a procedure": lambda s, c, n: required_before(s, procedure=c.choice(("caf", "cvec"))),
    "deadlines": lambda s, c, n: find_deadlines(s),
    "a desk and its hours": lambda s, c, n: _desk(s),
    "the office for a question": lambda s, c, n: find_offices(s, text="who deals with housing and rooms"),
    "an article": lambda s, c, n: find_articles(s, text=f"where is the {c.choice(_FIELDS)} topic{c.randrange(500)}"),
    "a statement": lambda s, c, n: find_statements(s, text=c.choice(("free bus on saturday", "musique et théâtre"))),
}
"""The kinds of questions, as their actions ask the database."""


def _whole_residence(session: Session, code: str) -> None:
    housing.residence_by_code(session, code=code)
    housing.find_prices(session, residence=code)
    housing.find_room_types(session, residence=code)
    housing.find_residence_statements(session, residence=code)


def _desk(session: Session) -> None:
    contact_by_code(session, code="international_office")
    find_opening_periods(session, contact="international_office", day=dt.date(2026, 11, 23))


def _make(url: str, size: int) -> None:
    load(PROJECT_ROOT / "data" / "mobility", url=url)
    with session_scope(url) as session:
        _write_articles(session)
        session.commit()
    with closing(sqlite3.connect(url[len("sqlite:///") :])) as database:
        database.execute("PRAGMA synchronous=OFF")
        title = json.dumps({"en": "Bench", "fr": "Mesure"})
        _insert(database, "source", "code title confidence status", [("bench", title, "official", "published")])
        fact = "status as_of verified_on source_code"
        names = ((code, json.dumps({"en": code, "fr": code}), "[]", 0, *_FACT) for code in _DEPARTMENTS)
        _insert(database, "department", f"code name aliases is_apprenticeship {fact}", names)
        _write_courses(database, size, fact)
        _write_residences(database, fact)
        database.commit()
        database.execute("ANALYZE")
        database.commit()


def _write_articles(session: Session) -> None:
    for number in range(300):
        field = _FIELDS[number % len(_FIELDS)]
        title = {"en": f"The {field} topic{number}", "fr": f"Le {field} topic{number}"}
        content = ArticleContent("campus_life", title, {"en": "It is there.", "fr": "C'est là."})
        publish_article(session, save_article(session, content, author="bench").code, author="bench")


def _write_courses(database: sqlite3.Connection, size: int, fact: str) -> None:
    chance = random.Random(2)
    units = range(size // 5)
    titles = {number: f"{chance.choice(_FIELDS)} {number}" for number in units}
    _insert(
        database, "teaching_unit", f"id code title department_code semester ects search_title {fact}",
        (
            (number + 100_000, f"U{number:07}", json.dumps({"fr": titles[number]}), chance.choice(_DEPARTMENTS),
             chance.randint(5, 10), 3, search_title([titles[number]]), *_FACT)
            for number in units
        ),
    )  # fmt: skip
    rows, offers, links = [], [], []
    for number in range(size):
        code, field = f"C{number:07}", chance.choice(_FIELDS)
        words = f"{chance.choice(_KINDS)} {field} topic{number // 50} {number % 50}"
        language = "en" if chance.random() < 0.2 else "fr"
        rows.append((code, json.dumps({"fr": words}), language, 30, search_title([words]), *_FACT))
        offers += {(code, chance.choice(_DEPARTMENTS), chance.randint(5, 10)) for _ in range(2)}
        links.append((code, number // 5 + 100_000))
        if len(rows) == 50_000 or number == size - 1:
            _insert(database, "course", f"code title language hours search_title {fact}", rows)
            _insert(database, "course_offer", "course_code department_code semester", offers)
            _insert(database, "course_teaching_unit", "course_code teaching_unit_id", links)
            rows, offers, links = [], [], []


def _write_residences(database: sqlite3.Connection, fact: str) -> None:
    chance = random.Random(3)
    names = [json.dumps({"en": f"House {number}", "fr": f"Maison {number}"}) for number in range(RESIDENCES)]
    _insert(database, "housing_provider", "code name status", [("bench", names[0], "published")])
    codes = [f"r{number:05}" for number in range(RESIDENCES)]
    _insert(
        database, "residence", f"code provider_code name aliases is_group position {fact}",
        ((code, "bench", names[place], "[]", 0, place + 100, *_FACT) for place, code in enumerate(codes)),
    )  # fmt: skip
    kinds = [chance.choice(("room", "studio", "apartment")) for _ in codes]
    _insert(
        database, "room_type", f"code residence_code name kind {fact}",
        ((f"{code}_room", code, names[0], kind, *_FACT) for code, kind in zip(codes, kinds, strict=True)),
    )  # fmt: skip
    _insert(
        database, "residence_price", f"code residence_code kind amount_min currency period {fact}",
        ((f"{code}_rent", code, "rent", chance.randint(150, 900), "EUR", "month", *_FACT) for code in codes[::2]),
    )  # fmt: skip
    _insert(
        database, "residence_statement", f"code residence_code aspect text position {fact}",
        ((f"{code}_eligibility", code, "eligibility", names[0], 0, *_FACT) for code in codes),
    )  # fmt: skip


def _insert(database: sqlite3.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    names = columns.split()
    places = ", ".join("?" * len(names))
    database.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)


if __name__ == "__main__":
    sys.exit(main())
