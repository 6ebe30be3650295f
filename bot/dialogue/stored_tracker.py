"""A tracker that is copied instead of replayed.

Rasa copies a tracker by applying all its events to a new one, twice for each message, and looks through all events for
those that take others back seven times. Here what the events have led to is copied, the slots only when one changes,
and the look through is short where no event takes back another. The events are shared, as Rasa shares them.
"""

import copy
from collections import deque
from typing import Any, Dict, Iterable, List, Optional

from rasa.shared.core.events import (
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses


def _with_subclasses(*kinds: Any) -> frozenset:
    return frozenset(one for kind in kinds for one in (kind, *all_subclasses(kind)))


# By the exact type: Rasa's events are abstract classes, which make isinstance() slow.
_BEGINNINGS = _with_subclasses(Restarted, SessionStarted)
_TAKING_BACK = _with_subclasses(ActionReverted, UserUtteranceReverted, ActiveLoop)


class StoredTracker(DialogueStateTracker):
    """A tracker that knows how many of its first events are in the log, in full or shortened."""

    stored = 0
    _blank: Optional[Dict[str, Slot]] = None
    """The slots as they are at first. A slot is never changed in its place, so trackers share them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Make a tracker without events, as Rasa's own."""
        super().__init__(*arguments, **options)
        self._blank = copy.copy(self.slots)

    def copy(self) -> "StoredTracker":
        """Return a tracker in the same state; like Rasa's own copy it adds no model to the events that come."""
        made = self._alike()
        made.slots = copy.copy(self.slots)
        made.events = self.events.copy()
        made.active_loop = copy.copy(self.active_loop)
        return made

    def init_copy(self) -> "StoredTracker":
        """Return a tracker with the same slots, but nothing said yet."""
        made = self._alike()
        made.events = self._create_events([])
        made.sender_source = None
        made.stored = 0
        made._reset()
        return made

    def replace_events(self, events: Iterable[Event]) -> None:
        """Take shorter events that lead to the state which this tracker is in."""
        self.events = deque(events, self._max_event_history)

    def applied_events(self) -> List[Event]:
        """Return the events less those that were taken back or stand before the latest beginning."""
        events = list(self.events)
        kinds = set(map(type, events))
        if not kinds.isdisjoint(_TAKING_BACK):
            return super().applied_events()
        if kinds.isdisjoint(_BEGINNINGS):
            return events
        return events[max(place for place, event in enumerate(events) if type(event) in _BEGINNINGS) + 1 :]

    def _alike(self) -> "StoredTracker":
        made = copy.copy(self)
        made.model_id = made.assistant_id = None
        return made

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        if self._blank is None:
            super()._reset_slots()  # while it is made: these slots are its own
        else:
            self.slots = copy.copy(self._blank)
