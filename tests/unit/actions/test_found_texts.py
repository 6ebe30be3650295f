"""Answers by article and by statement to what fits no intent."""

import sqlite3
from contextlib import closing

import pytest
from completeness import one
from conversation_partner import Student

from actions import found_texts
from actions.meaning import meanings
from bot.mobility.articles import ArticleContent, publish_article, save_article, withdraw_article
from bot.mobility.database import session_scope

PIANO = ArticleContent(
    topic="campus_life",
    title={"en": "Playing the piano", "fr": "Jouer du piano"},
    body={"en": "Book the **piano room** {here} at the desk.", "fr": "Réservez la **salle** {ici} à l'accueil."},
    questions=("practice room for musicians",),
    source_url="https://example.org/piano", source_title="Culture desk", verified_on="2026-11-20",
)  # fmt: skip


@pytest.fixture
def url(mobility_url, tmp_path, monkeypatch):
    """A copy of the real facts in which articles can be written."""
    copy = tmp_path / "mobility.db"
    with closing(sqlite3.connect(mobility_url[len("sqlite:///") :])) as facts, closing(sqlite3.connect(copy)) as target:
        facts.backup(target)
    monkeypatch.setenv("MOBILITY_DATABASE_URL", f"sqlite:///{copy}")
    return f"sqlite:///{copy}"


@pytest.fixture
def piano(url):
    with session_scope(url) as session:
        code = save_article(session, PIANO, author="Staff").code
        publish_article(session, code, author="Staff")
        session.commit()
    return code


@pytest.fixture(params=["words", "words and meaning"])
def search(request, monkeypatch):
    """Search with and without the sentence embedding."""
    if request.param == "words":
        monkeypatch.setattr(found_texts, "meanings", lambda: None)
    return request.param


def ask(text, language="en", intent="nlu_fallback"):
    return one(Student(language).says(intent, text))


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
@pytest.mark.parametrize(("text", "language"), [
    ("where can I play the piano?", "en"), ("PLAY PIANO", "en"), ("is there a practise room for musicians", "en"),
    ("où jouer du piano ?", "fr"), ("jouer du pianno", "fr"),
])  # fmt: skip
def test_an_article_answers_what_fits_no_intent(piano, search, text, language, intent):
    said = ask(text, language, intent)
    assert said.response == "utter_article_found"
    assert PIANO.body[language] in said.text
    assert (said.answer["topic"], said.answer["outcome"]) == ("campus_life", "answered")
    assert [(source["title"], source["url"], source["verified_on"]) for source in said.answer["sources"]] == [
        ("Culture desk", "https://example.org/piano", "2026-11-20")
    ]


def test_an_article_is_found_by_its_meaning_alone(piano):
    assert ask("a spot to rehearse for pianists").response == "utter_article_found"


@pytest.mark.parametrize("text", ["who won the world cup", "recette de crêpes", "best laptop under 500 euros", "hm"])
def test_what_no_article_speaks_of_is_not_answered_by_one(piano, search, text):
    assert ask(text).answer["outcome"] in ("fallback", "clarify")
    assert ask(text, intent="out_of_scope").response == "utter_out_of_scope"


def test_a_withdrawn_article_is_told_no_more(url, piano):
    with session_scope(url) as session:
        withdraw_article(session, piano, author="Staff")
        session.commit()
    assert ask("where can I play the piano?").response != "utter_article_found"


def test_an_article_answers_what_is_understood_but_not_known(url):
    fees = ArticleContent(
        topic="cost_of_living",
        title={"en": "Tuition fees of exchange students", "fr": "Frais de scolarité en échange"},
        body={"en": "They pay none here.", "fr": "Ils n'en paient pas ici."},
    )
    question = ("ask_tuition_fees", "tuition fees for exchange students?")
    assert one(Student().says(*question)).answer["outcome"] == "not_known"
    with session_scope(url) as session:
        publish_article(session, save_article(session, fees, author="Staff").code, author="Staff")
        session.commit()
    said = one(Student().says(*question))
    assert (said.answer["outcome"], said.answer["topic"]) == ("answered", "cost_of_living")
    assert "They pay none here." in said.text


@pytest.mark.parametrize(("text", "language", "fact"), [
    ("free public transport on saturday", "en", "free on Saturdays"),
    ("la carte culture c'est quoi", "fr", "Carte Culture"),
    ("when was the school founded", "en", "1985"),
])  # fmt: skip
def test_a_statement_answers_what_fits_no_intent(url, text, language, fact):
    ask(text, language)
    meanings().wait()
    said = ask(text, language)
    assert said.response == "utter_statements_found"
    assert fact in said.text
    assert said.answer["outcome"] == "answered"
    assert said.answer["sources"]
