"""What the Mobility Factsheet of an institution says, once it is imported."""

import shutil

import pytest
from completeness import assert_complete
from conversation_partner import Student

from bot.mobility.database import get_engine
from bot.mobility.imports.importer import run_import
from bot.settings import PROJECT_ROOT

FEEDS = PROJECT_ROOT / "tests" / "integration" / "mobility" / "feeds"


@pytest.fixture(scope="module")
def imported_url(mobility_url, tmp_path_factory):
    """The real facts and the official example of a factsheet."""
    get_engine(mobility_url).dispose()
    target = tmp_path_factory.mktemp("imported") / "mobility.db"
    shutil.copyfile(mobility_url.removeprefix("sqlite:///"), target)
    url = f"sqlite:///{target}"
    assert not run_import("ewp-factsheet", [FEEDS / "factsheet.xml"], url=url).has_errors
    return url


@pytest.fixture
def factsheets(imported_url, monkeypatch):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", imported_url)


def told(heard, response):
    (said,) = [said for said in heard if said.response == response]
    return said


@pytest.mark.parametrize(("language", "text", "words"), [
    ("en", "Which documents must I send to example-hei.edu?", ("Motivation letter", "English B2", "details]")),
    ("fr", "Quels documents dois-je envoyer à example-hei.edu ?", ("Relevé de notes", "English B2", "tails]")),
])  # fmt: skip
def test_the_documents_that_an_institution_asks_for(factsheets, language, text, words):
    (said,) = Student(language).says("ask_documents", text)
    assert_complete(said, language)
    assert (said.answer["outcome"], said.answer["topic"]) == ("answered", "documents")
    assert all(word in said.text for word in ("**example-hei.edu**", "Privacy statement", *words))
    assert "example-hei.edu" in said.answer["sources"][0]["title"]


@pytest.mark.parametrize(("language", "text", "words"), [
    ("en", "When must my university nominate me at example-hei.edu?", ("until 10 April", "10 December", "no year")),
    ("fr", "Quand mon université doit-elle me nommer à example-hei.edu ?", ("jusqu'au 10 avril", "10 décembre")),
])  # fmt: skip
def test_when_an_institution_wants_nominations(factsheets, language, text, words):
    (said,) = Student(language).says("ask_nomination", text)
    assert_complete(said, language)
    assert (said.answer["outcome"], said.answer["topic"]) == ("answered", "nomination")
    assert "**example-hei.edu**" in said.text
    assert all(word in said.text for word in words)


def test_without_a_name_the_school_and_the_factsheets_held_are_told(factsheets):
    nomination = Student().says("ask_nomination", "When must my university nominate me?")
    assert nomination[0].response == "utter_nomination_found"
    assert "until 10 April" in told(nomination, "utter_factsheet_nomination_found").text
    documents = Student().says("ask_documents", "Which documents must I send?", stay="exchange", nationality="eu")
    assert "Motivation letter" in told(documents, "utter_factsheet_documents_found").text
    assert len(documents) == 2


def test_more_documents_are_those_of_the_school(factsheets):
    student = Student()
    student.says("ask_documents", nationality="non_eu", stay="degree")
    assert not [said for said in student.says("find_more") if said.response.startswith("utter_factsheet")]


def test_without_a_factsheet_nothing_is_said_of_any(student):
    assert [said.response for said in student.says("ask_nomination")] == ["utter_nomination_found"]


@pytest.mark.parametrize(("language", "text", "day", "other"), [
    ("en", "and for the spring term?", "10 December", "10 April"),
    ("fr", "et pour le printemps ?", "10 décembre", "10 avril"),
])  # fmt: skip
def test_a_follow_up_asks_for_one_term_of_the_same_institution(factsheets, language, text, day, other):
    student = Student(language)
    student.says("ask_nomination", "when must my university nominate me for example-hei.edu?")
    (said,) = student.says("change_criteria", text, term="spring")
    assert said.response == "utter_factsheet_nomination_found"
    assert day in said.text
    assert other not in said.text
