"""What Rasa's tracker stores lack: whether a conversation exists, its messages' events alone, its erasure.

Works on the stores that the assistant can be set up with (SQL and in memory, wrapped by Rasa or not). Events are
read as plain dictionaries: building Rasa's event objects takes most of the time that a full tracker costs.
"""

import json
from functools import singledispatch
from typing import Any, Dict, List, Optional

from rasa.core.tracker_store import AwaitableTrackerStore, FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from sqlalchemy import bindparam, delete, select

Event = Dict[str, Any]
_SPOKEN = ("user", "bot")

# Built once, without the mapped class: this runs three times for each message.
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_OF_CONVERSATION = _EVENTS.c.sender_id == bindparam("conversation")
_READ = (
    select(_EVENTS.c.data)
    .where(_OF_CONVERSATION, _EVENTS.c.type_name.in_(_SPOKEN), _EVENTS.c.timestamp >= bindparam("since"))
    .order_by(_EVENTS.c.id)
)
_FIND_SENT = (
    select(_EVENTS.c.timestamp)
    .where(
        _OF_CONVERSATION, _EVENTS.c.type_name == "user", _EVENTS.c.data.contains(bindparam("named"), autoescape=False)
    )
    .order_by(_EVENTS.c.id.desc())
    .limit(1)
)
_FIND = select(_EVENTS.c.id).where(_OF_CONVERSATION).limit(1)
_ERASE = delete(_EVENTS).where(_OF_CONVERSATION)


@singledispatch
def read_events(store: Any, conversation_id: str, since: float = 0.0) -> List[Event]:
    """Return what was said in all sessions of a conversation from `since` on, oldest first."""
    raise _unsupported(store)


@singledispatch
def find_sent(store: Any, conversation_id: str, client_id: str) -> Optional[float]:
    """Return the timestamp of the message that the client sent last under `client_id`, or None."""
    raise _unsupported(store)


@singledispatch
def conversation_exists(store: Any, conversation_id: str) -> bool:
    """Return whether the store holds anything of the conversation."""
    raise _unsupported(store)


@singledispatch
def find_saved(store: Any, conversation_id: str, message_id: str, since: float) -> Optional[Event]:
    """Return the student's message, saved since then, that Rasa knows by `message_id`, or None."""
    events = read_events(store, conversation_id, since)
    return next((event for event in events if event.get("message_id") == message_id), None)


@singledispatch
def erase_conversation(store: Any, conversation_id: str) -> None:
    """Delete everything that the store holds of the conversation."""
    raise _unsupported(store)


@read_events.register
def _(store: SQLTrackerStore, conversation_id: str, since: float = 0.0) -> List[Event]:
    with _reading(store) as connection:
        return [json.loads(data) for (data,) in connection.execute(_READ, _named(conversation_id, since=since))]


@find_sent.register
def _(store: SQLTrackerStore, conversation_id: str, client_id: str) -> Optional[float]:
    # In the text, not decoded: this runs for each message, however long the conversation is.
    named = f'"client_id": {json.dumps(client_id)}'
    with _reading(store) as connection:
        return connection.execute(_FIND_SENT, _named(conversation_id, named=named)).scalar()


@conversation_exists.register
def _(store: SQLTrackerStore, conversation_id: str) -> bool:
    with _reading(store) as connection:
        return connection.execute(_FIND, _named(conversation_id)).first() is not None


@find_saved.register
def _(store: SQLTrackerStore, conversation_id: str, message_id: str, since: float) -> Optional[Event]:
    kept = getattr(store, "kept_message", None)  # a store may have in memory what it has just saved
    found = kept(conversation_id, message_id) if kept else None
    return found or find_saved.dispatch(object)(store, conversation_id, message_id, since)


@erase_conversation.register
def _(store: SQLTrackerStore, conversation_id: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(_ERASE, _named(conversation_id))
    forget = getattr(store, "forget", None)  # a store may keep the latest turns in memory
    if forget is not None:
        forget(conversation_id)


@read_events.register
def _(store: InMemoryTrackerStore, conversation_id: str, since: float = 0.0) -> List[Event]:
    serialised: Optional[str] = store.store.get(conversation_id)
    events = json.loads(serialised)["events"] if serialised else []
    return [event for event in events if event["event"] in _SPOKEN and event["timestamp"] >= since]


@find_sent.register
def _(store: InMemoryTrackerStore, conversation_id: str, client_id: str) -> Optional[float]:
    events = read_events(store, conversation_id)
    sent = [event["timestamp"] for event in events if (event.get("metadata") or {}).get("client_id") == client_id]
    return sent[-1] if sent else None


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


@find_sent.register(AwaitableTrackerStore)
@find_sent.register(FailSafeTrackerStore)
def _(store: Any, conversation_id: str, client_id: str) -> Optional[float]:
    return find_sent(store._tracker_store, conversation_id, client_id)


@find_saved.register(AwaitableTrackerStore)
@find_saved.register(FailSafeTrackerStore)
def _(store: Any, conversation_id: str, message_id: str, since: float) -> Optional[Event]:
    return find_saved(store._tracker_store, conversation_id, message_id, since)


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


def _reading(store: SQLTrackerStore) -> Any:
    reading = getattr(store, "reading", None)  # a store may keep a connection open
    return reading() if reading else store.engine.connect()


def _named(conversation_id: str, **more: Any) -> Dict[str, Any]:
    return {"conversation": conversation_id, **more}


def _unsupported(store: Any) -> TypeError:
    return TypeError(f"{type(store).__name__} cannot erase: set up an SQL or in-memory tracker store in endpoints.yml.")
