"""The log says what the tracker store says, whatever happens on the way."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from tracker_events import answered, said, shown

from bot.review import acts
from bot.review.database import session_scope
from bot.review.feedback import FeedbackStore
from bot.review.log_models import Conversation, Gap, Message, Tally
from bot.review.numbers import read_numbers
from bot.review.projection import projector as projector_module
from bot.review.projection.projector import Projector
from bot.review.retention import Archive
from bot.review.transcripts import read_transcript


def log_of(review_url, conversation_id):
    with session_scope(review_url) as session:
        return read_transcript(session, conversation_id)


def rows(review_url):
    with session_scope(review_url) as session:
        query = select(Message.event_id, Conversation.id, Message.sender, Message.text)
        return session.execute(query.join(Conversation).order_by(Message.event_id)).all()


def expected(store):
    """What the tracker store holds that students see, event for event."""
    with store.engine.connect() as connection:
        events = connection.execute(select(store.events).order_by(store.events.c.id)).all()
    import json

    seen = ((event, shown(json.loads(event.data))) for event in events)
    return [(event.id, event.sender_id, message["sender"], message["text"]) for event, message in seen if message]


def test_a_conversation_is_told_with_what_was_understood_and_answered(store, projector, review_url):
    store.turn("one", "What does a room cost?")
    assert projector.catch_up() == 4
    talk = log_of(review_url, "one")
    question, answer = talk.messages
    assert (question.sender, question.text) == ("student", "What does a room cost?")
    assert (question.understanding.intent, question.understanding.confidence) == ("ask_price", 0.9)
    assert question.understanding.alternatives == (("greet", 0.05),)
    assert question.understanding.entities == (("residence", "bougainville"),)
    assert (answer.answer.topic, answer.answer.outcome, answer.answer.response) == (
        "housing_price",
        "answered",
        "utter_x",
    )
    assert answer.answer.latency == 2.0
    assert answer.answer.sources[0]["url"] == "https://x.example"
    assert (talk.channel, talk.language) == ("web", "en")


def test_reading_on_changes_nothing_that_was_read(store, projector, review_url):
    for number in range(5):
        store.turn(f"c{number}", f"question {number}")
        projector.catch_up()
    assert projector.catch_up() == 0
    assert rows(review_url) == expected(store)
    assert len(rows(review_url)) == 10


def test_two_projectors_write_everything_once(store, projector, review_url, monkeypatch):
    monkeypatch.setattr(projector_module, "BATCH", 3)
    for number in range(10):
        store.turn("one", f"question {number}")
    other = Projector(store.url, review_url, shown)
    while projector.project_batch() + other.project_batch():
        pass
    other.close()
    assert rows(review_url) == expected(store)


def test_a_batch_that_fails_leaves_nothing_half_done(store, projector, review_url, monkeypatch):
    store.turn("one", "first")
    projector.catch_up()
    store.turn("one", "second")

    def fail(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(projector_module, "refresh_facets", fail)
        with pytest.raises(RuntimeError, match="killed"):
            projector.catch_up()
    assert len(rows(review_url)) == 2
    projector.catch_up()
    assert rows(review_url) == expected(store)
    assert log_of(review_url, "one").messages[-1].answer.outcome == "answered"


def test_what_takes_the_ids_of_erased_events_is_read(store, projector, review_url):
    store.turn("stays", "I stay")
    store.turn("goes", "I go")
    projector.catch_up()
    Archive(store.url, review_url).erase("tests", "goes")
    store.turn("comes", "I come")  # on SQLite with the ids of what was erased
    projector.catch_up()
    assert rows(review_url) == expected(store)
    assert {conversation for _, conversation, _, _ in rows(review_url)} == {"stays", "comes"}


@pytest.mark.parametrize("urls", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_late_transaction_with_smaller_ids_is_not_missed(store, projector, review_url):
    store.turn("first", "I am first")
    projector.catch_up()
    with store.engine.connect() as slow:
        store.turn("slow", "I began before", connection=slow)
        store.turn("fast", "I ended before")
        projector.catch_up()
        assert {conversation for _, conversation, _, _ in rows(review_url)} == {"first", "fast"}
        slow.commit()
    projector.catch_up()
    assert rows(review_url) == expected(store)
    with session_scope(review_url) as session:
        assert session.execute(select(func.count()).select_from(Gap)).scalar_one() == 0


def test_a_rebuild_makes_the_same_log_and_keeps_what_staff_added(store, projector, review_url):
    for number in range(3):
        store.turn(f"c{number}", f"question {number}", outcome="handed_over")
    projector.catch_up()
    with session_scope(review_url, writing=True) as session:
        acts.add_tag(session, "anna", "c1", "Visa")
        acts.add_note(session, "anna", "c1", "Ask the prefecture.")
        session.commit()
    before, figures = log_of(review_url, "c1"), _figures(review_url)
    projector.rebuild()
    assert log_of(review_url, "c1") == before
    assert before.tags == ("visa",)
    assert before.handoff.waiting
    assert _figures(review_url) == figures
    assert rows(review_url) == expected(store)


def test_a_rebuild_forgets_what_the_tracker_store_no_longer_holds_but_not_the_figures(store, projector, review_url):
    store.turn("old", "long ago")
    store.add("new", {**said("now"), "timestamp": 1_800_000_000.0}, {**answered("yes"), "timestamp": 1_800_000_001.0})
    projector.catch_up()
    before = _figures(review_url)
    store.erase("old")
    projector.rebuild()
    assert log_of(review_url, "old") is None
    assert _figures(review_url) == before


def test_a_rebuild_keeps_of_a_month_what_was_counted_before_its_oldest_event(store, projector, review_url):
    fifth, twentieth = 1_801_800_000.0, 1_803_100_000.0  # of one February
    for name, moment in (("old", fifth), ("new", twentieth)):
        store.add(name, {**said("why"), "timestamp": moment}, {**answered("so"), "timestamp": moment + 1})
    projector.catch_up()
    before = _figures(review_url)
    assert ("answer_month", dt.date(2027, 2, 1), "answered", 2) in before
    store.erase("old")
    projector.rebuild()
    assert _figures(review_url) == before


def _figures(review_url):
    with session_scope(review_url) as session:
        return sorted(map(tuple, session.execute(select(Tally.measure, Tally.day, Tally.outcome, Tally.count))))


def test_erasing_takes_everything_and_leaves_a_certificate_without_a_name(store, projector, review_url):
    from bot.review.audit import list_acts

    store.turn("telegram-4711", "my passport is 12AB34567")
    projector.catch_up()
    talk = log_of(review_url, "telegram-4711")
    FeedbackStore(review_url).save("telegram-4711", talk.messages[1].message_id, False, "no")
    with session_scope(review_url, writing=True) as session:
        acts.add_note(session, "anna", "telegram-4711", "A note.")
        acts.mark_intent(session, "anna", talk.messages[0].event_id, "ask_visa")
        session.commit()
    erased = Archive(store.url, review_url).erase("anna", "telegram-4711")
    assert (erased.events, erased.messages, erased.feedback) == (4, 2, 1)
    projector.catch_up()
    assert rows(review_url) == expected(store) == []
    with session_scope(review_url) as session:
        lines = list_acts(session)
    assert lines[0].act == "conversation.erase"
    assert lines[0].detail["messages"] == 2
    assert not [line for line in lines if "4711" in line.subject or "4711" in str(line.detail)]


def test_what_was_read_just_before_the_erasure_is_not_written_after_it(store, projector, review_url):
    store.turn("goes", "I go", answer="wait")
    archive = Archive(store.url, review_url)
    # The log is erased first; then the projector, which has read the events already, wants to write them.
    from bot.review.erasure import erase_from_log

    erase_from_log(review_url, "goes")
    projector.catch_up()
    assert rows(review_url) == []
    archive.close()


def test_a_conversation_is_purged_so_long_after_its_last_message(store, projector, review_url):
    now = dt.datetime.now(dt.timezone.utc).timestamp()
    for name, days in (("old", 400), ("young", 300)):
        store.add(
            name,
            {**said("hello"), "timestamp": now - days * 86400},
            {**answered("yes"), "timestamp": now - days * 86400 + 1},
        )
    projector.catch_up()
    archive = Archive(store.url, review_url)
    assert archive.purge("tests", 0) == 0
    assert archive.purge("tests", 12) == 1
    assert archive.purge("tests", 12) == 0
    assert {conversation for _, conversation, _, _ in rows(review_url)} == {"young"}
    assert {conversation for _, conversation, _, _ in expected(store)} == {"young"}


def test_one_students_data_is_handed_out_whole(store, projector, review_url):
    store.turn("one", "write to me: a.b@example.org")
    projector.catch_up()
    archive = Archive(store.url, review_url)
    given = archive.export("anna", "one")
    assert [message["text"] for message in given["messages"]] == ["write to me: a.b@example.org", "308 €"]
    assert len(given["events"]) == 4
    assert archive.export("anna", "nobody") is None


def test_a_wish_for_a_person_waits_until_one_comes(store, projector, review_url):
    store.turn("one", "a person please", outcome="handed_over", topic="contact")
    store.turn("one", "my mail is x.y@example.org", outcome="handed_over", topic="contact")
    projector.catch_up()
    handoff = log_of(review_url, "one").handoff
    assert handoff.waiting
    assert handoff.reason == "person"
    assert handoff.email == "[e-mail]"
    store.add("one", {"event": "pause", "metadata": {"staff": "anna"}})
    store.add(
        "one", {"event": "bot", "text": "Hello", "data": {"custom": {"sender": "staff"}}, "metadata": {"staff": "anna"}}
    )
    projector.catch_up()
    handoff = log_of(review_url, "one").handoff
    assert (handoff.taken_by, handoff.in_hand, handoff.replied_at is not None) == ("anna", True, True)
    store.add("one", {"event": "resume"})
    store.turn("one", "help me", outcome="handed_over", topic="emergency")
    projector.catch_up()
    talk = log_of(review_url, "one")
    assert [handoff.reason for handoff in talk.handoffs] == ["person", "distress"]
    assert talk.handoff.waiting


def test_figures_count_and_hide_what_is_small(store, projector, review_url):
    for number in range(6):
        store.turn(f"c{number}", "why", outcome="fallback" if number < 5 else "answered", topic="visa")
    projector.catch_up()
    with session_scope(review_url) as session:
        numbers = read_numbers(session, dt.date(2026, 9, 1), dt.date(2026, 9, 30), step="month")
    assert numbers.total.conversations == numbers.total.students == 6
    assert numbers.total.answers["fallback"] == 5
    assert numbers.total.answers["answered"] is None
    assert numbers.total.rate("fallback") == pytest.approx(5 / 6)
    assert [period.period for period in numbers.periods] == ["2026-09"]
    assert numbers.topics == {"visa": 6}
    assert (numbers.gaps[0].topic, numbers.gaps[0].without_answer) == ("visa", 5)
