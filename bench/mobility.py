"""Measures the queries of the mobility database on a large one, and on one a hundredth its size.

    python -m bench.mobility                     # 10,000 and 1,000,000 courses, 10,000 residences
    python -m bench.mobility --courses 100000    # a smaller large one
    python -m bench.mobility --database postgresql://user@host/empty1 --large-database postgresql://user@host/empty2

Each kind of question is asked many times with other criteria. Printed are the medians and 99th percentiles in
milliseconds, how they grow, and the memory of an action server that answers from the large database. `cpu` is the time
of the processor: what is left of `p99` on a machine that does nothing else. The last line is one JSON object.
"""

import argparse
import datetime as dt
import gc
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence
from urllib.error import URLError

from sqlalchemy import text

from bot.mobility import courses, housing, partners
from bot.mobility.articles import ArticleContent, find_articles, publish_article, save_article
from bot.mobility.common_words import common_words
from bot.mobility.contacts import contact_by_code, find_opening_periods
from bot.mobility.course_index import index_courses, nearest_title_word
from bot.mobility.course_plans import course_plan
from bot.mobility.database import Session, get_engine, session_scope
from bot.mobility.deadlines import find_deadlines
from bot.mobility.factsheets import find_factsheets
from bot.mobility.loading.loader import load
from bot.mobility.normalisation import search_title
from bot.mobility.plans import PlanCriteria, build_plan
from bot.mobility.procedures import find_procedure_statements, required_before
from bot.mobility.statements import find_offices, find_statements
from bot.mobility.types import CourseCriteria, ResidenceCriteria
from bot.nlu.embedding.encoder import SentenceEncoder
from bot.settings import PROJECT_ROOT, Settings

SMALL = 10_000
RESIDENCES = 10_000
INSTITUTIONS = 6_000
AGREEMENTS = 600
ROUNDS = 200
LIMIT_MS = 50.0
LIMIT_MB = 300
_DEPARTMENTS = tuple(f"D{number:02}" for number in range(40))
_FIELDS = "mechanics chemistry energy signal network robotics fluid risk data vision energy process polymer".split()
_COUNTRIES = ("DE", "ES", "IT", "BR", "CA", "JP")
_KINDS = ("introduction", "advanced", "applied", "numerical", "experimental", "industrial", "modern", "project")
_FACT = ("published", None, "2026-11", "bench")
"""status, as_of, verified_on, source_code of every generated row."""

Question = Callable[[Session, random.Random, int], Any]


def main() -> int:
    """Make both databases, print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1_000_000, help="courses of the large database")
    parser.add_argument("--database", help="an empty database for the small one; default: a SQLite file")
    parser.add_argument("--large-database", help="an empty database for the large one; default: a SQLite file")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each kind of question is asked")
    options = parser.parse_args()
    figures: Dict[str, Any] = {"courses": options.courses, "residences": RESIDENCES, "questions": {}}
    common_words()  # read once in the life of a process
    SentenceEncoder.load(Settings.from_environment().var / "cache")  # as the training leaves it for the action server
    with tempfile.TemporaryDirectory() as folder:
        urls = {
            SMALL: options.database or f"sqlite:///{folder}/small.db",
            options.courses: options.large_database or f"sqlite:///{folder}/large.db",
        }
        timings = {}
        for size, url in urls.items():
            started = time.perf_counter()
            _make(url, size)
            print(f"{size} courses written in {time.perf_counter() - started:.0f} s", flush=True)
            timings[size] = _measure(url, size, options.rounds)
            get_engine(url).dispose()
        memory = _memory_of_action_server(urls[options.courses], folder)
    print(f"{'question':34} {'p50':>8} {'p99':>8} {'cpu':>8}   {'p50':>8} {'p99':>8} {'cpu':>8}  growth of p50")
    for name in QUESTIONS:
        small, large = timings[SMALL][name], timings[options.courses][name]
        growth = large[0] / small[0]
        told = "   ".join(" ".join(f"{value:8.2f}" for value in values) for values in (small, large))
        print(f"{name:34} {told}  {growth:6.1f}")
        p50, p99, cpu = (round(value, 2) for value in large)
        figures["questions"][name] = {"p50": p50, "p99": p99, "cpu_p99": cpu, "growth": round(growth, 2)}
    worst, worst_cpu, most = (
        max(figure[name] for figure in figures["questions"].values()) for name in ("p99", "cpu_p99", "growth")
    )
    figures.update(worst_p99=worst, worst_cpu_p99=worst_cpu, most_growth=most, action_server_mb=memory)
    print(f"\np99 under {LIMIT_MS:.0f} ms: {_verdict(worst < LIMIT_MS)} ({worst}; of the processor {worst_cpu})")
    times = options.courses / SMALL
    print(f"sub-linear growth: {_verdict(most < times or times <= 1)} (rows times {times:.0f}, time at most {most})")
    print(f"action server under {LIMIT_MB} MB: {_verdict(memory < LIMIT_MB)} ({memory})")
    print(json.dumps(figures))
    return 0


def _verdict(is_reached: bool) -> str:
    return "yes" if is_reached else "no"


def _measure(url: str, size: int, rounds: int) -> Dict[str, Sequence[float]]:
    chance = random.Random(1)
    timings = {}
    for name, ask in QUESTIONS.items():
        times: List[float] = []
        cpu: List[float] = []
        with session_scope(url) as session:
            ask(session, random.Random(0), size)  # what a process keeps after its first question
        gc.freeze()  # as the action server does
        for _ in range(rounds):
            started, started_cpu = time.perf_counter(), time.thread_time()
            with session_scope(url) as session:
                ask(session, chance, size)
            times.append((time.perf_counter() - started) * 1000)
            cpu.append((time.thread_time() - started_cpu) * 1000)
        times.sort()
        cpu.sort()
        last = int(len(times) * 0.99)
        timings[name] = (times[len(times) // 2], times[last], cpu[last])
    return timings


def _memory_of_action_server(url: str, folder: str) -> int:
    """Return the most megabytes that an action server took which answered a question of each kind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "MOBILITY_DATABASE_URL": url, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bot.action_server", "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            for _ in range(3):
                for action, said, entities in _CALLS:
                    _call(port, action, said, entities)
            status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
        finally:
            server.terminate()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024) if found else 0


_CALLS = (
    ("action_find_courses", "courses on mechanics in English", {"course_language": "en", "subject": "energy"}),
    ("action_find_courses", "courses about topic7", {}),
    ("action_show_course", "tell me about the course C0000007", {"course": "C0000007"}),
    ("action_find_residences", "a room for less than 400 euros", {"amount": "..400"}),
    ("action_show_residence_price", "how much is a room", {}),
    ("action_check_partner", "is Universität Bench 17 a partner?", {}),
    ("action_show_plan", "what do I have to do", {"nationality": "eu", "stay": "exchange", "term": "autumn"}),
    ("action_show_contact", "who deals with housing", {}),
    ("action_show_fallback", "where can I see a play on Saturday evening", {}),
)
"""Actions with what was said and the entities in it."""


def _call(port: int, action: str, said: str, entities: Mapping[str, str]) -> None:
    found = [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in entities.items()]
    message = {"text": said, "intent": {"name": "find_courses", "confidence": 1.0}, "entities": found}
    tracker = {
        "sender_id": "bench", "slots": {"language": "en", **entities}, "latest_message": message, "events": [],
        "paused": False, "followup_action": None, "active_loop": {}, "latest_action_name": "action_listen",
    }  # fmt: skip
    body = json.dumps({"next_action": action, "sender_id": "bench", "tracker": tracker, "domain": {}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The action server does not start.")


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
    "courses of a field of knowledge": lambda s, c, n: _find(s, subject="energy", semesters=(c.randint(5, 10),)),
    "courses in three semesters": lambda s, c, n: _find(s, language="en", semesters=(7, 8, 9)),
    "a misspelt word of a title": lambda s, c, n: nearest_title_word(s, c.choice(("mecahnics", "enrgy", "topc17"))),
    "is there any such course": lambda s, c, n: courses.has_courses(s, CourseCriteria(keywords=(c.choice(_FIELDS),))),
    "a plan of five courses": lambda s, c, n: course_plan(s, codes=[_course(c, n) for _ in range(5)]),
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
    "a personal plan": lambda s, c, n: build_plan(
        s, criteria=PlanCriteria(c.choice(("eu", "non_eu")), "exchange", "autumn"), today=dt.date(2026, 11, 23)
    ),
    "a partner by its name": lambda s, c, n: _partner(s, f"is Universität Bench {c.randrange(INSTITUTIONS)} a partner"),
    "a partner, misspelt": lambda s, c, n: _partner(s, f"agreement with univeristy of Bnechtown{c.randrange(300)}?"),
    "a partner by its code": lambda s, c, n: _partner(s, f"do you work with D BENCH{c.randrange(100, 999)}?"),
    "partners in a country": lambda s, c, n: partners.find_agreements(s, country=c.choice(_COUNTRIES)),
    "double degrees": lambda s, c, n: partners.find_agreements(s, kind="double_degree"),
    "a factsheet": lambda s, c, n: find_factsheets(s, subject="nomination"),
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


def _partner(session: Session, said: str) -> None:
    found = partners.find_institutions(session, said)
    partners.institutions_by_code(session, codes=found.codes)
    partners.find_agreements(session, partners=found.codes or ("none",))


def _desk(session: Session) -> None:
    contact_by_code(session, code="international_office")
    find_opening_periods(session, contact="international_office", day=dt.date(2026, 11, 23))


def _make(url: str, size: int) -> None:
    load(PROJECT_ROOT / "data" / "mobility", url=url)
    with session_scope(url) as session:
        _write_articles(session)
        session.commit()
        title = json.dumps({"en": "Bench", "fr": "Mesure"})
        _insert(session, "source", "code title confidence status", [("bench", title, "official", "published")])
        fact = "status as_of verified_on source_code"
        names = [(code, json.dumps({"en": code, "fr": code}), "[]", False, *_FACT) for code in _DEPARTMENTS]
        _insert(session, "department", f"code name aliases is_apprenticeship {fact}", names)
        _write_courses(session, size, fact)
        _write_residences(session, fact)
        _write_institutions(session, fact)
        index_courses(session)
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()


def _write_articles(session: Session) -> None:
    for number in range(300):
        field = _FIELDS[number % len(_FIELDS)]
        title = {"en": f"The {field} topic{number}", "fr": f"Le {field} topic{number}"}
        content = ArticleContent("campus_life", title, {"en": "It is there.", "fr": "C'est là."})
        publish_article(session, save_article(session, content, author="bench").code, author="bench")


def _write_courses(session: Session, size: int, fact: str) -> None:
    chance = random.Random(2)
    units = range(size // 5)
    titles = {number: f"{chance.choice(_FIELDS)} {number}" for number in units}
    _insert(
        session, "teaching_unit", f"id code title department_code semester ects search_title {fact}",
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
            _insert(session, "course", f"code title language hours search_title {fact}", rows)
            _insert(session, "course_offer", "course_code department_code semester", offers)
            _insert(session, "course_teaching_unit", "course_code teaching_unit_id", links)
            rows, offers, links = [], [], []


def _write_residences(session: Session, fact: str) -> None:
    chance = random.Random(3)
    names = [json.dumps({"en": f"House {number}", "fr": f"Maison {number}"}) for number in range(RESIDENCES)]
    _insert(session, "housing_provider", "code name status", [("bench", names[0], "published")])
    codes = [f"r{number:05}" for number in range(RESIDENCES)]
    _insert(
        session, "residence", f"code provider_code name aliases is_group position {fact}",
        ((code, "bench", names[place], "[]", False, place + 100, *_FACT) for place, code in enumerate(codes)),
    )  # fmt: skip
    kinds = [chance.choice(("room", "studio", "apartment")) for _ in codes]
    _insert(
        session, "room_type", f"code residence_code name kind {fact}",
        ((f"{code}_room", code, names[0], kind, *_FACT) for code, kind in zip(codes, kinds, strict=True)),
    )  # fmt: skip
    _insert(
        session, "residence_price", f"code residence_code kind amount_min currency period {fact}",
        ((f"{code}_rent", code, "rent", chance.randint(150, 900), "EUR", "month", *_FACT) for code in codes[::2]),
    )  # fmt: skip
    _insert(
        session, "residence_statement", f"code residence_code aspect text position {fact}",
        ((f"{code}_eligibility", code, "eligibility", names[0], 0, *_FACT) for code in codes),
    )  # fmt: skip


def _write_institutions(session: Session, fact: str) -> None:
    chance = random.Random(4)
    codes = [f"bench{number:05}" for number in range(INSTITUTIONS)]
    _insert(
        session, "partner_institution", f"code erasmus_code name aliases country city is_name_only {fact}",
        (
            (code, f"D  BENCH{number}", json.dumps({"und": f"Universität Bench {number}"}), "[]",
             chance.choice(_COUNTRIES), f"Benchtown{number % 300}", False, *_FACT)
            for number, code in enumerate(codes)
        ),
    )  # fmt: skip
    kinds = ("erasmus", "bilateral", "double_degree")
    _insert(
        session, "agreement", f"code partner_code kind scope {fact}",
        ((f"{code}/1", code, chance.choice(kinds), "school", *_FACT) for code in codes[:AGREEMENTS]),
    )  # fmt: skip
    _insert(
        session, "factsheet_entry", f"code institution_code subject term month day urls position {fact}",
        ((f"{code}/n", code, "nomination", "autumn", 5, 15, "[]", 0, *_FACT) for code in codes[:50]),
    )  # fmt: skip


def _insert(session: Session, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    names = columns.split()
    places = ", ".join(f":{name}" for name in names)
    statement = text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})")
    batch: List[Mapping[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == 10_000:
            session.execute(statement, batch)
            session.commit()  # a million rows in one transaction would take longer than all of them by themselves
            batch = []
    if batch:
        session.execute(statement, batch)


if __name__ == "__main__":
    sys.exit(main())
