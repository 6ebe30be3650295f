"""Courses of standard feeds, once they are imported: found, told in full, told beside the catalogue."""

import shutil

import pytest
from completeness import assert_complete
from conversation_partner import Student

from bot.mobility.corrections import correct_fact
from bot.mobility.database import get_engine, session_scope
from bot.mobility.imports.feed import Options
from bot.mobility.imports.importer import run_import
from bot.settings import PROJECT_ROOT

FEEDS = PROJECT_ROOT / "tests" / "integration" / "mobility" / "feeds"


@pytest.fixture(scope="module")
def imported_url(mobility_url, tmp_path_factory):
    """The real facts and the official example of a feed of courses."""
    get_engine(mobility_url).dispose()
    target = tmp_path_factory.mktemp("imported") / "mobility.db"
    shutil.copyfile(mobility_url.removeprefix("sqlite:///"), target)
    url = f"sqlite:///{target}"
    options = Options(institution="uio.no")
    assert not run_import("ewp-courses", [FEEDS / "courses.xml"], options=options, url=url).has_errors
    return url


@pytest.fixture(autouse=True)
def feed(imported_url, monkeypatch):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", imported_url)


@pytest.mark.parametrize(("language", "intent", "text", "words"), [
    ("en", "ask_course_details", "What is Introductory calculus about?",
     ("Introductory calculus", "uio.no", "English", "15 ECTS", "60 h", "1 July to 31 December 2016", "Some descr")),
    ("fr", "ask_course_credits", "Combien d'ECTS pour Introductory calculus ?",
     ("Introductory calculus", "anglais", "15 ECTS", "60 h", "1er juillet au 31 décembre 2016")),
    ("en", "find_courses", "Is there a course on calculus?", ("Introductory calculus", "15 ECTS")),
])  # fmt: skip
def test_a_course_of_a_feed_is_told_with_its_source(language, intent, text, words):
    (said,) = Student(language).says(intent, text)
    assert_complete(said, language)
    assert said.response == "utter_feed_course_details"
    assert said.answer["outcome"] == "answered"
    assert all(word in said.text for word in words)
    assert "uio.no" in said.answer["sources"][0]["title"]


def test_a_course_of_a_feed_is_told_beside_those_of_the_catalogue():
    (said,) = Student("en").says("find_courses", "anything on calculsu?")
    assert said.response.startswith("utter_course")
    assert "Data feeds describe besides:\nIntroductory" in said.text.replace("*", "")
    assert any("uio.no" in source["title"] for source in said.answer["sources"])


def test_a_field_that_the_student_names_finds_courses_of_feeds_too():
    said = Student("en").says("find_courses", "Is there a course on calculus?", subject=("mathematics", "calculus"))[0]
    assert "about Mathematics" in said.text
    assert "Introductory calculus" in said.text


def test_a_degree_programme_of_a_feed_is_no_course():
    (said,) = Student("en").says("find_courses", "courses on political science subject")
    assert "Political science" not in said.text


def test_a_new_title_is_found_at_once(imported_url):
    with session_scope(imported_url) as session:
        correct_fact(
            session, table="learning_opportunity", key="uio.no/CR/f6d14b1f-f330-4956-8819-e24feb12d519", field="title",
            value={"en": "Ethnomusicology of the fjords"}, verified_on="2026-11-20", author="office",
        )  # fmt: skip
        session.commit()
    (said,) = Student("en").says("find_courses", "a course on ethnomusicology?")
    assert "Ethnomusicology of the fjords" in said.text
