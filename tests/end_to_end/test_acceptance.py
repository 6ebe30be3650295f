"""What a student asks first, in both languages, from the question to the fact and its source."""

import csv
import re

import pytest

from bot.settings import PROJECT_ROOT

MAILBOX = re.compile(r"[\w.-]+@[\w.-]+\.\w+")
YEAR = re.compile(r"\b20\d\d\b")


@pytest.fixture(scope="module")
def catalogue():
    with open(PROJECT_ROOT / "data" / "mobility" / "course.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes_in(text, catalogue):
    """Return the course codes that stand in `text`."""
    return {row["code"] for row in catalogue} & set(re.findall(r"[A-Z][\w-]+[A-Z0-9]", text))


@pytest.mark.parametrize(("question", "language"), [
    ("How many double degrees do you offer?", "en"),
    ("Combien de doubles diplômes proposez-vous ?", "fr"),
])  # fmt: skip
def test_the_number_of_double_degrees_is_the_published_one(assistant, question, language):
    reply = assistant.ask(question)
    assert (reply.outcome, reply.language) == ("answered", language)
    assert re.search(r"\b22\b", reply.text)
    assert all(source["title"] and source["url"] for source in reply.sources)
    assert reply.sources


@pytest.mark.parametrize(("question", "language"), [
    ("What does a room in the INSA residences cost?", "en"),
    ("Combien coûte une chambre dans les résidences de l'INSA ?", "fr"),
])  # fmt: skip
def test_the_price_of_a_room_has_its_year_and_source(assistant, question, language):
    reply = assistant.ask(question)
    assert (reply.topic, reply.outcome, reply.language) == ("housing_price", "answered", language)
    assert "308" in reply.text
    assert "385" in reply.text
    assert re.search(r"2018\W2019", reply.text)
    assert "2018-2019" in [source["as_of"] for source in reply.sources]


@pytest.mark.parametrize(("question", "language"), [
    ("Which courses are taught in English in semester 9 in mechanical engineering?", "en"),
    ("Quels cours sont donnés en anglais au semestre 9 en génie mécanique ?", "fr"),
])  # fmt: skip
def test_the_courses_are_those_that_the_catalogue_flags(assistant, catalogue, question, language):
    expected = {
        row["code"] for row in catalogue
        if "MECA" in row["departments"].split("|") and "9" in row["semesters"].split("|") and row["language"] == "en"
    }  # fmt: skip
    conversation = assistant.conversation()
    reply = conversation.say(question)
    assert (reply.topic, reply.language) == ("course_search", language)
    assert reply.outcome in ("answered", "clarify")
    assert re.search(rf"\b{len(expected)}\b", reply.text)
    shown = codes_in(reply.everything, catalogue)
    while shown != expected:
        assert shown < expected
        more = codes_in(conversation.say("more" if language == "en" else "encore").everything, catalogue)
        assert more - shown, "no further course although not all were shown"
        shown |= more


@pytest.mark.parametrize(("question", "language", "date"), [
    ("Until when can I apply for the second semester?", "en", "24 October"),
    ("Jusqu'à quand puis-je candidater pour le deuxième semestre ?", "fr", "24 octobre"),
])  # fmt: skip
def test_the_deadline_has_no_year_since_its_source_has_none(assistant, question, language, date):
    reply = assistant.ask(question)
    assert (reply.topic, reply.outcome, reply.language) == ("application_deadline", "answered", language)
    assert date in reply.text
    assert not re.search(rf"{date}\W+20\d\d", reply.text)
    assert "28 " not in reply.text, "the other semester's deadline was not asked for"


@pytest.mark.parametrize(("question", "language", "mark"), [
    ("When does the Welcome Programme start?", "en", "sample"),
    ("Quand commence le programme d'accueil ?", "fr", "exemple"),
])  # fmt: skip
def test_a_sample_date_is_said_to_be_one(assistant, question, language, mark):
    reply = assistant.ask(question)
    assert (reply.topic, reply.outcome, reply.language) == ("welcome", "answered", language)
    assert YEAR.search(reply.text)
    assert mark in reply.text.lower()
    assert any(source["sample"] for source in reply.sources)


@pytest.mark.parametrize(("question", "language"), [
    ("What is the deposit?", "en"),
    ("Quel est le montant de la caution ?", "fr"),
])  # fmt: skip
def test_an_unknown_deposit_names_the_office_and_its_mailbox(assistant, question, language):
    reply = assistant.ask(question)
    assert (reply.outcome, reply.language) == ("not_known", language)
    assert reply.topic in ("housing_price", "housing_guarantor_deposit")
    assert MAILBOX.search(reply.text)
    assert "€" not in reply.text


@pytest.mark.parametrize(("question", "language"), [
    ("What will the weather be?", "en"),
    ("Quel temps fera-t-il demain ?", "fr"),
])  # fmt: skip
def test_the_weather_is_not_our_business(assistant, question, language):
    reply = assistant.ask(question)
    assert (reply.outcome, reply.language) == ("fallback", language)


@pytest.mark.parametrize(("question", "language"), [("Hello!", "en"), ("Merci beaucoup", "fr"), ("Who are you?", "en")])
def test_small_talk_is_small_talk(assistant, question, language):
    reply = assistant.ask(question)
    assert (reply.outcome, reply.language) == ("small_talk", language)


@pytest.mark.parametrize(("written", "code"), [
    ("Tell me about the course Turbulance Modeling", "MECA51-TURBUL"),
    ("Parle-moi du cours Inteligence Artificielle pour la Mecanique", "MECA51-IAM"),
    ("What is MECA51-FSI?", "MECA51-FSI"),
])  # fmt: skip
def test_a_course_is_found_by_its_code_or_a_misspelt_title(assistant, catalogue, written, code):
    reply = assistant.ask(written)
    assert reply.topic == "course_details"
    assert code in codes_in(reply.everything, catalogue)
