"""Who the student is: text -> nationality (with the country) and stay, in both languages."""

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.country_names import ADJECTIVE, COUNTRY, EITHER, TONGUE, CountryNames
from bot.nlu.examples import load_yaml
from bot.nlu.phrase_patterns import RESOURCES
from bot.nlu.student_phrases import student_phrases
from bot.nlu.values import ValueExtractor


def found(text):
    """Return the values of a text, each with its country."""
    phrases = [phrase for phrase in student_phrases().find(text) if phrase.entity != "country"]
    return [f"{phrase.value} {phrase.country}".strip() for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I'm European", ["eu"]),
        ("EU citizen, visa or not", ["eu"]),
        ("do EU students need a visa", ["eu"]),
        ("I'm europian", ["eu"]),
        ("I come from the European Union", ["eu"]),
        ("I'm from an EU country", ["eu"]),
        ("a citizen of the EEA", ["eu"]),
        ("non-EU student", ["non_eu"]),
        ("I'm from outside the EU", ["non_eu"]),
        ("I come from outside of Europe", ["non_eu"]),
        ("I'm not European", ["non_eu"]),
        ("I am not an EU citizen", ["non_eu"]),
        ("I am not from the EU", ["non_eu"]),
        ("third country national", ["non_eu"]),
        ("for EU and non-EU students", ["eu", "non_eu"]),
        ("I'm from Spain", ["eu ES"]),
        ("I'm German", ["eu DE"]),
        ("I am a German student", ["eu DE"]),
        ("Swiss student", ["eu CH"]),
        ("Norwegian citizen", ["eu NO"]),
        ("I come from the Netherlands", ["eu NL"]),
        ("I'm from Brazil, not from the EU", ["non_eu BR"]),
        ("Brazilian", ["non_eu BR"]),
        ("im from MOROCCO", ["non_eu MA"]),
        ("Moroccans", ["non_eu MA"]),
        ("I am from South Korea", ["non_eu KR"]),
        ("I'm from the US", ["non_eu US"]),
        ("UK student", ["non_eu GB"]),
        ("I'm British", ["non_eu GB"]),
        ("my nationality is Turkish", ["non_eu TR"]),
        ("I'm Austrailan", ["non_eu AU"]),
        ("I live in Germany but I am Indian", ["non_eu IN"]),
        ("dual nationality brazilian and portuguese", ["non_eu BR", "eu PT"]),
        ("and for Vietnam?", ["non_eu VN"]),
        ("Chile", ["non_eu CL"]),
        ("Latin American students", ["non_eu"]),
        ("I'm from Africa", ["non_eu"]),
        ("and for Algerians?", ["algeria DZ"]),
        ("from Algeria", ["algeria DZ"]),
    ],
)
def test_nationalities_in_english(text, values):
    assert found(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("je suis européenne", ["eu"]),
        ("ressortissant de l'UE", ["eu"]),
        ("étudiante de l'Union européenne", ["eu"]),
        ("je viens d'un pays de l'UE", ["eu"]),
        ("hors UE", ["non_eu"]),
        ("étudiants hors Union européenne", ["non_eu"]),
        ("hors Europe", ["non_eu"]),
        ("je ne suis pas européen", ["non_eu"]),
        ("non-européenne", ["non_eu"]),
        ("ressortissante d'un pays tiers", ["non_eu"]),
        ("extracommunautaire", ["non_eu"]),
        ("étudiants européens et non européens", ["eu", "non_eu"]),
        ("je viens d'Italie", ["eu IT"]),
        ("je viens de Suisse", ["eu CH"]),
        ("je suis suisse", ["eu CH"]),
        ("étudiante allemande", ["eu DE"]),
        ("je suis espagnol", ["eu ES"]),
        ("nous sommes grecques", ["eu GR"]),
        ("originaire des Pays-Bas", ["eu NL"]),
        ("brésilienne", ["non_eu BR"]),
        ("je suis bresilien", ["non_eu BR"]),
        ("étudiant marocain", ["non_eu MA"]),
        ("je suis chinois", ["non_eu CN"]),
        ("je viens de Côte d’Ivoire", ["non_eu CI"]),
        ("je viens des États-Unis", ["non_eu US"]),
        ("passeport libanais", ["non_eu LB"]),
        ("je suis de nationalité tunisienne", ["non_eu TN"]),
        ("les Sénégalaises", ["non_eu SN"]),
        ("je suis camerounnais", ["non_eu CM"]),
        ("et pour le Vietnam ?", ["non_eu VN"]),
        ("je viens d'Amérique latine", ["non_eu"]),
        ("ressortissant algérien", ["algeria DZ"]),
        ("JE SUIS ALGERIENNE", ["algeria DZ"]),
        ("je viens d'Algérie", ["algeria DZ"]),
    ],
)
def test_nationalities_in_french(text, values):
    assert found(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I'm an exchange student", ["exchange"]),
        ("I come on exchange", ["exchange"]),
        ("an Erasmus student", ["exchange"]),
        ("can I get it if I am erasmus", ["exchange"]),
        ("I come for a semester", ["exchange"]),
        ("excahnge student", ["exchange"]),
        ("double degree student", ["degree"]),
        ("degree-seeking", ["degree"]),
        ("I'm a degree student", ["degree"]),
        ("full degree", ["degree"]),
        ("a master's student", ["degree"]),
        ("I'm an exchange student, not a degree student", ["exchange"]),
        ("for exchange and degree students", ["exchange", "degree"]),
        ("étudiant d'échange", ["exchange"]),
        ("je viens en échange", ["exchange"]),
        ("étudiante Erasmus", ["exchange"]),
        ("en mobilité", ["exchange"]),
        ("pour un semestre", ["exchange"]),
        ("étudiant en double diplôme", ["degree"]),
        ("en double-diplome", ["degree"]),
        ("mobilité diplômante", ["degree"]),
        ("je suis en cursus complet", ["degree"]),
        ("élève ingénieur", ["degree"]),
        ("Erasmus student from Turkey", ["exchange", "non_eu TR"]),
        ("étudiante tunisienne en double diplôme", ["non_eu TN", "degree"]),
    ],
)
def test_stays(text, values):
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "visa for Spain",
        "can I travel to Spain",
        "I visit Italy at Christmas",
        "travel in Europe with my visa",
        "my partner university in Brazil",
        "University of Spain campus",
        "my school in Morocco",
        "I study at a university in the Netherlands",
        "agreement with Brazil",
        "Chinese universities",
        "the Brazilian embassy",
        "Spanish course",
        "German classes for beginners",
        "I speak German",
        "courses in English",
        "do you answer in Spanish",
        "learn Portuguese",
        "a Chinese restaurant",
        "I'm French",
        "from France",
        "I'm not from Brazil",
        "I'm from Martinique",
        "the European health insurance card",
        "European credits",
        "exchange rate",
        "exchange my driving licence",
        "what is your Erasmus code",
        "Erasmus coordinator",
        "I'm not Erasmus",
        "I'm a mechanical engineering student",
        "how many ECTS for one semester",
        "boulevard des Belges",
        "la résidence des Belges",
        "is there an Asian grocery",
        "magasin de produits africains",
        "cours de français",
        "cours d'allemand",
        "je parle espagnol",
        "en anglais",
        "anglais",
        "apprendre le chinois",
        "je voyage en Espagne",
        "visa pour l'Italie",
        "une université partenaire au Brésil",
        "école du Maroc",
        "l'ambassade d'Algérie",
        "carte européenne d'assurance maladie",
        "les UE du semestre 9",
        "UE",
        "j'ai eu un accident",
        "je n'ai pas eu l'attestation",
        "je suis français",
        "taux d'échange",
        "code Erasmus",
        "accord de double diplôme",
        "",
    ],
)
def test_what_says_nothing_of_the_student(text):
    assert found(text) == []


def test_every_country_of_babel_has_a_nationality_in_both_languages():
    countries = CountryNames(load_yaml(RESOURCES / "countries.yml"))
    codes = {group: len(codes) for group, codes in countries.table(COUNTRY, EITHER).items()}
    assert codes["algeria"] == 1
    assert codes["eu"] >= 30
    assert codes["non_eu"] >= 150
    assert sum(map(len, countries.table(ADJECTIVE, TONGUE).values())) >= 90


def test_the_member_states_are_those_of_the_treaty():
    groups = load_yaml(RESOURCES / "countries.yml")["groups"]
    members = set("AT BE BG HR CY CZ DK EE FI DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())
    assert members | {"IS", "LI", "NO", "CH"} <= set(groups["eu"])
    assert not {"GB", "TR", "UA", "FR"} & set(groups["eu"])


def test_the_extractor_adds_the_country_where_one_is_named(create):
    text = "I'm a Brazilian on exchange, not from the EU"
    message = Message({TEXT: text})
    create(ValueExtractor).process([message])
    entities = message.get("entities")
    assert [(entity["entity"], entity["value"], entity.get("country")) for entity in entities] == [
        ("nationality", "non_eu", "BR"),
        ("stay", "exchange", None),
    ]
    assert text[entities[0]["start"] : entities[0]["end"]] == "Brazilian"


def test_the_extractor_leaves_them_out_where_it_is_not_asked(create):
    message = Message({TEXT: "I'm Brazilian"})
    create(ValueExtractor, entities=["semester"]).process([message])
    assert not message.get("entities")


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("do you have partners in Germany", ["DE"]),
        ("German universities", ["DE"]),
        ("universités partenaires brésiliennes", ["BR"]),
        ("je viens du Maroc", ["MA"]),
        ("an exchange in Spain or in the US", ["ES", "US"]),
        ("do you teach German", []),
        ("can you help us in France", []),
    ],
)
def test_countries_named(text, countries):
    assert [phrase.value for phrase in student_phrases().find(text) if phrase.entity == "country"] == countries
