"""Another school's facts loaded instead of the first one's: every answer changes with the data."""

import json
import re

import pytest
from conversation_partner import Student
from project_files import load_yaml
from second_school import NAME, texts_of_the_first_school, write_second_school

from bot.mobility.database import session_scope
from bot.mobility.loading.loader import load
from bot.mobility.names import load_names

FIRST_SCHOOL = re.compile(
    r"INSA|Rouen|Normandie|Madrillet|Barbet|Charpak|Gilles de Gennes|Saint-.tienne|Astuce|Lov.lo|\+33|"
    r"\b(?:308|385|103|615|601|22 double|964)\b",
    re.IGNORECASE,
)
"""Names and figures of the first school."""
NEEDS_A_CONVERSATION = {"ask_several", "ask_languages", "cancel_reminders"}
INTENTS = [intent for intent in load_yaml("domain.yml")["intents"] if intent not in NEEDS_A_CONVERSATION]
ENTITIES = ("residence", "contact", "programme", "department", "course", "teaching_unit", "procedure", "figure")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    address = f"sqlite:///{tmp_path_factory.mktemp('second') / 'mobility.db'}"
    report = load(write_second_school(tmp_path_factory.mktemp("northwick")), url=address)
    assert report.problems == []
    return address


@pytest.fixture(scope="module")
def first_texts():
    return texts_of_the_first_school()


@pytest.fixture(autouse=True)
def second_school(url, monkeypatch):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", url)


def everything(heard):
    """Return all that a student sees of the messages: text, cards, buttons, sources."""
    seen = [(said.text, said.cards, [button["title"] for button in said.buttons], said.answer) for said in heard]
    return json.dumps(seen, ensure_ascii=False, default=str)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("intent", INTENTS)
def test_no_answer_tells_a_fact_of_the_first_school(intent, language, first_texts):
    heard = everything(Student(language).says(intent, "question"))
    assert not FIRST_SCHOOL.search(heard)
    assert not [text for text in first_texts if text in heard]


@pytest.mark.parametrize("entity", ENTITIES)
def test_what_a_student_names_is_answered_from_the_data(entity, url, first_texts):
    intents = {
        "residence": "ask_residence_details", "contact": "ask_contact", "programme": "ask_programme",
        "department": "find_courses", "course": "ask_course_details", "teaching_unit": "ask_course_details",
        "procedure": "ask_visa", "figure": "ask_figure",
    }  # fmt: skip
    with session_scope(url) as session:
        codes = list(dict.fromkeys(row.code for row in load_names(session) if row.kind == entity))
    assert codes
    for code in codes[:20]:
        heard = everything(Student("en").says(intents[entity], "question", **{entity: code}))
        assert re.search("northwick", heard, re.IGNORECASE)
        assert not FIRST_SCHOOL.search(heard)
        assert not [text for text in first_texts if text in heard]


def test_the_school_introduces_itself():
    for intent in ("greet", "ask_identity", "out_of_scope", "ask_figure"):
        assert NAME in everything(Student("en").says(intent))


@pytest.mark.parametrize(("intent", "fact"), [
    ("ask_residence_price", "623 to 777 €"),  # twice 308 and 385, and seven
    ("ask_cvec_amount", "Words of Northwick on procedure statement"),
    ("ask_application_deadline", "before 28 May"),  # a month after 28 April
])  # fmt: skip
def test_figures_and_dates_follow_the_data(intent, fact):
    assert fact in everything(Student("en").says(intent, stay="degree"))
