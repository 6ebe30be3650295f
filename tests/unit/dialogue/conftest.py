"""Conversations as Rasa's events, and the two stores that are compared."""

import itertools
from typing import Callable, List

import pytest

DOMAIN = """
version: "3.1"
intents: [greet, ask_price, ask_more]
entities: [language]
slots:
  language: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: language}]}
  residence: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  page: {type: any, mappings: [{type: custom}]}
actions: [action_ask_price, action_ask_more]
forms: {visit_form: {required_slots: []}}
responses: {utter_greet: [{text: "Hello"}]}
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""


@pytest.fixture(scope="session")
def domain():
    from rasa.shared.core.domain import Domain

    return Domain.from_yaml(DOMAIN)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("new_postgresql_url")()
    return f"sqlite:///{tmp_path / 'conversations.db'}"


@pytest.fixture
def store(domain, address):
    from bot.dialogue.tracker_store import RecentTurnsTrackerStore

    return RecentTurnsTrackerStore(domain=domain, host=address)


@pytest.fixture
def rasa_store(domain, tmp_path):
    """Rasa's own store, over a database of its own."""
    from rasa.core.tracker_store import SQLTrackerStore

    return SQLTrackerStore(domain=domain, host=f"sqlite:///{tmp_path / 'rasa.db'}")


@pytest.fixture
def clock():
    """Moments one after the other, so that two stores are given equal events."""
    return itertools.count(1_800_000_000.0, 0.5)


@pytest.fixture
def make_turn(clock) -> Callable[[int], List]:
    """Return a function that makes the events of the n-th turn of a conversation."""
    from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

    def make(number: int, *more) -> List:
        intent = ("greet", "ask_price", "ask_more")[number % 3]
        action = ("utter_greet", "action_ask_price", "action_ask_more")[number % 3]
        parse_data = {"text": f"message {number}", "intent": {"name": intent, "confidence": 0.9}, "entities": []}
        return [
            UserUttered(f"message {number}", {"name": intent, "confidence": 0.9}, [], parse_data, next(clock), "web"),
            SlotSet("language", ("en", "fr")[number % 2], next(clock)),
            ActionExecuted(action, "RulePolicy", 1.0, next(clock)),
            BotUttered(f"answer {number}", {"buttons": None}, timestamp=next(clock)),
            SlotSet("page", number, next(clock)),
            *([SlotSet("residence", f"residence {number}", next(clock))] if number % 10 == 1 else []),
            *more,
            ActionExecuted("action_listen", "RulePolicy", 1.0, next(clock)),
        ]

    return make


@pytest.fixture
def make_start(clock):
    """Return a function that makes the events with which Rasa starts a session."""
    from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet

    def make(**carried) -> List:
        return [
            ActionExecuted("action_session_start", None, 1.0, next(clock)),
            SessionStarted(next(clock)),
            *(SlotSet(slot, value, next(clock)) for slot, value in carried.items()),
            ActionExecuted("action_listen", None, None, next(clock)),
        ]

    return make


@pytest.fixture
def say():
    """Return a function that takes events into a conversation as Rasa does: load, add, save."""

    async def take(store, events, conversation="student"):
        tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
        for event in events:
            tracker.update(event)
        await store.save(tracker)

    return take
