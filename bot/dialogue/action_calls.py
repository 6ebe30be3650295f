"""Replaces `RemoteAction._action_call_format`: Rasa sends all events that the tracker holds with each call.

Actions read slots, the latest message and what was said just before it. So only the events from the message before
the latest one on are sent: both processes have less to write and read.
"""

from typing import Any, Dict, List

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

_TURNS = 2


def call_format(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    """Return the body of the call as Rasa makes it, with the events of the last turns."""
    state = tracker.current_state()
    state["events"] = [event.as_dict() for event in _latest_turns(tracker)]
    call = {"next_action": action.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}
    if not action._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(action.name()):
        call["domain"] = domain.as_dict()
    return call


def _latest_turns(tracker: DialogueStateTracker) -> List[Event]:
    events = list(tracker.events)
    spoken = [position for position, event in enumerate(events) if isinstance(event, UserUttered)]
    return events[spoken[-_TURNS] :] if len(spoken) >= _TURNS else events


def install() -> None:
    """Make Rasa use it."""
    RemoteAction._action_call_format = call_format
