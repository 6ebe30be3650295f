"""Marked messages become tidy files of examples; conversations become dialogue tests."""

import pytest
import yaml

from bot.review.dialogue_tests import DialogueTestError, write_dialogue_test
from bot.review.examples import MarkedMessage, reviewed_files


def files(*marks, known=()):
    marked = [MarkedMessage(number, *mark) for number, mark in enumerate(marks)]
    return reviewed_files(marked, known, lambda intent: {"ask_visa": "visa", "ask_cvec": "cvec"}[intent])


def test_one_file_per_language_and_topic():
    made = files(("visa plz", "en", "ask_visa"), ("le visa ?", "fr", "ask_visa"), ("cvec?", "en", "ask_cvec"))
    assert sorted(made) == ["en/reviewed_cvec.yml", "en/reviewed_visa.yml", "fr/reviewed_visa.yml"]
    content = yaml.safe_load(made["en/reviewed_visa.yml"])
    assert content["nlu"] == [{"intent": "ask_visa", "examples": "- visa plz\n"}]


def test_nothing_stands_twice():
    made = files(
        ("Visa plz", "en", "ask_visa"), ("visa  plz", "en", "ask_visa"), ("known one", "en", "ask_visa"),
        known=["Known one"],
    )  # fmt: skip
    assert made["en/reviewed_visa.yml"].count("    - ") == 1


@pytest.mark.parametrize(
    "text", ["mail me at a@b.example.org", "my number is 06 12 34 56 78", "answer to [e-mail]", "x" * 301, " "]
)
def test_personal_or_endless_messages_are_not_learnt(text):
    assert files((text, "en", "ask_visa")) == {}


@pytest.mark.parametrize("text", ["visa: yes or no", "# visa", "- visa", "{visa}", "'visa'", "visa | cvec", "a\nb: c"])
def test_no_message_breaks_the_file(text):
    (content,) = files((text, "en", "ask_visa")).values()
    assert yaml.safe_load(content)["nlu"][0]["intent"] == "ask_visa"


EVENTS = [
    {"event": "user", "text": "/start_conversation", "metadata": {"web": "opening"}, "parse_data": {}},
    {"event": "action", "name": "utter_greet"},
    {"event": "user", "text": "visa? a@b.example.org", "parse_data": {"intent": {"name": "ask_visa"}}},
    {"event": "action", "name": "action_show_everyday_topic"},
    {"event": "action", "name": "action_listen"},
]


def test_a_conversation_becomes_a_dialogue_test():
    (story,) = yaml.safe_load(write_dialogue_test(EVENTS, "a student asks for the visa"))["stories"]
    assert story == {
        "story": "a student asks for the visa",
        "steps": [
            {"user": "visa? [e-mail]", "intent": "ask_visa"},
            {"action": "action_show_everyday_topic"},
        ],
    }


def test_a_conversation_without_an_answer_makes_no_test():
    with pytest.raises(DialogueTestError):
        write_dialogue_test(EVENTS[:2], "nothing")
