import pytest

from bot.nlu.examples import Example
from bot.nlu.language import LanguageIdentifier
from bot.nlu.language_model import LanguageModel


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    """Learnt from questions of students, none of which is asked below."""
    english = """how much is the rent of a room; where can I find housing near the campus; when does the semester start;
    which courses are taught in English; how many ECTS is this course worth; what is the welcome programme about;
    who can help me with my visa; do I need a health insurance; can I open a bank account before I arrive;
    is there a scholarship for exchange students; what documents do I need for the application; until when can I apply;
    tell me about the summer school; how do I get to the campus from the station; show me the courses of mechanics"""
    french = """combien coûte le loyer d'une chambre; où trouver un logement près du campus; quand commence le semestre;
    quels cours sont enseignés en anglais; combien d'ECTS vaut ce cours; c'est quoi le programme d'accueil;
    qui peut m'aider pour mon visa; est-ce qu'il faut une assurance maladie; montre-moi les cours de mécanique;
    je peux ouvrir un compte avant mon arrivée ?; y a-t-il une bourse pour les étudiants en échange;
    quels documents faut-il pour la candidature; jusqu'à quand candidater; parle-moi de l'université d'été;
    comment venir au campus depuis la gare"""
    return LanguageModel.fit(
        [Example(text.strip(), "any", "en") for text in english.split(";")]
        + [Example(text.strip(), "any", "fr") for text in french.split(";")]
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What does a room in the INSA residences cost?", "en"),
        ("Combien coûte une chambre dans les résidences de l'INSA ?", "fr"),
        ("is Dynamique des structures taught in English?", "en"),
        ("how many credits for Mécanique des fluides compressibles", "en"),
        ("est-ce que Fluid Structure Interaction est en anglais ?", "fr"),
        ("quand commence le Welcome Programme ?", "fr"),
        ("cual es el precio de una habitacion", "es"),
        ("quanto custa um quarto na residencia", "pt"),
        ("ok merci", "fr"),
        ("bonjour", "fr"),
        ("hello", "en"),
        ("how much", "en"),
        ("quel prix", "fr"),
        ("APL?", None),
        ("visa", None),
        ("CVEC ?", None),
        ("hello merci", None),
        ("S9 MECA", None),
        ("", None),
        ("42", None),
    ],
)
def test_language_of_a_message(model, text, language):
    assert model.identify(text, margin=0.2, min_words=3) == language


def test_a_greater_margin_is_sure_of_less(model):
    mixed = "question optimisation transport"
    lead = model.guess(mixed).margin
    assert model.identify(mixed, margin=lead + 0.001, min_words=3) is None
    assert model.identify(mixed, margin=lead - 0.001, min_words=3) == model.guess(mixed).language


@pytest.fixture
def identifier(create, load, training_data, example_folder):
    create(LanguageIdentifier, examples=str(example_folder)).train(training_data)
    return load(LanguageIdentifier, examples=str(example_folder))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how much is a room", [("language", "en")]),
        ("combien coûte une chambre", [("language", "fr")]),
        ("visa", []),
        ("quién puede ayudarme con esto", [("language", "en")]),  # recognised, and not spoken
        ("in English please", [("requested_language", "en"), ("language", "en")]),
        ("tu peux répondre en anglais ?", [("requested_language", "en"), ("language", "en")]),
        ("show me the courses in French", [("language", "en")]),  # the courses, not the answer
        ("and in French?", [("requested_language", "fr")]),  # either: the language stays
    ],
)
def test_entities_of_a_message(identifier, find, text, expected):
    assert [(entity, value) for entity, value, _ in find(identifier, text)] == expected


def test_a_stored_model_says_the_same(model, tmp_path):
    model.save(tmp_path)
    loaded = LanguageModel.load(tmp_path)
    for text in ("how much is the rent", "combien coûte le loyer", "Dynamique des structures"):
        assert loaded.guess(text).language == model.guess(text).language
        assert loaded.guess(text).margin == pytest.approx(model.guess(text).margin, abs=1e-4)
