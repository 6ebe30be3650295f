"""The inbox: order, pages, filters, search; the acts of staff show in it."""

import pytest
from tracker_events import answered, said

from bot.review import acts, inbox
from bot.review.audit import list_acts
from bot.review.database import session_scope
from bot.review.feedback import FeedbackStore
from bot.review.inbox import (
    CursorError,
    InboxFilter,
    Neighbours,
    count_facet,
    find_neighbours,
    list_conversations,
    list_facet_values,
)
from bot.review.transcripts import read_transcript


@pytest.fixture
def filled(store, projector):
    for number in range(12):
        store.turn(
            f"c{number:02d}", f"Où est l'étudiant number {number}?", outcome="fallback" if number % 3 else "answered",
            topic="visa" if number % 2 else "bank", confidence=number / 12,
            channel="telegram" if number == 7 else "web",
        )  # fmt: skip
    projector.catch_up()
    return projector


def ids(page):
    return [row.id for row in page.rows]


def test_pages_lead_through_everything_and_back(filled, session):
    first = list_conversations(session, InboxFilter(), size=5)
    second = list_conversations(session, InboxFilter(), after=first.older, size=5)
    third = list_conversations(session, InboxFilter(), after=second.older, size=5)
    assert ids(first) + ids(second) + ids(third) == [f"c{number:02d}" for number in range(11, -1, -1)]
    assert (first.newer, third.older) == (None, None)
    assert ids(list_conversations(session, InboxFilter(), before=third.newer, size=5)) == ids(second)


def test_new_arrivals_move_no_page(filled, store, session, review_url):
    first = list_conversations(session, InboxFilter(), size=5)
    store.turn("c12", "I am new")
    store.turn("c03", "I write again")
    filled.catch_up()
    with session_scope(review_url) as later:
        second = list_conversations(later, InboxFilter(), after=first.older, size=5)
        assert ids(second) == ["c06", "c05", "c04", "c02", "c01"]
        assert ids(list_conversations(later, InboxFilter(), size=2)) == ["c03", "c12"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"facets": ("outcome:answered",)}, ["c09", "c06", "c03", "c00"]),
        ({"facets": ("outcome:answered", "topic:visa")}, ["c09", "c03"]),
        ({"facets": ("topic:visa", "topic:bank", "outcome:answered")}, ["c09", "c06", "c03", "c00"]),
        ({"facets": ("channel:telegram",)}, ["c07"]),
        ({"confidence_to": 0.2}, ["c02", "c01", "c00"]),
        ({"confidence_from": 0.5, "facets": ("outcome:answered",)}, ["c09", "c06"]),
        ({"shortest": 2}, []),
        ({"facets": ("tag:none",)}, []),
    ],
)
def test_filters_combine(filled, session, wanted, found):
    assert ids(list_conversations(session, InboxFilter(**wanted))) == found


def test_words_are_found_without_accents_and_marked(filled, session):
    page = list_conversations(session, InboxFilter(text="etudiant num"), size=5)
    assert ids(page) == ["c11", "c10", "c09", "c08", "c07"]
    assert [piece.text for piece in page.rows[0].snippet if piece.hit] == ["étudiant", "number"]
    rest = list_conversations(session, InboxFilter(text="etudiant num"), after=page.older, size=20)
    assert ids(rest) == ["c06", "c05", "c04", "c03", "c02", "c01", "c00"]
    assert ids(list_conversations(session, InboxFilter(text="ETUDIANT", facets=("topic:bank",)), size=2)) == [
        "c10",
        "c08",
    ]


def test_a_view_looked_through_for_words_gives_what_the_index_gives(filled, store, session, monkeypatch):
    store.turn("c12", "a snake_case word", topic="bank")
    filled.catch_up()
    views = [("topic:bank",), ("topic:bank", "topic:visa"), ("topic:bank", "outcome:answered")]
    words = ["number", "etudiant 1", "ou est", "10", "nowhere", "snake case"]
    wanted = [InboxFilter(text=text, facets=facets) for facets in views for text in words]

    def found():
        return [[(row.id, row.snippet) for row in list_conversations(session, view).rows] for view in wanted]

    looked_through = found()
    monkeypatch.setattr(inbox, "MOST_WALKED", 0)
    assert found() == looked_through
    assert [len(rows) for rows in looked_through[:6]] == [6, 1, 6, 1, 0, 1]


def test_a_long_view_is_looked_through_a_part_at_a_time(filled, session, monkeypatch):
    monkeypatch.setattr(inbox, "WALKED_AT_ONCE", 2)
    monkeypatch.setattr(inbox, "FREQUENT", 1)
    monkeypatch.setattr(inbox, "MOST_WALKED", 4)
    wanted, seen, cursor = InboxFilter(text="number", facets=("topic:visa", "topic:bank")), [], None
    for _ in range(20):
        page = list_conversations(session, wanted, after=cursor, size=3)
        assert len(page.rows) <= 3
        seen += ids(page)
        cursor = page.older
        if cursor is None:
            break
    assert seen == [f"c{number:02d}" for number in range(11, -1, -1)]
    first = list_conversations(session, InboxFilter(text="number 1", facets=wanted.facets), size=3)
    assert (ids(first), first.older is not None) == (["c11", "c10"], True)
    second = list_conversations(session, InboxFilter(text="number 1", facets=wanted.facets), after=first.older, size=3)
    assert (ids(second), second.older is not None) == ([], True)
    third = list_conversations(session, InboxFilter(text="number 1", facets=wanted.facets), after=second.older, size=3)
    assert (ids(third), third.older) == (["c01"], None)


@pytest.mark.parametrize("words", ["' OR 1=1", '"unclosed', "NEAR(a b)", "a & ! b:*", "\\", "*", "%"])
def test_signs_of_a_query_language_are_no_commands(filled, session, words):
    assert list_conversations(session, InboxFilter(text=words)).rows is not None


def test_a_conversation_found_by_several_messages_stands_once(filled, store, session, review_url):
    for _ in range(3):
        store.turn("c05", "étudiant again")
        store.turn("c06", "étudiant again")
    filled.catch_up()
    with session_scope(review_url) as later:
        seen, cursor = [], None
        while True:
            page = list_conversations(later, InboxFilter(text="etudiant"), after=cursor, size=2)
            seen += ids(page)
            cursor = page.older
            if cursor is None:
                break
    assert seen[:2] == ["c06", "c05"]
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 12


def test_a_cursor_of_somebody_elses_is_refused(filled, session):
    for cursor in ("1", "a-b", "99999999999999999999-1", "m1"):
        with pytest.raises(CursorError):
            list_conversations(session, InboxFilter(), after=cursor)


def test_neighbours_are_those_of_the_view(filled, session):
    view = InboxFilter(facets=("outcome:answered",))
    assert find_neighbours(session, view, "c06").newer == "c09"
    assert find_neighbours(session, view, "c06").older == "c03"
    assert find_neighbours(session, view, "c09").newer is None
    found = InboxFilter(text="number 1")  # 1, 10 and 11
    assert find_neighbours(session, found, "c10") == Neighbours("c11", "c01")
    assert find_neighbours(session, found, "c01") == Neighbours("c10", None)
    assert list_facet_values(session, "topic") == ["bank", "visa"]
    assert count_facet(session, "state:unread") == 12


def test_acts_of_staff_show_in_filters_and_in_the_audit(filled, review_url):
    with session_scope(review_url, writing=True) as session:
        acts.set_flag(session, "anna", "c01", True)
        acts.add_tag(session, "anna", "c01", "  To  Do: ")
        acts.assign(session, "anna", "c01", "ben")
        acts.set_reviewed(session, "anna", "c01", True)
        acts.note_opened(session, "c02")
        session.commit()
        for facet, found in (
            ("state:flagged", ["c01"]), ("tag:to do", ["c01"]), ("assignee:ben", ["c01"]), ("state:reviewed", ["c01"]),
        ):  # fmt: skip
            assert ids(list_conversations(session, InboxFilter(facets=(facet,)))) == found, facet
        assert count_facet(session, "state:unread") == 10
        names = {line.act for line in list_acts(session)}
        assert {"conversation.flag", "conversation.tag", "conversation.assign", "conversation.reviewed"} <= names
        with pytest.raises(acts.ActError) as refused:
            acts.set_flag(session, "anna", "nobody", True)
        assert refused.value.code == "conversation_not_found"


def test_a_reviewed_conversation_that_goes_on_is_to_be_reviewed_again(filled, store, review_url):
    with session_scope(review_url, writing=True) as session:
        acts.set_reviewed(session, "anna", "c01", True)
        session.commit()
    future = 4_000_000_000.0
    store.add("c01", {**said("again"), "timestamp": future}, {**answered("yes"), "timestamp": future + 1})
    filled.catch_up()
    with session_scope(review_url) as session:
        assert count_facet(session, "state:reviewed") == 0


def test_feedback_shows_in_the_filter_and_in_the_transcript(filled, session, review_url):
    answer = read_transcript(session, "c01").messages[1]
    FeedbackStore(review_url).save("c01", answer.message_id, False, "Wrong: call 06 12 34 56 78")
    with session_scope(review_url) as later:
        assert ids(list_conversations(later, InboxFilter(facets=("feedback:unhelpful",)))) == ["c01"]
        seen = read_transcript(later, "c01").messages[1].answer
        assert (seen.helpful, seen.comment) == (False, "Wrong: call [phone]")


def test_drafts_outlive_a_reload(filled, review_url):
    with session_scope(review_url, writing=True) as session:
        acts.save_draft(session, "anna", "c01", "Dear st")
        acts.save_draft(session, "anna", "c01", "Dear student")
        session.commit()
        assert acts.read_draft(session, "anna", "c01") == "Dear student"
        assert acts.read_draft(session, "ben", "c01") == ""
        acts.save_draft(session, "anna", "c01", "")
        assert acts.read_draft(session, "anna", "c01") == ""
