import pytest

from bot.nlu.message_parts import MOST_PARTS, message_cutter


def cut(text):
    return [part.text for part in message_cutter().cut(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How much is a room? Is there a deposit?", ["How much is a room", "Is there a deposit"]),
        ("how much is a room and is there a deposit", ["how much is a room", "is there a deposit"]),
        ("is there a deposit? also when does it start", ["is there a deposit", "when does it start"]),
        ("what is CVEC, how do I pay", ["what is CVEC", "how do I pay"]),
        ("visa and housing", ["visa", "housing"]),
        ("how much is a room?and is there wifi", ["how much is a room", "is there wifi"]),
        ("where do I live\nwhen do I arrive", ["where do I live", "when do I arrive"]),
        ("hello! plus where is the campus", ["hello", "where is the campus"]),
        ("Quels cours en anglais et combien coûte une nuit ?", ["Quels cours en anglais", "combien coûte une nuit"]),
        ("c'est quand ? sinon, y a-t-il une caution ?", ["c'est quand", "y a-t-il une caution"]),
        ("Bonjour, je viens du Brésil, quels cours ?", ["Bonjour", "je viens du Brésil", "quels cours"]),
        ("le visa, c'est cher ? Ainsi que le prix du logement", ["le visa", "c'est cher", "le prix du logement"]),
        ("où loger puis comment payer", ["où loger", "comment payer"]),
    ],
)  # fmt: skip
def test_a_message_is_cut_where_a_question_may_end(text, parts):
    assert cut(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "how much is a room",
        "which course is worth 7.5 credits?",
        "the difference between a visa and a residence permit",
        "la différence entre l'école d'été et le programme d'accueil",
        "je peux arriver plus tôt",
        "puis-je candidater en mars ?",
        "is the library also open on Sunday",
        "est-ce que la CAF aide aussi les étudiants étrangers",
        "",
        "?!",
        "🙂 👍",
    ],
)
def test_a_single_question_stays_whole(text):
    assert len(cut(text)) <= 1


def test_places_are_those_of_the_message():
    text = "Où loger à Évreux ?  Et combien ça coûte…"
    assert [text[part.start : part.end] for part in message_cutter().cut(text)] == cut(text)


@pytest.mark.parametrize(
    ("text", "asks", "tells", "refers_back", "after_topic"),
    [
        ("hello. how much is it", True, False, False, False),
        ("hello, I am from Brazil", False, True, False, True),
        ("hello, I would like to know the price", True, False, False, True),
        ("a room, my friend can stay too?", True, False, False, True),
        ("bonjour et mon université m'a nommé", False, True, False, False),
        ("bonjour, j'ai besoin d'un logement", True, False, False, True),
        ("what is the visa and do I need it", True, False, True, False),
        ("when is the visit and of sports", False, False, True, False),
        ("visas, do I need one", True, False, True, True),
        ("le logement, combien ?", True, False, False, True),
    ],
)
def test_what_a_part_looks_like(text, asks, tells, refers_back, after_topic):
    part = message_cutter().cut(text)[-1]
    assert (part.asks, part.tells, part.refers_back, part.after_topic) == (asks, tells, refers_back, after_topic)


def test_of_a_long_text_only_the_questions_count():
    text = "I study in Lyon. It is fine. " * 60 + "How much is a room? When does it start?"
    assert cut(text) == ["How much is a room", "When does it start"]
    assert len(cut("what is it? " * 300)) == MOST_PARTS
