"""Webhook calls as the platforms document them, signed as they sign them."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import urlencode

_numbers = itertools.count(int(time.time() * 10) % 1_000_000_000)


class Webhook(NamedTuple):
    """One call of a platform."""

    channel: str
    body: bytes
    headers: Dict[str, str]


def number() -> int:
    """Return a number that no other call bears."""
    return next(_numbers)


def telegram_update(content: Dict[str, Any], update_id: Optional[int] = None) -> Webhook:
    """Wrap `{"message": …}` and the like."""
    body = {"update_id": update_id or number(), **content}
    headers = {"X-Telegram-Bot-Api-Secret-Token": "telegram-secret-of-tests", "Content-Type": "application/json"}
    return Webhook("telegram", json.dumps(body).encode(), headers)


def telegram_message(person: int, text: Optional[str] = None, language: str = "en", **more: Any) -> Dict[str, Any]:
    """Return the Message of a private chat."""
    said = {"text": text} if text is not None else {}
    sender = {"id": person, "is_bot": False, "first_name": "Ada", "language_code": language}
    message = {
        "message_id": number(),
        "date": int(time.time()),
        "chat": {"id": person, "type": "private"},
        "from": sender,
    }
    return {**message, **said, **more}


def telegram_text(chat: int, text: str, **more: Any) -> Webhook:
    update_id = more.pop("update_id", None)
    return telegram_update({"message": telegram_message(chat, text, **more)}, update_id)


def telegram_press(chat: int, data: str) -> Webhook:
    query = {
        "id": str(number()), "from": {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"},
        "message": telegram_message(chat, "the message with the button"), "chat_instance": "1", "data": data,
    }  # fmt: skip
    return telegram_update({"callback_query": query})


def meta_signed(channel: str, body: Dict[str, Any], secret: Optional[str] = None) -> Webhook:
    raw = json.dumps(body).encode()
    signature = hmac.new((secret or f"{channel}-secret-of-tests").encode(), raw, hashlib.sha256).hexdigest()
    return Webhook(channel, raw, {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"})


def whatsapp_update(*messages: Dict[str, Any], **value: Any) -> Webhook:
    """Return a notification with messages, or with states of sent ones (`statuses=[…]`)."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
    contacts = [
        {"profile": {"name": "Ada"}, "wa_id": message.get("from", ""), "user_id": "FR.1"} for message in messages
    ]
    value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    if messages:
        value.update(contacts=contacts, messages=list(messages))
    entry = [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}]
    return meta_signed("whatsapp", {"object": "whatsapp_business_account", "entry": entry})


def whatsapp_message(chat: str, kind: str = "text", **content: Any) -> Dict[str, Any]:
    return {"from": chat, "id": f"wamid.HBg{number()}", "timestamp": str(int(time.time())), "type": kind, **content}


def whatsapp_text(chat: str, text: str, **more: Any) -> Webhook:
    return whatsapp_update({**whatsapp_message(chat, text={"body": text}), **more})


def whatsapp_press(chat: str, choice: str, title: str, kind: str = "button_reply") -> Webhook:
    return whatsapp_update(
        whatsapp_message(chat, "interactive", interactive={"type": kind, kind: {"id": choice, "title": title}})
    )


def messenger_events(*events: Dict[str, Any]) -> Webhook:
    moment = int(time.time() * 1000)
    filled: List[Dict[str, Any]] = [{"recipient": {"id": "PAGE"}, "timestamp": moment, **event} for event in events]
    return meta_signed("messenger", {"object": "page", "entry": [{"id": "PAGE", "time": moment, "messaging": filled}]})


def messenger_text(chat: str, text: str, **more: Any) -> Webhook:
    return messenger_events({"sender": {"id": chat}, "message": {"mid": f"m_{number()}", "text": text, **more}})


def messenger_press(chat: str, choice: str, title: str) -> Webhook:
    return messenger_text(chat, title, quick_reply={"payload": choice})


def slack_signed(raw: bytes, content_type: str, moment: Optional[int] = None, secret: str = "") -> Webhook:
    moment = moment or int(time.time())
    signed = b"v0:" + str(moment).encode() + b":" + raw
    signature = hmac.new((secret or "slack-secret-of-tests").encode(), signed, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": str(moment), "X-Slack-Signature": f"v0={signature}"}
    return Webhook("slack", raw, {**headers, "Content-Type": content_type})


def slack_event(event: Dict[str, Any], **more: Any) -> Webhook:
    body = {
        "token": "x", "team_id": "T1", "api_app_id": "A1", "event": event, "type": "event_callback",
        "event_id": f"Ev{number()}", "event_time": int(time.time()),
    }  # fmt: skip
    return slack_signed(json.dumps({**body, **more}).encode(), "application/json")


def slack_ts() -> str:
    return f"{int(time.time())}.{number() % 1_000_000:06d}"


def slack_text(chat: str, text: str, **more: Any) -> Webhook:
    event = {"type": "message", "channel": chat, "channel_type": "im", "user": "U1", "text": text, "ts": slack_ts()}
    return slack_event({**event, **more})


def slack_press(chat: str, choice: str, title: str) -> Webhook:
    action = {
        "type": "button", "action_id": "choice_0", "block_id": "b", "action_ts": slack_ts(), "value": choice,
        "text": {"type": "plain_text", "text": title},
    }  # fmt: skip
    payload = {
        "type": "block_actions", "user": {"id": "U1"}, "channel": {"id": chat, "name": "directmessage"},
        "container": {"type": "message", "channel_id": chat, "message_ts": "1.2"}, "actions": [action],
        "trigger_id": str(number()),
    }  # fmt: skip
    return slack_signed(urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded")
