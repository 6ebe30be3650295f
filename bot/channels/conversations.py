"""What Rasa's tracker stores lack: whether a conversation exists, its messages' events alone, its erasure.

Works on the stores that the assistant can be set up with (SQL and in memory, wrapped by Rasa or not). Events are
read as plain dictionaries: building Rasa's event objects takes most of the time that a full tracker costs.
"""

import json
from functools import singledispatch
from typing import Any, Dict, List, Optional

from rasa.core.tracker_store import AwaitableTrackerStore, FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from sqlalchemy import delete, select

Event = Dict[str, Any]
_SPOKEN = ("user", "bot")


@singledispatch
def read_events(store: Any, conversation_id: str, since: float = 0.0) -> List[Event]:
    """Return what was said in all sessions of a conversation from `since` on, oldest first."""
    raise _unsupported(store)


@singledispatch
def conversation_exists(store: Any, conversation_id: str) -> bool:
    """Return whether the store holds anything of the conversation."""
    raise _unsupported(store)


@singledispatch
def erase_conversation(store: Any, conversation_id: str) -> None:
    """Delete everything that the store holds of the conversation."""
    raise _unsupported(store)


@read_events.register
def _(store: SQLTrackerStore, conversation_id: str, since: float = 0.0) -> List[Event]:
    table = store.SQLEvent
    query = (
        select(table.data)
        .where(table.sender_id == conversation_id, table.type_name.in_(_SPOKEN), table.timestamp >= since)
        .order_by(table.id)
    )
    with store.session_scope() as session:
        return [json.loads(data) for (data,) in session.execute(query)]


@conversation_exists.register
def _(store: SQLTrackerStore, conversation_id: str) -> bool:
    query = select(store.SQLEvent.id).where(store.SQLEvent.sender_id == conversation_id).limit(1)
    with store.session_scope() as session:
        return session.execute(query).first() is not None


@erase_conversation.register
def _(store: SQLTrackerStore, conversation_id: str) -> None:
    with store.session_scope() as session:
        session.execute(
            delete(store.SQLEvent)
            .where(store.SQLEvent.sender_id == conversation_id)
            .execution_options(synchronize_session=False)
        )
        session.commit()


@read_events.register
def _(store: InMemoryTrackerStore, conversation_id: str, since: float = 0.0) -> List[Event]:
    serialised: Optional[str] = store.store.get(conversation_id)
    events = json.loads(serialised)["events"] if serialised else []
    return [event for event in events if event["event"] in _SPOKEN and event["timestamp"] >= since]


@conversation_exists.register
def _(store: InMemoryTrackerStore, conversation_id: str) -> bool:
    return conversation_id in store.store


@erase_conversation.register
def _(store: InMemoryTrackerStore, conversation_id: str) -> None:
    store.store.pop(conversation_id, None)


# Rasa wraps the configured store. When the wrapped one fails, FailSafeTrackerStore goes on in memory and says nothing;
# here the failure shall be seen, so the primary store is asked, and the fallback only helps to erase.
@read_events.register(AwaitableTrackerStore)
@read_events.register(FailSafeTrackerStore)
def _(store: Any, conversation_id: str, since: float = 0.0) -> List[Event]:
    return read_events(store._tracker_store, conversation_id, since)


@conversation_exists.register(AwaitableTrackerStore)
@conversation_exists.register(FailSafeTrackerStore)
def _(store: Any, conversation_id: str) -> bool:
    return conversation_exists(store._tracker_store, conversation_id)


@erase_conversation.register(AwaitableTrackerStore)
@erase_conversation.register(FailSafeTrackerStore)
def _(store: Any, conversation_id: str) -> None:
    erase_conversation(store._tracker_store, conversation_id)
    fallback = getattr(store, "_fallback_tracker_store", None)
    if fallback is not None:
        erase_conversation(fallback, conversation_id)


def _unsupported(store: Any) -> TypeError:
    return TypeError(f"{type(store).__name__} cannot erase: set up an SQL or in-memory tracker store in endpoints.yml.")
