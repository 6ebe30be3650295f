import pytest

from bot.errors import DataFileError
from bot.nlu.examples import Example
from bot.nlu.question_evaluation import Reaction, ask, shares
from bot.nlu.questions import read_questions


def write(folder, text):
    path = folder / "questions.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_questions_are_read_with_intent_and_language(tmp_path):
    path = write(tmp_path, "language: fr\nquestions:\n  greet: [salut]\n  ask_visa:\n  - un visa ?\n")
    assert read_questions(path) == [Example("salut", "greet", "fr"), Example("un visa ?", "ask_visa", "fr")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("questions: {greet: [hi]}", "say `language: en or fr or es or pt`"),
        ("language: de\nquestions: {greet: [hallo]}", "say `language: en or fr or es or pt`"),
        ("language: en", "`questions:` must hold intents"),
        ("language: en\nquestions: {affirm: [yes]}", "the questions of affirm must be a list of texts"),
        ("language: en\nquestions: {affirm: sure}", "the questions of affirm must be a list of texts"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path, text, message):
    with pytest.raises(DataFileError, match=message):
        read_questions(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataFileError, match=r"no\.yml is missing"):
        read_questions(tmp_path / "no.yml")


class Parrot:
    """Understands a message as whatever stands in it."""

    def parse(self, text):
        return {"text": text}


TOPICS = {"ask_visa": "visa", "ask_visa_cost": "visa", "ask_bank": "bank", "greet": "greeting_smalltalk"}


def topic_of(intent):
    return TOPICS.get(intent, "out_of_scope")


def react(understood):
    kind, _, intent = understood["text"].partition(" ")
    return Reaction(kind, intent, topic_of(intent))


def test_shares_of_what_was_asked():
    inside = ["answered ask_visa", "answered ask_visa_cost", "asked_back ask_visa", "fell_back"]
    outside = ["answered ask_bank", "answered greet", "fell_back", "asked_back ask_bank", "answered out_of_scope"]
    questions = [Example(text, "ask_visa", "en") for text in inside]
    questions += [Example(text, "out_of_scope", "en") for text in outside]
    asked = ask(Parrot(), questions, react, topic_of)
    assert shares(asked) == {
        "intent right": 0.25,
        "topic right": 0.75,
        "asked back": 0.25,
        "fell back": 0.25,
        "false answers out of scope": 0.2,
    }
    assert [item.is_right for item in asked[4:]] == [False, True, True, True, True]


def test_questions_can_be_changed_before_they_are_asked():
    asked = ask(Parrot(), [Example("ANSWERED ASK_BANK", "ask_bank", "en")], react, topic_of, str.lower)
    assert asked[0].is_right
