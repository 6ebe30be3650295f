"""The whole assistant over the facts of another school: `FACTS_DIR` names their folder, nothing else is changed."""

import re

import pytest
import requests
from second_school import NAME, write_second_school

FIRST_SCHOOL = re.compile(r"INSA\b|Rouen|Normandie|\b(?:308|385|601) ?(?:€|euros)|\b22 double", re.IGNORECASE)


@pytest.fixture(scope="module")
def other_assistant(start_assistant, tmp_path_factory):
    running = start_assistant(FACTS_DIR=str(write_second_school(tmp_path_factory.mktemp("northwick"))))
    yield running
    running.stop()


@pytest.mark.parametrize(("question", "language", "fact"), [
    ("What does a room in the residences cost?", "en", "623 to 777 €"),
    ("Combien coûte une chambre en résidence ?", "fr", "623 à 777 €"),
    ("How many double degrees do you offer?", "en", "51"),
    ("Quelle est la date limite de candidature pour le semestre d'automne ?", "fr", "28 mai"),
    ("Who are you?", "en", NAME),
])  # fmt: skip
def test_the_answers_are_those_of_its_facts(other_assistant, question, language, fact):
    reply = other_assistant.ask(question)
    assert fact in reply.text
    assert reply.language == language
    assert not FIRST_SCHOOL.search(reply.everything)
    assert not any(FIRST_SCHOOL.search(str(source)) for source in reply.sources)


def test_its_pages_bear_its_name(other_assistant):
    page = requests.get(other_assistant.url, timeout=10).text
    assert f"<title>Welcome assistant - {NAME}</title>" in page
    assert not FIRST_SCHOOL.search(page)
