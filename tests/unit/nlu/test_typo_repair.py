import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.typo_repair import TypoRepair, TypoRepairer, count_words, text_to_classify


@pytest.fixture
def repairer() -> TypoRepairer:
    trained = count_words(
        ["how much does accommodation cost", "room price", "quel est le prix du logement", "semester"]
    )
    return TypoRepairer(trained, ["price", "prince", "weather", "house", "coming"])


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("how much is the accomodation?", "how much is the accommodation?"),
        ("how mcuh", "how much"),  # two neighbours swapped
        ("Acommodaton cost", "accommodation cost"),  # two edits in a long word
        ("quel est le pirx du logment", "quel est le prix du logement"),
        ("the weathr", "the weather"),  # known from the embedding's words
        ("coming prince", "coming prince"),  # real words stay, though near to others
        ("kost", "kost"),  # another first letter
        ("csot", "cost"),
        ("cst", "cst"),  # too short
        ("S9 ASI31", "S9 ASI31"),  # digits are codes
        ("", ""),
    ],
)
def test_typos_become_the_nearest_known_word(repairer, written, repaired):
    assert repairer.repair(written) == repaired


def test_words_of_the_examples_come_before_general_ones():
    assert TypoRepairer(["room"], ["roof"]).repair("rooo") == "room"
    assert TypoRepairer(["roof"], ["room"]).repair("rooo") == "roof"


def test_the_message_keeps_what_was_written(create, load, training_data):
    create(TypoRepair).train(training_data)
    message = Message({"text": "how much is a rooom"})
    load(TypoRepair).process([message])
    assert message.get("text") == "how much is a rooom"
    assert text_to_classify(message) == "how much is a room"


def test_without_the_component_the_text_itself_is_classified():
    assert text_to_classify(Message({"text": "a rooom"})) == "a rooom"
