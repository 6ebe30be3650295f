"""One event, one message; the same live and in the history."""

import pytest

from bot.channels.messages import MessageIds, assistant_message, choice_id, earliest_timestamp, find_choice, messages_of
from bot.web.schemas import Message

PAYLOAD = '/ask_residence_price{"residence": "bougainville"}'
ANSWER = {"topic": "housing_price", "outcome": "answered", "language": "en"}
SOURCE = {
    "title": "Guide",
    "url": None,
    "as_of": "2018-2019",
    "verified_on": "2026-11-20",
    "sample": False,
    "stale": True,
}


def make_bot_event(timestamp=1_795_000_000.123457, text="Hello", **data):
    return {"event": "bot", "timestamp": timestamp, "text": text, "data": {"custom": None, "buttons": None, **data}}


def make_user_event(text="Hi", timestamp=1_795_000_000.5, **more):
    return {"event": "user", "timestamp": timestamp, "text": text, "metadata": {}, **more}


def test_an_utterance_becomes_one_whole_message():
    card = {"title": "Bougainville", "facts": [{"label": "Rent", "value": "308 €"}], "unknown": 1}
    custom = {"answer": {**ANSWER, "sources": [SOURCE]}, "cards": [card], "attachments": []}
    event = make_bot_event(buttons=[{"title": "Price", "payload": PAYLOAD}], custom=custom)
    (message,) = messages_of([event])
    assert Message.parse_obj(message).dict() == {
        "id": "179500000012345700",
        "time": "2026-11-18T11:06:40.123Z",
        "sender": "assistant",
        "text": "Hello",
        "language": "en",
        "buttons": [{"title": "Price", "choice": choice_id(PAYLOAD)}],
        "cards": [{"title": "Bougainville", "subtitle": "", "facts": card["facts"], "url": None}],
        "attachments": [],
        "answer": {**ANSWER, "sources": [SOURCE]},
        "client_id": None,
    }


def test_live_and_history_agree():
    events = [make_bot_event(text=str(n), custom={"answer": ANSWER}) for n in range(3)]
    ids = MessageIds()
    live = [assistant_message(event["timestamp"], event["text"], event["data"], ids) for event in events]
    assert live == messages_of(events)


def test_ids_rise_even_within_one_microsecond():
    events = [make_bot_event(timestamp=1_795_000_000.0) for _ in range(12)] + [make_bot_event()]
    ids = [message["id"] for message in messages_of(events)]
    assert ids == sorted(set(ids))
    assert all(len(message_id) == 18 for message_id in ids)


@pytest.mark.parametrize("timestamp", [1_795_000_000.1234567, 1_795_000_000.9999999, 0.1, 4_000_000_000.0000005])
def test_no_message_is_older_than_its_id_says(timestamp):
    (message,) = messages_of([make_bot_event(timestamp=timestamp)])
    assert timestamp - 0.000_01 < earliest_timestamp(message["id"]) <= timestamp


def test_a_pressed_button_shows_its_title():
    event = make_user_event(PAYLOAD, metadata={"web": "choice", "title": "Price"})
    (message,) = messages_of([event])
    assert (message["sender"], message["text"]) == ("student", "Price")


@pytest.mark.parametrize("text", ["/restart", '/greet{"a": 1}', "EXTERNAL: greet"])
def test_words_that_look_like_orders_are_shown_as_written(text):
    assert messages_of([make_user_event(text)])[0]["text"] == text


@pytest.mark.parametrize(
    "event",
    [
        make_user_event("/start_conversation", metadata={"web": "opening"}),
        make_user_event("EXTERNAL: remind", metadata={"is_external": True}),
        make_bot_event(text=None, custom={"answer": ANSWER}),
        {"event": "slot", "timestamp": 1.0, "name": "language", "value": "fr"},
    ],
)
def test_what_nobody_said_is_not_shown(event):
    assert messages_of([event]) == []


def test_a_reply_of_the_staff_is_theirs():
    assert messages_of([make_bot_event(custom={"sender": "staff"})])[0]["sender"] == "staff"


def test_the_language_of_a_message_is_told_where_it_is_sure():
    french = make_user_event("Bonjour", parse_data={"entities": [{"entity": "language", "value": "fr"}]})
    spanish = make_user_event("Hola", parse_data={"entities": [], "other_language": "es"})
    events = [french, spanish, make_user_event("ok"), make_bot_event(custom={"answer": ANSWER})]
    assert [message["language"] for message in messages_of(events)] == ["fr", "es", None, "en"]


def test_a_message_sent_again_is_shown_once():
    first, again = (make_user_event(timestamp=1_795_000_000.0 + n, metadata={"client_id": "same-one"}) for n in (1, 2))
    (message,) = messages_of([first, again])
    assert (message["client_id"], message["id"]) == ("same-one", "179500000200000000")


def test_only_offered_choices_are_found():
    events = [
        make_bot_event(buttons=[{"title": "Old title", "payload": PAYLOAD}]),
        make_user_event("/restart", data={"buttons": [{"title": "x", "payload": "/restart"}]}),
        make_bot_event(buttons=[{"title": "New title", "payload": PAYLOAD}]),
    ]
    assert find_choice(events, choice_id(PAYLOAD)) == (PAYLOAD, "New title")
    assert find_choice(events, choice_id("/restart")) is None
    assert find_choice(events, PAYLOAD) is None
