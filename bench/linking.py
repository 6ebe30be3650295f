"""How long it takes to find what a student names among 10,000 courses and all institutions of the ECHE list.

    python -m bench.linking --eche FILE.xlsx [--courses 10000] [--messages 500]

Makes a database of its own: the project's facts, the Commission's list imported by the project's importer, and
courses whose titles are put together from parts of real titles. Then asks for names taken from it, half of them
misspelt: course titles as the entity linker of the understanding finds them, institutions as the partner check finds
them. Ends with one JSON line; `right` is the share of names that lead to their row, alone or among the candidates asked
back.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Set, Tuple

import numpy as np
from sqlalchemy import insert, select

from bot.mobility import models
from bot.mobility.database import get_engine, session_scope
from bot.mobility.partners import find_institutions
from bot.nlu.known_names import KnownNames
from bot.nlu.noise import with_typos
from bot.nlu.title_search import search_titles
from bot.settings import PROJECT_ROOT

Asked = Sequence[Tuple[str, str]]
"""Names and the codes of their rows."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eche", type=Path, required=True, help="the Commission's list of accredited institutions")
    parser.add_argument("--courses", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=500)
    arguments = parser.parse_args()
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/mobility.db"
        for command in (["load"], ["import", "eche", str(arguments.eche.resolve())]):
            run_bot("data", *command, url=url, folder=folder)
        courses = add_courses(url, arguments.courses, chance)
        with session_scope(url) as session:
            model = models.PartnerInstitution
            rows = session.execute(select(model.code, model.name)).all()
            institutions = [(next(iter(name.values())), code) for code, name in rows]
            started = time.perf_counter()
            names = KnownNames(url, 3600)
            names.refresh()
            figures: Dict[str, Any] = {
                "courses": len(courses),
                "institutions": len(institutions),
                "build_s": round(time.perf_counter() - started, 1),
            }

            def find_course(text: str) -> Sequence[str]:
                exact = [found.row.code for found in names.gazetteer.find(text) if found.is_title]
                hit = search_titles(names.titles, text)
                return [*exact, *(match.code for match in (hit.matches if hit else ()))]

            def find_institution(text: str) -> Sequence[str]:
                return find_institutions(session, text).codes

            find_institution("Politecnico di Torino")  # builds its index, once for each load
            for kind, find, asked in (
                ("course", find_course, courses),
                ("institution", find_institution, institutions),
            ):
                measured = measure(find, asked, arguments.messages, chance)
                figures |= {f"{kind} {name}": value for name, value in measured.items()}
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))


def run_bot(*arguments: str, url: str, folder: str) -> None:
    environment = {**os.environ, "MOBILITY_DATABASE_URL": url, "VAR_DIR": folder}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}")


def add_courses(url: str, wanted: int, chance: random.Random) -> Asked:
    """Fill the catalogue up with courses made of halves of real titles; return all titles with their codes."""
    model = models.Course
    with session_scope(url) as session:
        rows = session.execute(select(model.code, model.title)).all()
        titles = [(next(iter(title.values())), code) for code, title in rows]
        sample = session.execute(select(model.__table__).limit(1)).mappings().one()
    words = [title.split() for title, _ in titles]
    made: List[Dict[str, Any]] = []
    seen = {title for title, _ in titles}
    while len(seen) < wanted:
        first, second = chance.choice(words), chance.choice(words)
        title = " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])
        if title not in seen:
            seen.add(title)
            made.append({**sample, "code": f"BENCH-{len(made)}", "title": {"fr": title}, "search_title": f" {title} "})
    with get_engine(url).begin() as connection:
        connection.execute(insert(model.__table__), made)
    return [*titles, *((row["title"]["fr"], row["code"]) for row in made)]


def measure(
    find: Callable[[str], Sequence[str]], names: Asked, count: int, chance: random.Random
) -> Dict[str, float]:
    codes: Dict[str, Set[str]] = {}
    for name, code in names:  # namesakes are each other's right answer
        codes.setdefault(name, set()).add(code)
    asked = chance.sample(list(codes), min(count, len(codes)))
    milliseconds, right = [], 0
    for number, name in enumerate(asked):
        text = with_typos(name) if number % 2 else name
        started = time.perf_counter()
        found = find(text)
        milliseconds.append((time.perf_counter() - started) * 1000)
        right += not codes[name].isdisjoint(found)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {
        "p50 ms": round(float(p50), 2),
        "p99 ms": round(float(p99), 2),
        "right": round(right / len(asked), 3),
    }


if __name__ == "__main__":
    main()
