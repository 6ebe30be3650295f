"""French words told in English for the classifier."""

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.examples import load_yaml
from bot.nlu.glossary import Glossary, translate
from bot.nlu.glossary_translation import GlossaryTranslation, text_in_english
from bot.nlu.phrase_patterns import RESOURCES


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("combien coûte une chambre ?", "how much does cost a room"),
        ("c koi la cvec", "what is contribution"),
        ("titre de séjour périmé", "residence permit expire"),
        ("tramway", "tramway"),
        ("", ""),
    ],
)
def test_french_words_are_told_in_english(french, english):
    assert translate(french, "fr") == english


def test_the_longest_phrase_counts_and_an_empty_translation_says_nothing():
    glossary = Glossary({"room": ["chambre"], "guest room": ["chambre d hote"], "": ["euh"]})
    assert glossary.translate("Euh, une chambre d'hôte") == "une guest room"


def test_languages_without_a_glossary_stay_as_they_are():
    assert translate("How much, please?", "en") == "How much, please?"


def test_every_french_phrase_has_one_translation():
    content = load_yaml(RESOURCES / "glossary_fr.yml")
    phrases = [phrase for phrases in content.values() for phrase in phrases]
    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []


def test_a_message_is_translated_out_of_its_likely_language(create):
    french = Message({"text": "une chambre", "likely_language": "fr"})
    english = Message({"text": "une chambre", "likely_language": "en"})
    create(GlossaryTranslation).process([french, english])
    assert [text_in_english(message) for message in (french, english)] == ["a room", "une chambre"]
    assert french.get("text") == "une chambre"


def test_examples_are_translated_out_of_the_language_of_their_folder(create, tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "topic.yml").write_text(
        "nlu:\n- intent: ask_price\n  examples: |\n    - la chambre\n", encoding="utf-8"
    )
    examples = [
        Message.build(text="la chambre", intent="ask_price"),
        Message.build(text="the chat room", intent="greet"),
    ]
    create(GlossaryTranslation, examples=str(tmp_path)).process_training_data(TrainingData(examples))
    assert [text_in_english(example) for example in examples] == ["the room", "the chat room"]
