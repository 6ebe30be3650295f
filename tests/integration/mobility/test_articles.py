import datetime as dt
from dataclasses import replace

import pytest

from bot.errors import ArticleError
from bot.mobility.articles import (
    ArticleContent,
    article_by_code,
    find_articles,
    list_articles,
    list_versions,
    publish_article,
    restore_article,
    save_article,
    undo_article,
    withdraw_article,
)
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.database import session_scope
from bot.mobility.facts import Status
from bot.mobility.loading.loader import load
from bot.mobility.statements import find_statements

LAUNDRY = ArticleContent(
    topic="campus_life",
    title={"en": "Washing your clothes", "fr": "Laver son linge"},
    body={
        "en": "The laundry room has six machines. A wash takes coins.",
        "fr": "La laverie a six machines. Un lavage se paie en pièces.",
    },
    questions=("Is there a laundromat?", "où sont les machines à laver"),
    verified_on="2026-11-20",
)
PARKING = ArticleContent(
    topic="transport",
    title={"en": "Parking a bicycle", "fr": "Garer son vélo"},
    body={"en": "Bicycles stand behind the library.", "fr": "Les vélos se garent derrière la bibliothèque."},
    source_title="Campus map", source_url="https://example.org/map", as_of="2025",
)  # fmt: skip


@pytest.fixture
def session(url, small_folder):
    load(small_folder, url=url)
    with session_scope(url) as opened:
        yield opened


UNANSWERED = ("", "?!", "the of and", "who won the football match", "*\"'(:)", "a OR b NOT c", "x" * 5000)


def saved(session, content):
    return save_article(session, content, author="Staff").code


def published(session, content):
    return publish_article(session, saved(session, content), author="Staff").code


@pytest.mark.parametrize(
    "text",
    [
        "where can I wash my clothes?", "is there a laundry?", "is there a laundy?", "washing machine",
        "WASHING CLOTHES", "ou laver mon linge", "Où est la laverie ?", "machine a laver", "laundromat",
    ],
)  # fmt: skip
def test_a_published_article_is_found_by_its_words(session, text):
    code = published(session, LAUNDRY)
    published(session, PARKING)
    found = find_articles(session, text=text)
    assert found[0].article.code == code
    assert found[0].score > 0.4


@pytest.mark.parametrize("text", UNANSWERED)
def test_what_no_article_speaks_of_finds_none(session, text):
    published(session, LAUNDRY)
    assert find_articles(session, text=text) == ()


def test_only_published_articles_are_found(session):
    code = saved(session, LAUNDRY)
    assert article_by_code(session, code=code).status == "draft"
    assert find_articles(session, text="laundry") == ()
    publish_article(session, code, author="Staff")
    assert find_articles(session, text="laundry")
    withdraw_article(session, code, author="Staff")
    assert find_articles(session, text="laundry") == ()


def test_a_change_of_a_published_article_is_found_at_once(session):
    code = published(session, replace(LAUNDRY, questions=("tumble dryer",)))
    assert find_articles(session, text="tumble dryers")[0].article.code == code
    save_article(session, replace(LAUNDRY, questions=("ironing board",)), author="Staff", code=code)
    assert find_articles(session, text="ironing boards")[0].article.code == code
    assert find_articles(session, text="tumble dryers") == ()


def test_every_version_is_kept_and_can_be_brought_back(session):
    code = published(session, LAUNDRY)
    save_article(session, replace(LAUNDRY, body={"en": "Closed.", "fr": "Fermé."}), author="Another", code=code)
    back = undo_article(session, code, author="Staff")
    assert back.content == article_by_code(session, code=code).content
    assert back.content.body == LAUNDRY.body
    assert back.status == "published"
    assert undo_article(session, code, author="Staff").content.body["en"] == "Closed."
    assert restore_article(session, code, number=1, author="Staff").status == "draft"
    versions = list_versions(session, code=code)
    assert [version.act for version in versions] == ["restored", "restored", "restored", "saved", "published", "saved"]
    assert [version.author for version in versions][2:4] == ["Staff", "Another"]


def test_the_first_version_cannot_be_undone(session):
    with pytest.raises(ArticleError, match="no version 0"):
        undo_article(session, saved(session, LAUNDRY), author="Staff")


def test_articles_are_listed_by_status_with_codes_of_their_own(session):
    first, second = saved(session, LAUNDRY), saved(session, LAUNDRY)
    assert (first, second) == ("washing_your_clothes", "washing_your_clothes_2")
    publish_article(session, second, author="Staff")
    assert [article.code for article in list_articles(session)] == [first, second]
    assert [article.code for article in list_articles(session, status=Status.PUBLISHED)] == [second]


def test_an_article_says_where_it_comes_from(session):
    own, other = (article_by_code(session, code=saved(session, content)) for content in (LAUNDRY, PARKING))
    assert (own.provenance.verified_on, own.provenance.url) == ("2026-11-20", None)
    assert (other.provenance.title["en"], other.provenance.url) == ("Campus map", "https://example.org/map")
    today = dt.datetime.now(SCHOOL_TIME).date().isoformat()
    assert (other.provenance.as_of, other.provenance.verified_on) == ("2025", today)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"topic": "weather"}, "the topic 'weather' is unknown"),
        ({"title": {"en": "  "}, "body": {}}, "it needs a title and a text"),
        ({"title": {"en": "Only English"}}, "the same languages"),
        ({"title": {"de": "x"}, "body": {"de": "x"}}, "the language 'de' is unknown"),
        ({"body": {"en": "x" * 3001, "fr": "x"}}, "3001 characters"),
        ({"source_url": "javascript:alert(1)"}, "is no web address"),
        ({"as_of": "31/02/2026"}, "must be YYYY"),
        ({"verified_on": "2999-01-01"}, "yet to come"),
        ({"verified_on": "2026-02-31"}, "must be YYYY-MM-DD"),
    ],
)
def test_a_wrong_article_is_refused_with_the_reason(session, change, reason):
    with pytest.raises(ArticleError, match=reason):
        save_article(session, replace(LAUNDRY, **change), author="Staff")
    assert list_articles(session) == ()


def test_an_unknown_article_is_named(session):
    for act in (publish_article, withdraw_article, undo_article):
        with pytest.raises(ArticleError, match="no article 'nothing'"):
            act(session, "nothing", author="Staff")


def test_statements_are_found_and_follow_the_data(session):
    assert {match.code for match in find_statements(session, text="texte", limit=20)} >= {"gym", "football", "fee"}
    assert "plan" not in {match.code for match in find_statements(session, text="texte", limit=50)}
