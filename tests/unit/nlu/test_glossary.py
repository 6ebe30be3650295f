"""Words of other languages told in English for the classifier."""

from collections import Counter

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
        ("Madrillet", "madrillet"),
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


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("es", "¿Cuánto cuesta una habitación en la residencia?", "how much does cost a room in the residence"),
        ("pt", "Quanto custa um quarto na residência?", "how much does cost a room in residence"),
        ("es", "¿Hasta cuándo puedo inscribirme?", "deadline can i register"),
        ("pt", "Preciso de visto?", "need visa"),
    ],
)
def test_languages_that_are_only_recognised_are_told_in_english_too(language, text, english):
    assert translate(text, language) == english


@pytest.mark.parametrize("path", sorted(RESOURCES.glob("glossary_*.yml")), ids=lambda path: path.stem)
def test_every_phrase_of_a_glossary_has_one_translation(path):
    content = load_yaml(path)
    phrases = [phrase for phrases in content.values() for phrase in phrases]
    counts = Counter(phrases)
    assert sorted(phrase for phrase in counts if counts[phrase] > 1) == []
    # YAML takes an unquoted no, true or on for something else than a word.
    assert [word for word in (*content, *phrases) if not isinstance(word, str)] == []


def test_a_spanish_question_is_understood_by_its_english_words(create):
    message = Message({"text": "una habitación cerca de la escuela", "likely_language": "es"})
    create(GlossaryTranslation).process([message])
    assert text_in_english(message) == "a room near the school"


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
