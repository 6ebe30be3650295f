"""Copies of a tracker are in the state that Rasa's copies are in, and changing one changes no other."""

import copy

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.dialogue.stored_tracker import StoredTracker


def state(tracker):
    """Return all that Rasa tells of a tracker, and what it keeps of slots."""
    told = tracker.current_state(EventVerbosity.ALL)
    if not tracker.latest_message.text:
        told.pop("latest_message")  # an empty one has the time of its making
    applied = [event.as_dict() for event in tracker.applied_events()]
    return told, applied, {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}


@pytest.fixture(
    params=[
        [],
        [SlotSet("residence", "residence 7")],
        [UserUtteranceReverted()],
        [ActionReverted()],
        [ConversationPaused()],
        [AllSlotsReset(), SlotSet("page", 4)],
        [Restarted(), ActionExecuted("action_listen")],
        [ActionExecuted("visit_form"), ActiveLoop("visit_form"), ActionExecuted("visit_form")],
        [ActionExecuted("visit_form"), ActiveLoop("visit_form"), ActiveLoop(None), ActionExecuted("action_listen")],
    ],
    ids=lambda events: ", ".join(type(event).__name__ for event in events) or "nothing",
)
def both(request, domain, make_start, make_turn):
    """Return our tracker and Rasa's of the same conversation."""
    events = [*make_start(residence="residence 1"), *make_turn(0), *make_turn(1), *request.param, *make_turn(2)]
    return [kind.from_events("student", copy.deepcopy(events), domain.slots) for kind in (
        StoredTracker, DialogueStateTracker
    )]  # fmt: skip


def test_a_copy_is_as_rasas(both, domain):
    ours, rasas = both
    assert state(ours) == state(rasas)
    assert state(ours.copy()) == state(rasas.copy())
    assert state(ours.copy().copy()) == state(rasas)
    assert ours.past_states(domain) == rasas.past_states(domain)
    assert ours.copy().past_states(domain) == rasas.past_states(domain)


def test_a_blank_copy_is_as_rasas(both):
    ours, rasas = (tracker.init_copy() for tracker in both)
    assert state(ours) == state(rasas)
    assert ours.latest_action == rasas.latest_action


@pytest.mark.parametrize("copied", ["copy", "init_copy"])
def test_what_happens_to_one_does_not_happen_to_the_other(both, copied, make_turn):
    ours, rasas = both
    other = getattr(ours, copied)()
    events = [SlotSet("page", 99), SlotSet("language", "fr"), AllSlotsReset(), *make_turn(4), ConversationPaused()]
    before = state(other)
    for event in copy.deepcopy(events):
        ours.update(event)
    assert state(other) == before
    unchanged = state(ours)
    for event in [SlotSet("residence", "none"), *events, Restarted()]:
        other.update(event)
    assert state(ours) == unchanged
    for event in copy.deepcopy(events):
        rasas.update(event)
    assert state(ours) == state(rasas)


def test_a_copy_adds_no_model_to_what_comes(both):
    for tracker in both:
        tracker.model_id = tracker.assistant_id = "model"
        for other in (tracker.copy(), tracker.init_copy()):
            other.update(SlotSet("page", 1))
            assert not other.events[-1].metadata
        tracker.update(SlotSet("page", 1))
        assert set(tracker.events[-1].metadata.values()) == {"model"}
