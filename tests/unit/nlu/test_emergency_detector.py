import csv

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergencies import EmergencyDetector, find_emergency
from bot.nlu.examples import read_examples
from bot.settings import PROJECT_ROOT

URGENT = {
    "report_distress": (
        "I want to kill myself",
        "Hi, I got my visa and my room but honestly I just want to die",
        "i am having sucidal thoughts",
        "i don't want to live anymore",
        "je pense au suicide",
        "j'ai envie de mourir",
        "Bonjour, depuis la rentrée je n'ai plus envie de vivre",
        "je veux en finir avec la vie",
    ),
    "report_homelessness": (
        "I have nowhere to sleep tonight",
        "we will be sleeping in the station",
        "je n'ai nulle part où dormir ce soir",
        "je vais dormir dehors",
    ),
    "report_emergency": (
        "I was assaulted near the metro",
        "there's a fire in the kitchen",
        "my friend is unconscious!!",
        "he's not breathing",
        "J'ai été agressée dans le tram",
        "il y a le feu dans la résidence",
        "Elle ne respire plus",
        "AU FEU",
    ),
}
HARMLESS = (
    "Where can I live in Rouen?",
    "I don't want to live in a dorm",
    "how do I end my contract",
    "Do you have a course on fire safety?",
    "Sécurité incendie, c'est en S9 ?",
    "stabilité au feu des structures",
    "je veux dormir dans une résidence Crous",
    "la rue des Forgettes est où ?",
    "I lost my card",
)


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in URGENT.items() for text in texts])
def test_a_cry_for_help_is_found(intent, text):
    assert find_emergency(text) == intent


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_message_raises_no_alarm(text):
    assert find_emergency(text) is None


def test_no_title_of_the_catalogue_raises_an_alarm():
    for name in ("course.csv", "teaching_unit.csv"):
        with open(PROJECT_ROOT / "data" / "mobility" / name, encoding="utf-8", newline="") as file:
            alarms = [row["title_fr"] for row in csv.DictReader(file) if find_emergency(row["title_fr"])]
        assert alarms == []


def test_an_emergency_comes_before_what_the_classifier_found():
    message = Message(data={TEXT: "how much is a room, I want to kill myself"})
    found = {"name": "ask_residence_price", "confidence": 0.98}
    message.set(INTENT, found)
    message.set(INTENT_RANKING_KEY, [found])
    EmergencyDetector({}).process([message])
    assert message.get(INTENT) == {"name": "report_distress", "confidence": 1.0}
    assert [other["name"] for other in message.get(INTENT_RANKING_KEY)] == ["report_distress", "ask_residence_price"]
    assert message.get(INTENT_RANKING_KEY)[1]["confidence"] < 0.5


def test_other_messages_keep_their_intent():
    message = Message(data={TEXT: "how much is a room"})
    message.set(INTENT, {"name": "ask_residence_price", "confidence": 0.98})
    EmergencyDetector({}).process([message])
    assert message.get(INTENT)["name"] == "ask_residence_price"


def test_no_example_of_another_intent_raises_an_alarm():
    examples = [example for example in read_examples(PROJECT_ROOT / "data" / "nlu") if example.intent not in URGENT]
    assert [example.text for example in examples if find_emergency(example.text)] == []


@pytest.mark.parametrize(("text", "intent"), [
    ("I can't go on", "report_distress"), ("i cant go on like this", "report_distress"),
    ("I can not go on anymore please", "report_distress"), ("Who can go on exchange?", None),
    ("I can't go on the excursion, is there another trip?", None), ("cannot go on Erasmus twice?", None),
])  # fmt: skip
def test_going_on_is_no_journey(text, intent):
    assert find_emergency(text) == intent
