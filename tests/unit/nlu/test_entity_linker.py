import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.mobility.names import NameIndex
from bot.mobility.types import NamedRow
from bot.nlu.entity_linker import MobilityEntityLinker
from bot.nlu.gazetteer import TITLE_KINDS, Gazetteer
from bot.nlu.title_search import search_titles

ROWS = [
    NamedRow(kind, code, name)
    for kind, code, names in (
        ("department", "MECA", ["Mechanical engineering", "Génie mécanique", "mechanics", "MECA"]),
        ("department", "EP", ["Énergétique et propulsion", "EP"]),
        ("programme", "welcome_programme", ["Welcome Programme", "welcome week", "programme d'accueil"]),
        ("residence", "insa", ["INSA residences", "résidences de l'INSA"]),
        ("residence", "saint_paul", ["Jardins Saint-Paul", "Saint-Paul"]),
        ("figure", "double_degrees", ["double degrees", "doubles diplômes"]),
        ("programme", "double_degree", ["double degrees", "double diplôme"]),
        ("contact", "international_office", ["international office", "DRI"]),
        ("subject", "fluid_mechanics", ["fluid mechanics", "mécanique des fluides", "fluids"]),
        ("subject", "programming", ["programming", "C++", "coding"]),
        ("subject", "german", ["German", "allemand"]),
        ("course", "MECA51-FSI", ["Fluid-Structure Interaction", "MECA51-FSI"]),
        ("course", "EP41-MFC", ["Mécanique des fluides compressibles", "EP41-MFC"]),
        ("course", "GM42-OPT", ["Optimisation", "GM42-OPT"]),
        ("course", "GC42-OPT", ["Optimisation", "GC42-OPT"]),
        ("course", "GC51-ROAD", ["Road", "GC51-ROAD"]),
        ("course", "GC41-DYN", ["Dynamique des structures", "GC41-DYN"]),
        ("course", "GC51-DYN", ["Dynamique des structures 2", "GC51-DYN"]),
        ("teaching_unit", "UE-HUM", ["Humanités", "UE-HUM"]),
    )
    for name in names
]


class Names:
    """Names that never change, in place of those of a database."""

    def __init__(self, rows):
        self.gazetteer = Gazetteer(rows, real_words=["coming", "coded"])
        self.titles = NameIndex(row for row in rows if row.kind in TITLE_KINDS)

    def refresh(self):
        pass


@pytest.fixture(scope="module")
def linker():
    return MobilityEntityLinker({}, Names(ROWS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("courses in mechanical engineering", [("department", "MECA", "mechanical engineering")]),
        ("COURS EN GENIE MECANIQUE", [("department", "MECA", "GENIE MECANIQUE")]),
        ("mecanical enginering", [("department", "MECA", "mecanical enginering")]),
        ("when is the welcom week?", [("programme", "welcome_programme", "welcom week")]),
        ("les résidences de l’INSA", [("residence", "insa", "résidences de l’INSA")]),
        ("a room at Saint Paul", [("residence", "saint_paul", "Saint Paul")]),
        ("jardins saint-paul", [("residence", "saint_paul", "jardins saint-paul")]),  # longest wins
        ("the DRI", [("contact", "international_office", "DRI")]),
        ("is there C++?", [("subject", "programming", "C++")]),
        ("are you coming", []),  # a real word is no misspelt "coding"
        ("the mechanicals", []),  # two edits
        ("mecanics", [("department", "MECA", "mecanics")]),
        ("fluide", []),  # a short word alone may be another real word
        ("the internationl ofice", []),  # contacts are not repaired
        ("keep it up", []),
        ("", []),
    ],
)
def test_names_in_a_message(linker, find, text, expected):
    assert find(linker, text) == expected


def test_an_ambiguous_name_gives_each_candidate_over_the_same_characters(linker, find):
    assert sorted(find(linker, "how many double degrees")) == [
        ("figure", "double_degrees", "double degrees"),
        ("programme", "double_degree", "double degrees"),
    ]


@pytest.mark.parametrize(
    ("intent", "text", "expected"),
    [
        ("find_courses", "gc41-dyn", [("course", "GC41-DYN", "gc41-dyn")]),
        (
            "find_courses",
            "is dynamique des structures in English",
            [("course", "GC41-DYN", "dynamique des structures")],
        ),
        ("find_courses", "the road to the campus", []),
        ("find_courses", "courses on optimisation", []),
        ("find_courses", "fluid structure interacton", []),  # inexact titles only where one course is asked for
        (
            "ask_course_details",
            "what is the course about fluid structure interaction",
            [("course", "MECA51-FSI", "fluid structure interaction")],
        ),
        (
            "ask_course_details",
            "fluid structur interacton please",
            [("course", "MECA51-FSI", "fluid structur interacton")],
        ),
        ("ask_course_credits", "combien d'ECTS pour Humanités", [("teaching_unit", "UE-HUM", "Humanités")]),
        ("ask_course_details", "tell me about Road", [("course", "GC51-ROAD", "Road")]),
        (
            "ask_course_details",
            "tell me about optimisation",
            [("course", "GC42-OPT", "optimisation"), ("course", "GM42-OPT", "optimisation")],
        ),
        (
            "ask_course_credits",
            "combien d'ECTS pour Mecanique des fluides compressibles",  # the subject within the title is not meant
            [("course", "EP41-MFC", "Mecanique des fluides compressibles")],
        ),
        ("ask_course_details", "the course of my grandmother", []),
    ],
)
def test_titles_depend_on_the_intent(linker, find, intent, text, expected):
    assert sorted(find(linker, text, intent)) == expected


def test_a_doubtful_title_offers_the_nearest_with_their_scores(linker):
    message = Message({"text": "dynamic des structurs", "intent": {"name": "ask_course_details"}})
    linker.process([message])
    found = message.get("entities")
    assert {entity["value"] for entity in found} == {"GC41-DYN", "GC51-DYN"}
    assert all(82 <= entity["score"] < 95 and entity["name"].startswith("Dynamique") for entity in found)
    assert found[0]["score"] >= found[1]["score"]


def test_what_is_understood_already_is_left_out_of_the_title(linker):
    index = Names(ROWS).titles
    text = "ects of dynamique des structurs in S9"
    hit = search_titles(index, text, values=[(text.index("S9"), len(text))])
    assert text[hit.start : hit.end] == "dynamique des structurs"
    assert search_titles(index, "what is it about") is None


def test_a_message_that_is_only_a_title_tells_no_language(linker):
    def language_after(text):
        message = Message({"text": text, "intent": {"name": "ask_course_details"}})
        message.set("entities", [{"entity": "language", "value": "fr", "start": 0, "end": len(text)}])
        linker.process([message])
        return [entity["value"] for entity in message.get("entities") if entity["entity"] == "language"]

    assert language_after("Dynamique des structures ?") == []
    assert language_after("parle-moi de Dynamique des structures") == ["fr"]


def test_the_names_of_the_message_stand_beside_what_others_found(linker):
    semester = {"entity": "semester", "value": "9", "start": 0, "end": 2}
    message = Message({"text": "S9 mechanics", "entities": [semester]})
    linker.process([message])
    assert [entity["entity"] for entity in message.get("entities")] == ["semester", "department"]
    assert message.get("entities")[0] == semester


@pytest.mark.parametrize(
    ("text", "expected"), [("I am German", ["nationality"]), ("German", ["nationality", "subject"])]
)
def test_who_says_where_he_comes_from_asks_for_no_courses_in_his_language(linker, text, expected):
    nationality = {"entity": "nationality", "value": "eu", "start": 0, "end": len(text)}
    message = Message({"text": text, "entities": [nationality]})
    linker.process([message])
    assert [entity["entity"] for entity in message.get("entities")] == expected
