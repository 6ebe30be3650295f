"""The queues between door, assistant and platform, on both databases."""

import datetime as dt
import time

import pytest
import sqlalchemy as sa

from bot.messaging.platforms.base import Inbound
from bot.messaging.store import LEASE_SECONDS, ChannelStore


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'c.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    made = ChannelStore(url)
    yield made
    made.close()


def text(key, words="hi", chat="5", **more):
    return Inbound(key, chat, "text", float(key), words, subject=f"m{key}", **more)


def test_what_came_in_is_kept_once_and_given_in_order(store):
    assert store.take("telegram", [text("2"), text("1", "first"), text("3", chat="6")]) == ["telegram-5", "telegram-6"]
    assert store.take("telegram", [text("2"), text("2")]) == []
    assert store.take("slack", [text("2")]) == ["slack-5"]
    first = store.next_update("telegram-5")
    assert (first.inbound.text, first.attempts) == ("first", 1)
    assert store.next_update("telegram-5").attempts == 2
    store.finish(first.id, "telegram", "telegram-5", [{"text": "answer"}], "en")
    assert store.next_update("telegram-5").inbound.key == "2"
    assert sorted(store.waiting_conversations("telegram")) == ["telegram-5", "telegram-6"]


def test_an_edit_replaces_what_waits_and_a_later_one_stands_for_itself(store):
    edit = text("9", "price")._replace(kind="edit", subject="m1")
    assert store.take("telegram", [text("1", "hello"), edit]) == ["telegram-5"]
    update = store.next_update("telegram-5")
    assert update.inbound.text == "price"
    store.finish(update.id, "telegram", "telegram-5", [], "en")
    assert store.next_update("telegram-5") is None
    assert store.take("telegram", [edit._replace(key="10")]) == ["telegram-5"]


def test_a_chat_keeps_its_language_and_writing_again_lifts_what_held_it(store):
    store.take("whatsapp", [text("1", language="fr")])
    store.enqueue("whatsapp", "whatsapp-5", [{"text": "late"}], "fr")
    assert store.hold("whatsapp-5", time.time())
    assert store.claim("whatsapp-5") is None
    store.mark_unreachable("whatsapp-6", "blocked", time.time())
    store.take("whatsapp", [text("2")])
    assert store.chat("whatsapp-5").language == "fr"
    assert store.claim("whatsapp-5").message == {"text": "late"}


def test_what_is_sent_is_reserved_renewed_released_and_dropped(store):
    store.enqueue("telegram", "telegram-5", [{"text": "one"}, {"text": "two"}], "en")
    claimed = store.claim("telegram-5")
    assert claimed.message == {"text": "one"}
    assert store.claim("telegram-5") is None
    store.note_progress(claimed.id, 1)
    store.renew([claimed.id])
    store.note_attempt(claimed.id, 3, 600)  # the platform wants it later:
    store.release([claimed.id])
    assert store.claim("telegram-5") is None
    store.note_attempt(claimed.id, 3, -1)
    store.release([claimed.id])
    again = store.claim("telegram-5")
    assert (again.parts_sent, again.attempts) == (1, 3)
    store.drop(again.id)
    assert store.claim("telegram-5").message == {"text": "two"}
    assert LEASE_SECONDS > 30  # the sweep renews twice a minute


def test_all_of_a_conversation_is_erased_and_its_repeats_stay_known(store):
    store.take("telegram", [text("1")])
    store.enqueue("telegram", "telegram-5", [{"text": "one"}], "en")
    store.keep_code("ABCD-2345", "telegram-5", _in(600))
    store.begin_erasing(store.next_update("telegram-5"))
    assert store.next_update("telegram-5").inbound.kind == "erase"
    store.take("telegram", [text("2", "hello again")])
    store.erase("telegram-5", ordered=1.0)
    assert (store.chat("telegram-5"), store.claim("telegram-5")) == (None, None)
    after = store.next_update("telegram-5")
    assert after.inbound.text == "hello again"
    assert store.redeem_code("ABCD-2345", "telegram-5", after) is None
    assert store.take("telegram", [text("1")]) == []


def test_who_writes_while_the_window_closes_or_the_chat_is_marked_gets_the_answers(store):
    before = time.time()
    store.take("whatsapp", [text("1")])
    store.enqueue("whatsapp", "whatsapp-5", [{"text": "answer"}], "en")
    assert not store.hold("whatsapp-5", known_at=before)
    store.mark_unreachable("whatsapp-5", "blocked", known_at=before)
    assert store.chat("whatsapp-5").unreachable_reason is None
    assert store.claim("whatsapp-5").message == {"text": "answer"}


def test_an_edit_of_what_is_being_answered_waits_for_its_own_turn(store):
    store.take("telegram", [text("1", "hello")])
    update = store.next_update("telegram-5")
    store.take("telegram", [text("9", "price")._replace(kind="edit", subject="m1")])
    store.finish(update.id, "telegram", "telegram-5", [], "en")
    assert store.next_update("telegram-5").inbound.text == "price"


def test_a_code_that_was_redeemed_before_a_crash_still_links_after_it_and_only_there(store):
    store.take("telegram", [text("1", "ABCD-2345"), text("2", "ABCD-2345", chat="6")])
    store.keep_code("ABCD-2345", "web-1", _in(600))
    assert store.redeem_code("ABCD-2345", "telegram-5", store.next_update("telegram-5")) == "web-1"
    again = store.next_update("telegram-5").inbound
    assert (again.kind, again.text) == ("linked", "web-1")
    assert store.chat("telegram-5").linked_to == "web-1"
    assert store.redeem_code("ABCD-2345", "telegram-6", store.next_update("telegram-6")) is None


def test_what_is_left_of_a_chat_whose_conversation_was_erased_elsewhere_goes(store, monkeypatch):
    monkeypatch.setattr("bot.messaging.store.QUIET_SECONDS", -1.0)
    store.take("telegram", [text("1"), text("2", chat="6")])
    with store._writing() as connection:
        connection.execute(sa.text("CREATE TABLE events (sender_id VARCHAR(255))"))
        connection.execute(sa.text("INSERT INTO events VALUES ('telegram-6')"))
    for chat in ("telegram-5", "telegram-6"):
        store.finish(store.next_update(chat).id, "telegram", chat, [{"text": "one"}], "en")
    store.tidy()
    assert (store.chat("telegram-5"), store.claim("telegram-5")) == (None, None)
    assert store.chat("telegram-6").conversation_id == "telegram-6"
    assert store.claim("telegram-6").message == {"text": "one"}
    assert store.take("telegram", [text("1"), text("2", chat="6")]) == []


def _in(seconds):
    return dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=seconds)
