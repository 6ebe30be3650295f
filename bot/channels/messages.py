"""Messages of the chat API, made in this one place from Rasa's events.

A live reply and the history of the same utterance give the same message with the same id, because both are
made from the event's timestamp, text and data.
"""

import datetime as dt
import hashlib
import re
from collections import Counter
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional

MESSAGE_ID = re.compile(r"\d{18}")
"""Sixteen digits of microseconds and two that tell apart what happened within the same one."""
HIDDEN = {"web": "opening"}
"""Metadata of the event that opens a conversation; the student has not said it."""

Message = Dict[str, Any]
Event = Mapping[str, Any]


class Choice(NamedTuple):
    """A button that the assistant has offered."""

    payload: str
    title: str


class MessageIds:
    """Gives ids in the order of time; one instance per run through the events of a conversation or turn."""

    def __init__(self) -> None:
        self._seen: Counter = Counter()

    def next(self, timestamp: float) -> str:
        """Return the id of the next message at `timestamp`."""
        microseconds = round(timestamp * 1_000_000)
        position = self._seen[microseconds]
        self._seen[microseconds] += 1
        return f"{microseconds:016d}{position:02d}"


def earliest_timestamp(message_id: str) -> float:
    """Return a timestamp at or just before the message's; a float holds microseconds only nearly."""
    return int(message_id[:16]) / 1_000_000 - 0.000_001


def choice_id(payload: str) -> str:
    """Return what the client sends back for a button; short, and telling nothing of the payload."""
    return hashlib.sha256(payload.encode()).hexdigest()[:16]


def student_metadata(client_id: Optional[str], choice: Optional[Choice] = None) -> Dict[str, str]:
    """Return the metadata by which a message is known again and the history shows a button's title, not its payload."""
    named = {"client_id": client_id} if client_id else {}
    return {**named, "web": "choice", "title": choice.title} if choice else named


def messages_of(events: Iterable[Event]) -> List[Message]:
    """Return the messages that the events of a conversation show, oldest first."""
    ids = MessageIds()
    messages = [message for message in (_message_of(event, ids) for event in events) if message]
    # What was sent again, because the first time found no answer, is shown once.
    latest = {message["client_id"]: message["id"] for message in messages}
    return [
        message for message in messages if not message["client_id"] or latest[message["client_id"]] == message["id"]
    ]


def find_choice(events: Iterable[Event], wanted: str) -> Optional[Choice]:
    """Return the button with the id `wanted` that the assistant offered last, or None."""
    for event in reversed(list(events)):
        if event.get("event") == "bot":
            for button in (event.get("data") or {}).get("buttons") or []:
                if choice_id(button["payload"]) == wanted:
                    return Choice(button["payload"], button["title"])
    return None


def assistant_message(
    timestamp: float, text: Optional[str], data: Mapping[str, Any], ids: MessageIds
) -> Optional[Message]:
    """Return the message of one utterance of the assistant, or None where it shows nothing."""
    custom = data.get("custom") or {}
    message = _message(
        timestamp,
        ids,
        sender="staff" if custom.get("sender") == "staff" else "assistant",
        text=text or "",
        buttons=[_button(button) for button in data.get("buttons") or []],
        cards=[_card(card) for card in custom.get("cards") or []],
        attachments=[{key: item[key] for key in ("name", "mime", "url")} for item in custom.get("attachments") or []],
        answer=_answer(custom.get("answer")),
    )
    return message if any(message[key] for key in ("text", "buttons", "cards", "attachments")) else None


def _message_of(event: Event, ids: MessageIds) -> Optional[Message]:
    if event.get("event") == "bot":
        return assistant_message(event["timestamp"], event.get("text"), event.get("data") or {}, ids)
    metadata = event.get("metadata") or {}
    if event.get("event") != "user" or metadata.get("is_external") or metadata.get("web") == HIDDEN["web"]:
        return None
    chosen = metadata.get("web") == "choice"
    return _message(
        event["timestamp"],
        ids,
        sender="student",
        text=metadata["title"] if chosen else event.get("text") or "",
        language=None if chosen else _language_of(event),
        client_id=metadata.get("client_id"),
    )


def _language_of(event: Event) -> Optional[str]:
    """Return the language that the student's words are surely in, or None."""
    understood = event.get("parse_data") or {}
    found = [entity["value"] for entity in understood.get("entities") or [] if entity.get("entity") == "language"]
    return found[0] if found else understood.get("other_language")


def _message(timestamp: float, ids: MessageIds, *, sender: str, text: str, **parts: Any) -> Message:
    time = dt.datetime.fromtimestamp(timestamp, dt.timezone.utc).isoformat(timespec="milliseconds")
    answer = parts.get("answer") or {}
    empty: Message = {"buttons": [], "cards": [], "attachments": [], "answer": None, "client_id": None}
    return {
        "id": ids.next(timestamp),
        "time": time.replace("+00:00", "Z"),
        "sender": sender,
        "text": text,
        "language": answer.get("language"),
        **empty,
        **parts,
    }


def _button(button: Mapping[str, Any]) -> Message:
    return {"title": button["title"], "choice": choice_id(button["payload"])}


def _card(card: Mapping[str, Any]) -> Message:
    facts = [{"label": fact["label"], "value": fact["value"]} for fact in card.get("facts") or []]
    return {"title": card["title"], "subtitle": card.get("subtitle") or "", "facts": facts, "url": card.get("url")}


def _answer(answer: Optional[Mapping[str, Any]]) -> Optional[Message]:
    if not answer:
        return None
    keys = ("title", "url", "as_of", "verified_on")
    sources = [
        {**{key: source.get(key) for key in keys}, **{key: bool(source.get(key)) for key in ("sample", "stale")}}
        for source in answer.get("sources") or []
    ]
    return {**{key: answer[key] for key in ("topic", "outcome", "language")}, "sources": sources}
