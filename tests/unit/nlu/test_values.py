import pytest

from bot.nlu.phrase_patterns import PhrasePatterns, phrase_patterns
from bot.nlu.values import ValueExtractor


def found(text):
    return [(phrase.entity, phrase.value) for phrase in phrase_patterns().find(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("courses in S9", ["9"]),
        ("s 9", ["9"]),
        ("semester nine", ["9"]),
        ("the 9th semester", ["9"]),
        ("le neuvième semestre", ["9"]),
        ("semestre 10", ["10"]),
        ("au 5e semestre", ["5"]),
        ("semster 9", ["9"]),
        ("nineth semester", ["9"]),
        ("semesters 7 and 8", ["7", "8"]),
        ("semestres 7 et 8", ["7", "8"]),
        ("semesters 7, 8 or 9", ["7", "8", "9"]),
        ("S7/S8", ["7", "8"]),
        ("semester 1", ["1"]),
        ("and in semester 8?", ["8"]),
        ("semester 11", []),
        ("it's 9 o'clock", []),
        ("one semester", []),
        ("semester 2026", []),
    ],
)
def test_semesters(text, numbers):
    assert found(text) == [("semester", number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("first semester", "autumn"),
        ("premier semestre", "autumn"),
        ("1er semestre", "autumn"),
        ("the fall", "autumn"),
        ("le semestre d'automne", "autumn"),
        ("second semester", "spring"),
        ("2e semestre", "spring"),
        ("deuxième semestre", "spring"),
        ("printemps", "spring"),
        ("full year", "year"),
        ("toute l'année", "year"),
        ("an entire academic year", "year"),
        ("les deux semestres", "year"),
    ],
)
def test_terms(text, term):
    assert found(text) == [("term", term)]


@pytest.mark.parametrize(
    ("text", "year"),
    [("4th year", "4"), ("4A", "4"), ("quatrième année", "4"), ("year 3", "3"), ("final year", "5"), ("2e annee", "2")],
)
def test_years_of_study(text, year):
    assert found(text) == [("study_year", year)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("courses in English", "en"),
        ("taught in French", "fr"),
        ("cours en anglais", "en"),
        ("cours en anglais svp", "en"),
        ("english-taught", "en"),
        ("English courses", "en"),
        ("which modules of this department are in english", "en"),
        ("is Dynamique des structures taught in English?", "en"),
        ("des matières enseignées en anglais", "en"),
        ("courses in englsh", "en"),
        ("only in English", "en"),
    ],
)
def test_course_languages(text, language):
    assert found(text) == [("course_language", language)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in English please", "en"),
        ("en anglais svp", "en"),
        ("en français s'il vous plaît", "fr"),
        ("tu peux répondre en français ?", "fr"),
        ("can you answer in English", "en"),
        ("switch to French", "fr"),
        ("do you speak English?", "en"),
        ("parlez-vous français ?", "fr"),
        ("English please", "en"),
        ("in French", "fr"),
        ("let's carry on in English", "en"),
        ("on peut continuer en français", "fr"),
    ],
)
def test_wishes_for_the_language_of_the_answer(text, language):
    assert found(text) == [("requested_language", language)]


def test_a_short_follow_up_may_mean_courses_or_answer():
    assert found("and in French?") == [("course_language", "fr"), ("requested_language", "fr")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tell me more about the second one", "2"),
        ("the 2nd", "2"),
        ("la deuxième", "2"),
        ("n° 2", "2"),
        ("number three", "3"),
        ("2", "2"),
        ("first", "1"),
        ("the last one", "-1"),
        ("le dernier", "-1"),
    ],
)
def test_ordinals(text, number):
    assert found(text) == [("ordinal", number)]


@pytest.mark.parametrize(
    "text",
    [
        "Do I need to speak French?",
        "cours d'anglais",
        "it is the first time that I come",
        "the price of last year",
        "l'année dernière",
        "if I fall ill",
        "there",
        "string theory",
        "do teachers speak English in this school",
        "What is the deposit?",
        "I have 2 questions",
        "",
        "???",
    ],
)
def test_sentences_without_a_value(text):
    assert found(text) == []


def test_several_values_of_one_sentence_come_in_its_order():
    text = "Which courses are taught in English in semester 9 of the 5th year?"
    assert [
        (phrase.entity, phrase.value, text[phrase.start : phrase.end]) for phrase in phrase_patterns().find(text)
    ] == [
        ("course_language", "en", "taught in English"),
        ("semester", "9", "semester 9"),
        ("study_year", "5", "5th year"),
    ]


def test_a_longer_phrase_takes_the_place_of_a_shorter_one():
    content = {
        "tables": {"number": {1: ["one"]}, "ordinal": {}, "language": {}},
        "lists": {"semester": []},
        "not_typos": [],
        "entities": {
            "short": [{"pattern": "red", "value": "x"}],
            "long": [{"pattern": "red|blue car", "value": "y"}],
            "nothing": [{"pattern": "red herring"}],
        },
    }
    patterns = PhrasePatterns(content)
    assert [phrase.entity for phrase in patterns.find("a red car, a red bike, a red herring")] == ["long", "short"]


def test_the_extractor_adds_only_the_entities_it_is_asked_for(create, find):
    text = "courses in English in semester 9, in French please"
    assert find(create(ValueExtractor), text) == [
        ("course_language", "en", "courses in English"),
        ("semester", "9", "semester 9"),
        ("course_language", "fr", "in French"),
    ]
    assert find(create(ValueExtractor, entities=["semester"]), text) == [("semester", "9", "semester 9")]
