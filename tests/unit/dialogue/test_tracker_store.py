"""The tracker store: the log that Rasa writes, and trackers that behave as Rasa's."""

import copy
import datetime as dt
import json

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    ReminderScheduled,
    UserUtteranceReverted,
)

from bot.dialogue.tracker_store import RecentTurnsTrackerStore

TURNS = 40
STATES = 4
"""Two turns of two actions each, which are always kept."""


def state(tracker, domain):
    """What of a tracker decides how the conversation goes on."""
    return {
        "slots": tracker.current_slot_values(),
        "set": {name for name, slot in tracker.slots.items() if slot.has_been_set},
        "message": said(tracker.latest_message),
        "utterance": said(tracker.latest_bot_utterance),
        "action": tracker.latest_action,
        "follow-up": tracker.followup_action,
        "loop": tracker.active_loop,
        "paused": tracker.is_paused(),
        "channel": tracker.get_latest_input_channel(),
        "rules see": tracker.past_states(domain)[-STATES:],
    }


def said(event):
    """Return what an utterance holds; an empty one, made by a new tracker, has the time of its making."""
    return event.as_dict() if event.text else None


def log(store):
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(store.SQLEvent.__table__).order_by("id")).mappings().all()
    return [{**row, "data": json.loads(row["data"])} for row in rows]


@pytest.fixture
def both(store, rasa_store, say):
    """Return a function that says the same in both stores."""

    async def take(events, conversation="student"):
        for each in (store, rasa_store):
            await say(each, copy.deepcopy(events), conversation)

    return take


async def test_trackers_behave_as_rasas_after_each_turn(store, rasa_store, both, domain, make_start, make_turn):
    await both(make_start())
    for number in range(TURNS):
        await both(make_turn(number))
        ours, rasas = await store.retrieve("student"), await rasa_store.retrieve("student")
        assert state(ours, domain) == state(rasas, domain), number


async def test_the_log_is_the_one_that_rasa_writes(store, rasa_store, both, make_start, make_turn):
    for conversation in ("first", "second"):
        await both(make_start(), conversation)
        for number in range(TURNS):
            await both(make_turn(number), conversation)
    assert log(store) == log(rasa_store)
    assert len(log(store)) > TURNS * 12


async def test_the_whole_conversation_can_be_read(store, rasa_store, both, make_start, make_turn):
    await both(make_start())
    for number in range(TURNS):
        await both(make_turn(number))
    await both(make_start(residence="residence 31"))
    await both(make_turn(TURNS))
    ours, rasas = await store.retrieve_full_tracker("student"), await rasa_store.retrieve_full_tracker("student")
    assert [event.as_dict() for event in ours.events] == [event.as_dict() for event in rasas.events]


async def test_a_long_conversation_is_as_short_as_a_new_one(store, say, make_start, make_turn):
    await say(store, make_start())
    lengths = []
    for number in range(100):
        await say(store, make_turn(number))
        lengths.append(len((await store.retrieve("student")).events))
    assert max(lengths[50:]) <= max(lengths[:10]) + 3  # one slot more may be set


async def test_a_new_session_starts_with_what_rasa_carries_over(
    store, rasa_store, both, domain, make_start, make_turn
):
    await both(make_start())
    for number in range(TURNS):
        await both(make_turn(number))
    await both(make_start(residence="residence 31"))
    ours, rasas = await store.retrieve("student"), await rasa_store.retrieve("student")
    assert state(ours, domain) == state(rasas, domain)
    assert ours.get_slot("page") is None


async def test_a_restart_of_the_server_changes_nothing(store, address, say, domain, make_start, make_turn):
    await say(store, make_start())
    for number in range(TURNS):
        await say(store, make_turn(number))
    restarted = RecentTurnsTrackerStore(domain=domain, host=address)
    assert state(await restarted.retrieve("student"), domain) == state(await store.retrieve("student"), domain)


async def test_two_servers_see_what_the_other_wrote(store, address, say, domain, make_start, make_turn):
    other = RecentTurnsTrackerStore(domain=domain, host=address)
    await say(store, make_start())
    for number in range(TURNS):
        await say((store, other)[number % 2], make_turn(number))
        trackers = [await each.retrieve("student") for each in (store, other)]
        assert state(trackers[0], domain) == state(trackers[1], domain)
    assert len(log(store)) == len({row["timestamp"] for row in log(store)}), "an event was written twice"


async def test_an_erased_conversation_starts_anew_even_when_ids_are_used_again(store, say, make_start, make_turn):
    await say(store, make_start())
    for number in range(8):
        await say(store, make_turn(number))
    assert (await store.retrieve("student")).get_slot("residence") == "residence 1"
    with store.engine.begin() as connection:
        connection.execute(sa.delete(store.SQLEvent.__table__))
    await say(store, make_start())
    await say(store, make_turn(0))
    tracker = await store.retrieve("student")
    assert tracker.get_slot("residence") is None
    assert len(tracker.events) == len(log(store)) - 1, "all but the action before SessionStarted"


async def test_what_is_not_in_the_log_is_not_in_memory(store, say, make_start):
    await say(store, make_start())
    with store.engine.begin() as connection:
        connection.execute(sa.delete(store.SQLEvent.__table__))
    assert await store.retrieve("student") is None
    assert not store._recent


async def test_an_erased_conversation_is_in_memory_no_more(store, say, make_start, make_turn):
    from bot.channels.conversations import erase_conversation

    for conversation in ("erased", "other"):
        await say(store, [*make_start(), *make_turn(0)], conversation)
    erase_conversation(store, "erased")
    assert list(store._recent) == ["other"]
    assert {row["sender_id"] for row in log(store)} == {"other"}


async def test_only_the_newest_conversations_are_kept(domain, address, say, make_start):
    store = RecentTurnsTrackerStore(domain=domain, host=address, recent_conversations=2)
    for conversation in ("first", "second", "third"):
        await say(store, make_start(), conversation)
    assert list(store._recent) == ["second", "third"]
    assert len((await store.retrieve("first")).events) == 2


async def test_a_form_is_never_cut(store, rasa_store, both, domain, make_start, make_turn, clock):
    await both(make_start())
    await both(make_turn(0, ActionExecuted("visit_form", timestamp=next(clock)), ActiveLoop("visit_form", next(clock))))
    for number in range(1, 12):
        await both(make_turn(number))
        ours, rasas = await store.retrieve("student"), await rasa_store.retrieve("student")
        assert ours.active_loop_name == "visit_form"
        assert state(ours, domain) == state(rasas, domain)


async def test_turns_taken_back_stay_taken_back(store, rasa_store, both, domain, make_start, make_turn, clock):
    await both(make_start())
    for number in range(20):
        reverted = [UserUtteranceReverted(next(clock))] if number % 7 == 3 else []
        await both(make_turn(number, *reverted))
        ours, rasas = await store.retrieve("student"), await rasa_store.retrieve("student")
        assert state(ours, domain) == state(rasas, domain), number


async def test_a_pause_and_reminders_to_come_are_kept(store, say, make_start, make_turn, clock):
    now = dt.datetime.now(dt.timezone.utc)
    reminders = [
        ReminderScheduled("ask_more", now + dt.timedelta(hours=hours), name=name, timestamp=next(clock))
        for name, hours in (("past", -1), ("to come", 1))
    ]
    await say(store, make_start())
    await say(store, make_turn(0, *reminders, ConversationPaused(next(clock))))
    for number in range(1, TURNS):
        await say(store, make_turn(number))
    tracker = await store.retrieve("student")
    assert tracker.is_paused()
    assert [event.name for event in tracker.applied_events() if isinstance(event, ReminderScheduled)] == ["to come"]


async def test_a_tracker_made_elsewhere_is_saved_once(store, domain, make_start, make_turn):
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker.from_events("student", [*make_start(), *make_turn(0)], domain.slots)
    await store.save(tracker)
    await store.save(tracker)
    # Rasa's session begins with SessionStarted: the action before it is not part of it.
    assert len((await store.retrieve("student")).events) == len(tracker.events) - 1


async def test_new_events_go_to_the_event_broker(domain, address, say, make_start, make_turn):
    class Broker:
        def __init__(self):
            self.published = []

        def publish(self, event):
            self.published.append(event)

    broker = Broker()
    store = RecentTurnsTrackerStore(domain=domain, host=address, event_broker=broker)
    events = [make_start(), make_turn(0), make_turn(1)]
    for each in events:
        await say(store, each)
    assert [event["timestamp"] for event in broker.published] == [e.timestamp for each in events for e in each]
    assert {event["sender_id"] for event in broker.published} == {"student"}


async def test_a_message_that_was_just_saved_is_given_as_the_log_holds_it(store, say, make_turn):
    for number in range(5):
        turn = make_turn(number)
        turn[0].message_id = f"message-{number}"
        await say(store, turn, "student")
    messages = [row["data"] for row in log(store) if row["type_name"] == "user"]
    latest, first = messages[-1], messages[0]
    assert store.kept_message("student", latest["message_id"]) == latest
    assert store.kept_message("student", first["message_id"]) is None  # no longer in memory
    assert store.kept_message("other", latest["message_id"]) is None


async def test_reading_goes_on_after_a_query_that_failed(store, say, make_turn):
    await say(store, make_turn(0), "student")
    with pytest.raises(sa.exc.DBAPIError):
        with store.reading() as connection:
            connection.execute(sa.text("SELECT nothing FROM nowhere"))
    await say(store, make_turn(1), "student")
    assert (await store.retrieve("student")) is not None
