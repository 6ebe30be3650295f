"""Databases for the tests of queries, loader and migrations: each test runs on SQLite and on PostgreSQL."""

import shutil
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping

import pytest
import yaml

from bot.mobility.database import Session, get_engine, session_scope
from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT

DATABASES = ("sqlite", "postgresql")
TEXT = {"en": "text", "fr": "texte"}
FACT = {"source": "page", "as_of": "2018-2019", "verified_on": "2026-11"}

SMALL_DATA: Mapping[str, List[Dict[str, Any]]] = {
    "source": [{"code": "page", "title": TEXT, "url": "https://example.org/page", "confidence": "official"}],
    "contact": [
        {"code": "office", "name": TEXT, "email": "office@example.org", **FACT},
        {"code": "police", "name": TEXT, "phone": "17", "is_school": False, **FACT},
        {"code": "draft_office", "name": TEXT, "status": "draft", **FACT},
    ],
    "department": [
        {"code": "MECA", "name": {"en": "Mechanics", "fr": "Mécanique"}, "aliases": ["meca"], **FACT},
        {"code": "ITI", "name": TEXT, **FACT},
        {"code": "PERF", "name": TEXT, "is_apprenticeship": True, **FACT},
    ],
    "academic_term": [{"code": code, "name": TEXT, **FACT} for code in ("autumn", "spring")],
    "deadline": [
        {"code": "apply_autumn", "subject": "application", "name": TEXT, "month": 4, "day": 28, "terms": ["autumn"]},
        {"code": "apply_spring", "subject": "application", "name": TEXT, "month": 10, "day": 24, "terms": ["spring"]},
        {"code": "visa", "subject": "visa", "name": TEXT, "rule": TEXT, "inclusive": True},
    ],
    "programme": [{"code": "welcome", "kind": "welcome", "name": TEXT, "contact": "draft_office", **FACT}],
    "programme_statement": [
        {"code": "second", "programme": "welcome", "aspect": "overview", "text": TEXT, "position": 1, **FACT},
        {"code": "first", "programme": "welcome", "aspect": "overview", "text": TEXT, "position": 0, **FACT},
        {"code": "draft", "programme": "welcome", "aspect": "price", "text": TEXT, "status": "draft", **FACT},
    ],
    "programme_edition": [
        {"code": "old", "programme": "welcome", "name": TEXT, "starts_on": "2026-09-01", "ends_on": "2026-09-05"},
        {"code": "next", "programme": "welcome", "name": TEXT, "starts_on": "2027-08-30", "ends_on": "2027-09-03"},
        {"code": "last", "programme": "welcome", "name": TEXT, "starts_on": "2028-08-30"},
    ],
    "programme_event": [
        {"code": "tour", "edition": "next", "name": TEXT, "starts_at": "2027-08-31T14:00"},
        {"code": "opening", "edition": "next", "name": TEXT, "starts_at": "2027-08-30T09:00"}
        | {"ends_at": "2027-08-30T10:30"},
        {"code": "secret", "edition": "next", "name": TEXT, "starts_at": "2027-08-30T20:00", "status": "draft"},
    ],
    "housing_provider": [{"code": "school", "name": TEXT}],
    "residence": [
        {"code": "blue", "provider": "school", "name": TEXT, "contact": "office", "position": 2, **FACT},
        {"code": "green", "provider": "school", "name": TEXT, "position": 1, **FACT},
        {"code": "hidden", "provider": "school", "name": TEXT, "status": "draft", **FACT},
    ],
    "room_type": [{"code": "blue_studio", "residence": "blue", "name": TEXT, "size_m2": 18.5, **FACT}],
    "residence_price": [
        {"code": "blue_rent", "residence": "blue", "room_type": "blue_studio", "kind": "rent", "amount_min": 308}
        | {"amount_max": 385.5, "currency": "EUR", "period": "month"},
        {"code": "hidden_rent", "residence": "hidden", "kind": "rent", "amount_min": 1, "currency": "EUR"}
        | {"period": "month"},
    ],
    "teaching_unit": [
        {"code": "UE-1", "title": {"fr": "Mécanique"}, "department": "MECA", "semester": 5, "ects": 4},
        {"code": "UE-1", "title": {"fr": "Mécanique"}, "department": "ITI", "semester": 6},
        {"code": "UE-2", "title": {"fr": "Langues"}, "department": "MECA", "semester": 9, "ects": 2.5},
        {"code": "UE-3", "title": {"fr": "Entreprise"}, "department": "PERF", "semester": 9},
    ],
    "course": [
        {"code": "FLUID", "title": {"fr": "Mécanique des fluides"}, "language": "fr", "departments": ["MECA"]}
        | {"teaching_units": ["UE-1"], "hours": 30},
        {"code": "PLANES", "title": {"fr": "Aircraft mechanics"}, "language": "en", "departments": ["MECA", "ITI"]}
        | {"teaching_units": ["UE-2"], "semesters": [7]},
        {"code": "LANG", "title": {"fr": "Anglais"}, "language": "en", "departments": ["MECA"]}
        | {"teaching_units": ["UE-2"]},
        {"code": "SAFETY", "title": {"fr": "Mécanique du travail"}, "language": "fr", "departments": ["PERF"]}
        | {"teaching_units": ["UE-3"]},
    ],
    "procedure": [
        {"code": "visa", "topic": "visa", "name": TEXT, "position": 1, "url": "https://example.org/visa"},
        {"code": "permit", "topic": "residence_permit", "name": TEXT, "position": 2, "contact": "draft_office"},
        {"code": "bank", "topic": "bank", "name": TEXT, "aliases": ["RIB"], "contact": "office"},
        {"code": "hidden_procedure", "topic": "visa", "name": TEXT, "status": "draft"},
    ],
    "procedure_statement": [
        {"code": "fee", "procedure": "visa", "aspect": "cost", "text": TEXT, "amount": 99, "currency": "EUR"}
        | {"period": "once", "nationality": "non_eu"},
        {"code": "aid", "procedure": "visa", "aspect": "cost", "text": TEXT, "amount": 100, "amount_max": 250.5}
        | {"currency": "EUR", "period": "month", "position": 1, "nationality": "eu", "stay": "degree"},
        {"code": "ask", "procedure": "visa", "aspect": "step", "text": TEXT, "position": 1},
        {"code": "look", "procedure": "visa", "aspect": "step", "text": TEXT, "stay": "exchange"},
        {"code": "validate", "procedure": "visa", "aspect": "rule", "text": TEXT, "nationality": "other_non_eu"},
        {"code": "no_need", "procedure": "visa", "aspect": "rule", "text": TEXT, "nationality": "algeria"},
        {"code": "rumour", "procedure": "visa", "aspect": "note", "text": TEXT, "status": "draft"},
        {"code": "card", "procedure": "bank", "aspect": "note", "text": TEXT},
    ],
    "procedure_dependency": [
        {"procedure": "permit", "requires": "visa", "reason": TEXT},
        {"procedure": "permit", "requires": "bank"},
        {"procedure": "permit", "requires": "hidden_procedure"},
        {"procedure": "bank", "requires": "visa", "status": "draft"},
    ],
    "campus_statement": [
        {"code": "gym", "aspect": "sport", "text": TEXT, "position": 1},
        {"code": "football", "aspect": "sport", "text": TEXT},
        {"code": "choir", "aspect": "arts", "text": TEXT},
        {"code": "plan", "aspect": "arts", "text": TEXT, "status": "draft"},
    ],
    "public_holiday": [
        {"date": "2027-01-01", "name": TEXT},
        {"date": "2026-12-25", "name": TEXT},
        {"date": "2026-11-11", "name": TEXT},
        {"date": "2027-07-14", "name": TEXT, "status": "draft"},
    ],
    "subject": [{"code": "mechanics", "name": TEXT, "aliases": ["mécanique"], "stems": ["mecani", "mechani"]}],
}
"""A small world in which everything has a reason: some test would fail without it."""


def write_data(folder: Path, data: Mapping[str, List[Dict[str, Any]]] = SMALL_DATA) -> Path:
    """Write one YAML file for each table; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    without_provenance = ("source", "housing_provider", "subject")
    for table, records in data.items():
        content = {"defaults": {} if table in without_provenance else FACT, "records": records}
        (folder / f"{table}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the small world, for tests that change nothing in it."""
    return write_data(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Give a function that makes an empty database of a kind and returns its address."""

    def make(database: str) -> str:
        if database == "postgresql":
            return request.getfixturevalue("new_postgresql_url")()
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'mobility.db'}"

    return make


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[str]:
    """Give the address of an empty database."""
    address = new_url(request.param)
    yield address
    get_engine(address).dispose()


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """Give a folder with the files of the small world, for a test to change."""
    return write_data(tmp_path / "data")


@pytest.fixture(params=DATABASES, scope="session")
def small_url(
    request: pytest.FixtureRequest, new_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Give the address of a database with the small world."""
    address = new_url(request.param)
    report = load(write_data(tmp_path_factory.mktemp("data")), url=address)
    assert report.problems == []
    return address


@pytest.fixture(params=DATABASES, scope="session")
def full_url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """Give the address of a database with the project's own data."""
    address = new_url(request.param)
    report = load(PROJECT_ROOT / "data" / "mobility", url=address)
    assert report.problems == []
    return address


@pytest.fixture
def session(small_url: str) -> Iterator[Session]:
    """Give a session on the small world."""
    with session_scope(small_url) as opened:
        yield opened


@pytest.fixture
def full_session(full_url: str) -> Iterator[Session]:
    """Give a session on the project's own data."""
    with session_scope(full_url) as opened:
        yield opened


def add_school(folder: Path) -> Path:
    """Give the small world a school."""
    (folder / "institution.yml").write_text(
        "defaults: {verified_on: '2026-11', source: page}\n"
        "records: [{hei_id: home.example, name: {en: Home, fr: Maison}, is_home: true}]\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def home_folder(small_folder: Path) -> Path:
    """Give the files of the small world with a school, for a test to change."""
    return add_school(small_folder)


@pytest.fixture(scope="session")
def loaded_files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Give SQLite files with the small world, without and with a school, for tests to copy: loading takes longer."""
    files = {}
    for name, prepare in (("small", write_data), ("home", lambda folder: add_school(write_data(folder)))):
        files[name] = tmp_path_factory.mktemp(name) / "mobility.db"
        url = f"sqlite:///{files[name]}"
        assert load(prepare(tmp_path_factory.mktemp(f"{name}-files")), url=url).problems == []
        get_engine(url).dispose()
    return files


@pytest.fixture
def loaded_url(tmp_path: Path, loaded_files: Mapping[str, Path]) -> Iterator[str]:
    """Give the address of a SQLite database with a school; what differs on PostgreSQL has a test of its own."""
    yield from copied(loaded_files["home"], tmp_path / "home.db")


@pytest.fixture
def sqlite_url(tmp_path: Path, loaded_files: Mapping[str, Path]) -> Iterator[str]:
    """Give the address of a SQLite database with the small world."""
    yield from copied(loaded_files["small"], tmp_path / "mobility.db")


def copied(file: Path, target: Path) -> Iterator[str]:
    """Give the address of a copy of a SQLite database."""
    shutil.copyfile(file, target)
    yield f"sqlite:///{target}"
    get_engine(f"sqlite:///{target}").dispose()
