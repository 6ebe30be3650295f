"""Questions without an answer, like ones together."""

import numpy as np
import pytest
from sqlalchemy import select

from bot.nlu.question_vectors import question_encoder
from bot.review import acts
from bot.review.database import session_scope
from bot.review.feedback import FeedbackStore
from bot.review.log_models import QuestionVector
from bot.review.transcripts import read_transcript
from bot.review.unanswered import ALIKE, add_missing_vectors, find_group, list_groups
from bot.settings import Settings


def encode(questions):
    """Three directions of meaning: pools, parking and the rest, each a little off."""
    rows = []
    for text, _ in questions:
        row = np.full(3, 0.1, dtype=np.float32)
        row[0 if "pool" in text or "swim" in text or "piscine" in text else 1 if "park" in text else 2] = 1.0
        rows.append(row / np.linalg.norm(row))
    return np.array(rows)


@pytest.fixture
def groups(store, projector, review_url):
    for number, text in enumerate(
        ["Is there a pool?", "where can I swim, mail a@example.org", "a pool on campus", "can I park", "parking?"]
    ):
        store.turn(f"c{number}", text, outcome="fallback", topic="out_of_scope")
    store.turn("known", "rent?", outcome="answered")
    store.turn("en", "price of X", outcome="not_known", intent="ask_fee")
    store.turn("fr", "prix de X", outcome="not_known", intent="ask_fee", language="fr")
    projector.catch_up()
    assert add_missing_vectors(review_url, lambda: encode) == 7
    assert add_missing_vectors(review_url, lambda: pytest.fail("nothing is missing")) == 0

    def read(**wanted):
        with session_scope(review_url) as session:
            return list_groups(session, **wanted)

    return read


def test_like_questions_stand_together_the_most_frequent_first(groups):
    assert [group.size for group in groups()] == [3, 2, 2]
    pools = groups()[0]
    assert pools.examples == ("a pool on campus", "where can I swim, mail [e-mail]", "Is there a pool?")
    assert pools.languages == {"en": 3}
    assert pools.reasons == {"fallback": 3}


def test_what_was_understood_stands_together_in_all_languages(groups):
    (fees,) = groups(why="not_known")
    assert fees.intents == {"ask_fee": 2}
    assert fees.languages == {"en": 1, "fr": 1}
    assert groups(language="fr") == [fees]


def test_like_questions_of_two_languages_are_one_group(groups, store, projector, review_url):
    store.turn("fr2", "une piscine ?", outcome="fallback", language="fr")
    projector.catch_up()
    add_missing_vectors(review_url, lambda: encode)
    assert groups()[0].languages == {"en": 3, "fr": 1}


def test_the_same_question_has_like_vectors_in_both_languages():
    encode_really = question_encoder(Settings.from_environment().var / "cache")
    english, french = (
        encode_really([(text, language) for text in texts])
        for language, texts in (
            ("en", ("Is there a swimming pool on campus?", "Where can I print my thesis?", "I lost my keys",
                    "Is there a climbing wall?", "Do you have a choir?")),
            ("fr", ("Y a-t-il une piscine sur le campus ?", "Où est-ce que je peux imprimer ma thèse ?",
                    "J'ai perdu mes clés", "Y a-t-il un mur d'escalade ?", "Avez-vous une chorale ?")),
        )
    )  # fmt: skip
    likeness = english @ french.T
    assert (np.diag(likeness) >= ALIKE).all(), likeness
    assert (likeness[~np.eye(len(likeness), dtype=bool)] < ALIKE).all(), likeness


def test_the_key_stays_when_another_one_joins(groups, store, projector, review_url):
    key = groups()[0].key
    store.turn("c9", "swimming pool?", outcome="fallback")
    projector.catch_up()
    add_missing_vectors(review_url, lambda: encode)
    with session_scope(review_url) as session:
        assert find_group(session, key).size == 4


def test_settled_questions_leave_the_list(groups, review_url):
    pools = groups()[0]
    with session_scope(review_url, writing=True) as session:
        assert sum(group.size for group in list_groups(session)) == 7
        acts.settle(session, "anna", [question.answer_id for question in pools.questions], "article")
        session.commit()
        assert sum(group.size for group in list_groups(session)) == 4
        assert find_group(session, pools.key) is None


def test_an_answer_that_did_not_help_is_listed(groups, review_url):
    with session_scope(review_url) as session:
        answer = read_transcript(session, "known").messages[1]
    FeedbackStore(review_url).save("known", answer.message_id, False, "not what I asked")
    (group,) = groups(why="unhelpful")
    assert (group.questions[0].text, group.questions[0].comment) == ("rent?", "not what I asked")
    assert group.sources[0]["url"] == "https://x.example"


def test_choices_that_nobody_took_are_listed(store, projector, review_url):
    store.turn("refuses", "room", outcome="clarify")
    store.turn("refuses", "no", intent="deny", outcome="small_talk")
    store.turn("takes", "room", outcome="clarify")
    store.turn("takes", "Bougainville", choice="/ask_price", outcome="answered")
    projector.catch_up()
    with session_scope(review_url) as session:
        (group,) = list_groups(session, why="refused")
    assert [question.conversation_id for question in group.questions] == ["refuses"]


def test_vectors_go_with_their_messages(groups, store, review_url):
    from bot.review.erasure import erase_from_log

    erase_from_log(review_url, "c0")
    with session_scope(review_url) as session:
        assert len(session.execute(select(QuestionVector.event_id)).all()) == 6
