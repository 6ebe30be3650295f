"""The log is the same however the events fall into batches: read one by one, by threes, or all at once."""

import pytest
from sqlalchemy import select
from tracker_events import answered, said, shown

from bot.review.database import get_engine, session_scope
from bot.review.log_models import Answer, Conversation, Facet, Handoff, Message, Tally
from bot.review.projection import projector as projector_module
from bot.review.projection.projector import Projector

TABLES = (Conversation, Message, Answer, Handoff, Facet, Tally)


def whole_log(review_url):
    """Every row of every table; the numbers of rows count up in the order of writing and tell nothing."""
    log = {}
    with session_scope(review_url) as session:
        for table in TABLES:
            columns = [column for column in table.__table__.columns if column.name != "id" or table is Conversation]
            log[table.__tablename__] = sorted(map(repr, session.execute(select(*columns)).all()))
    return log


def tell(store):
    """Talks of all kinds, one between the other."""
    store.turn("one", "a room?", outcome="clarify", topic="housing_find")
    store.turn("two", "how much?")
    store.turn("one", "no", intent="deny", outcome="answered")
    store.turn("three", "a person please", outcome="handed_over", topic="contact")
    store.add("two", said("and?"), answered("which one?", outcome="clarify"), answered("or that?", outcome="fallback"))
    store.add("three", said("write to a.b@example.org"), {"event": "pause", "metadata": {"staff": "desk@example.org"}})
    store.turn("two", "Bougainville", choice="/ask_price", outcome="fallback")
    reply = {"event": "bot", "text": "We do.", "data": {"custom": {"sender": "staff"}}, "metadata": {"staff": "desk"}}
    store.add("three", reply, {"event": "resume"})
    store.turn("one", "I need help", outcome="handed_over", topic="emergency", language="fr")
    store.add("four", {"event": "pause", "metadata": {"staff": "desk@example.org"}}, {"event": "action", "name": "x"})
    store.add("two", *({**answered(text), "timestamp": 1_800_000_000.5} for text in ("first", "second")))


@pytest.mark.parametrize("size", [1, 3])
def test_batches_of_any_size_make_the_same_log(store, projector, review_url, tmp_path, monkeypatch, size):
    tell(store)
    projector.catch_up()
    assert len(whole_log(review_url)["answer"]) == 10
    assert {row.split(", ")[1] for row in whole_log(review_url)["handoff"]} == {"1", "3", "4"}
    monkeypatch.setattr(projector_module, "BATCH", size)
    other_url = f"sqlite:///{tmp_path / 'other'}.db"
    other = Projector(store.url, other_url, shown)
    other.catch_up()
    assert whole_log(other_url) == whole_log(review_url)
    other.close()
    get_engine(other_url).dispose()


def test_a_question_asked_back_whose_choices_were_not_taken_is_marked_across_batches(store, projector, review_url):
    for text, how in (("a room?", {"outcome": "clarify"}), ("no", {"intent": "deny"}), ("yes", {})):
        store.turn("one", text, **how)
        projector.catch_up()
    with session_scope(review_url) as session:
        assert session.execute(select(Answer.refused).order_by(Answer.event_id)).scalars().all() == [True, False, False]


def test_messages_of_one_microsecond_keep_their_ids_across_batches(store, projector, review_url):
    for text in ("first", "second"):
        store.add("one", {**answered(text), "timestamp": 1_800_000_000.5})
        projector.catch_up()
    with session_scope(review_url) as session:
        ids = session.execute(select(Message.message_id).order_by(Message.event_id)).scalars().all()
    assert ids == ["180000000050000000", "180000000050000001"]
