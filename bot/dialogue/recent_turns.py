"""Shortens a conversation to its latest turns and what the turns before them have left behind.

A tracker made of the shorter events behaves as one made of all of them: slots, pause, reminders that are still to
come, latest message and action, and the states that rules look at, as far back as the kept turns.
"""

import datetime as dt
from typing import List, Optional, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ConversationPaused,
    Event,
    ReminderScheduled,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


def shorten(events: Sequence[Event], blank: DialogueStateTracker, turns: int) -> List[Event]:
    """Return the events of the latest session, cut to its last `turns` turns; `blank` is any tracker with the slots."""
    events = _latest_session(events)
    cut = _cut(events, turns)
    if cut is None:
        return events
    before = blank.init_copy()
    for event in events[:cut]:
        before.update(event)
    if before.active_loop_name:
        return events  # what a form has asked so far is more than its slots
    return [*_left_behind(before), *events[cut:]]


def _latest_session(events: Sequence[Event]) -> List[Event]:
    for position in range(len(events) - 1, 0, -1):
        if isinstance(events[position], SessionStarted):
            return list(events[position:])
    return list(events)


def _cut(events: List[Event], turns: int) -> Optional[int]:
    """Return where the last `turns` turns begin, or None when nothing is to be cut."""
    spoken = [position for position, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(spoken) <= turns:
        return None
    position = spoken[-turns]
    while position > 0 and not _is_listening(events[position]):
        position -= 1
    if any(isinstance(event, (UserUtteranceReverted, ActionReverted)) for event in events[position:]):
        return None  # takes back turns, perhaps some before the cut
    return position or None


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _left_behind(tracker: DialogueStateTracker) -> List[Event]:
    """Return events that bring a new tracker to the state of this one."""
    timestamp = tracker.events[-1].timestamp
    now = dt.datetime.now(dt.timezone.utc)
    left: List[Event] = [
        SlotSet(slot.name, slot.value, timestamp) for slot in tracker.slots.values() if slot.has_been_set
    ]
    left += [
        event
        for event in tracker.applied_events()
        if isinstance(event, ReminderScheduled) and _in_utc(event.trigger_date_time) > now
    ]
    if tracker.is_paused():
        left.append(ConversationPaused(timestamp))
    return left


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)
