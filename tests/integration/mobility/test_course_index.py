"""The index of courses finds what the exact conditions find, and follows every change."""

import itertools

import pytest
import yaml
from alembic import command
from sqlalchemy import text

from bot.mobility import courses
from bot.mobility.corrections import correct_fact, take_back
from bot.mobility.course_index import nearest_title_word
from bot.mobility.courses import find_courses, has_courses
from bot.mobility.database import get_engine, migration_config, session_scope, upgrade
from bot.mobility.loading.loader import load
from bot.mobility.types import CourseCriteria

CRITERIA = [
    CourseCriteria(department, semesters, language, subject, keywords)
    for department, semesters, language, (subject, keywords) in itertools.product(
        (None, "MECA", "ITI", "PERF"),
        ((), (9,), (5, 7), (5, 6, 7, 8, 9, 10)),
        (None, "en", "fr"),
        ((None, ()), ("mechanics", ()), (None, ("mecan",)), (None, ("fluide", "meca")), (None, ("nowhere",))),
    )
]


def found(session, criteria):
    hits = find_courses(session, criteria=criteria)
    return hits.total, [course.code for course in hits.courses], hits.by_department, hits.by_semester


def test_the_index_leaves_out_nothing_and_lets_nothing_else_in(session, monkeypatch):
    by_index = [found(session, criteria) for criteria in CRITERIA]
    monkeypatch.setattr(courses, "narrowed", lambda session, query, **terms: query)
    assert by_index == [found(session, criteria) for criteria in CRITERIA]
    assert len({str(one) for one in by_index}) > 12


@pytest.mark.parametrize(("written", "meant"), [
    ("mecanque", "mecanique"), ("Fluieds", "fluides"), ("mechancis", "mechanics"), ("zzzzzz", None), ("", None),
])  # fmt: skip
def test_a_misspelt_word_is_found_among_the_titles(session, written, meant):
    assert nearest_title_word(session, written) == meant


def test_a_corrected_title_is_found_at_once_and_the_former_one_when_it_is_taken_back(url, small_folder):
    load(small_folder, url=url)
    new, old = CourseCriteria(keywords=("hydraulique",)), CourseCriteria(keywords=("fluide",))
    with session_scope(url) as session:
        correct_fact(
            session, table="course", key="FLUID", field="title", value={"fr": "Hydraulique"},
            verified_on="2026-11-20", author="office",
        )  # fmt: skip
        assert has_courses(session, new)
        assert not has_courses(session, old)
        take_back(session, table="course", key="FLUID", author="office")
        assert has_courses(session, old)
        assert not has_courses(session, new)


def test_a_load_that_moves_or_withdraws_a_course_is_followed(url, small_folder):
    load(small_folder, url=url)
    file = small_folder / "course.yml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["records"] = [course for course in content["records"] if course["code"] != "PLANES"]
    moved = next(course for course in content["records"] if course["code"] == "LANG")
    moved.update(departments=["ITI"], teaching_units=[], semesters=[8])
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    load(small_folder, url=url)
    with session_scope(url) as session:
        assert found(session, CourseCriteria(department="ITI", semesters=(8,)))[1] == ["LANG"]
        assert not has_courses(session, CourseCriteria(department="MECA", language="en"))


def test_the_migration_indexes_the_courses_that_there_are(url, small_folder):
    load(small_folder, url=url)
    with session_scope(url) as session:
        loaded = [found(session, criteria) for criteria in CRITERIA]
    with get_engine(url).begin() as connection:
        command.downgrade(migration_config(connection), "0008")
    upgrade(url)
    with session_scope(url) as session:
        assert session.scalar(text("SELECT count(*) FROM course_search_entry")) == 4
        assert [found(session, criteria) for criteria in CRITERIA] == loaded
        assert nearest_title_word(session, "mecanque") == "mecanique"
