"""Messenger's Send API (https://developers.facebook.com/docs/messenger-platform)."""

import json
from dataclasses import replace
from typing import Any, Dict, Iterator, List, Mapping, Optional

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.messaging.platforms.base import (
    BadCallError,
    Call,
    File,
    Inbound,
    Labels,
    Message,
    Reading,
    RefusedWebhookError,
    object_of,
)
from bot.messaging.platforms.choices import choice_marks
from bot.messaging.platforms.graph import API, GraphPlatform
from bot.messaging.platforms.markdown import to_plain
from bot.messaging.platforms.splitting import split_text

LONGEST_TEXT = 2000
QUICK_REPLIES, LONGEST_QUICK_REPLY = 13, 20


class _Person(BaseModel):
    id: str


class _QuickReply(BaseModel):
    payload: str


class _Attachment(BaseModel):
    type: str


class _Message(BaseModel):
    mid: str
    text: str = ""
    is_echo: bool = False
    quick_reply: Optional[_QuickReply]
    attachments: List[_Attachment] = []


class _Edit(BaseModel):
    mid: str
    text: str
    num_edit: int = 0


class _Referral(BaseModel):
    ref: str = ""


class _Postback(BaseModel):
    mid: str = ""
    title: str = ""
    payload: str = ""
    referral: Optional[_Referral]


class _Event(BaseModel):
    sender: Optional[_Person]
    timestamp: float
    message: Optional[_Message]
    message_edit: Optional[_Edit]
    postback: Optional[_Postback]
    referral: Optional[_Referral]


class _Entry(BaseModel):
    messaging: List[_Event] = []


class _Notification(BaseModel):
    object: str
    entry: List[_Entry]


class Messenger(GraphPlatform):
    """The Send API with the token of the school's page."""

    name = "messenger"
    calls_per_second = 40.0

    def __init__(self, variables: Mapping[str, str]):
        super().__init__(
            variables["MESSENGER_PAGE_TOKEN"], variables["MESSENGER_APP_SECRET"], variables["MESSENGER_VERIFY_TOKEN"],
            variables.get("MESSENGER_API_URL", API),
        )  # fmt: skip

    def read(self, body: bytes, content_type: str) -> Reading:
        """Read a notification; what the page itself has written (echoes) is left out."""
        try:
            notification = _Notification.parse_obj(object_of(body))
        except ValidationError as error:
            raise RefusedWebhookError(400, f"No notification of Messenger: {error.errors()[0]['loc']}") from None
        return Reading([inbound for entry in notification.entry for inbound in _read_events(entry.messaging)])

    def render(self, chat: str, message: Message, labels: Labels) -> List[Call]:
        """Return the texts, the last one with the choices as quick replies, then the files."""
        buttons = message["buttons"]
        body, titles = labels.body, [button["title"] for button in buttons]
        if len(buttons) > QUICK_REPLIES or any(len(title) > LONGEST_QUICK_REPLY for title in titles):
            # The whole titles in the text, their numbers to press.
            marks = choice_marks(message)
            listed = "\n".join(f"{mark}. {title}" for mark, title in zip(marks, titles, strict=True))
            body = "\n\n".join(part for part in (body, listed, labels.choose_by_mark) if part)
            titles = marks
        elif buttons and not body:
            body = labels.choose
        texts = [to_plain(piece) for piece in split_text(body, lambda piece: len(to_plain(piece)) <= LONGEST_TEXT)]
        messages: List[Dict[str, Any]] = [{"text": text} for text in texts]
        if messages and 0 < len(buttons) <= QUICK_REPLIES:
            messages[-1]["quick_replies"] = [
                {"content_type": "text", "title": title, "payload": button["choice"]}
                for title, button in zip(titles, buttons, strict=True)
            ]
        calls = [_send(chat, item) for item in messages]
        for item in message["attachments"]:
            calls.append(replace(_send(chat, {}), file=File(item["name"], item["mime"], item["url"])))
        return calls

    async def _with_uploaded_file(self, session: aiohttp.ClientSession, call: Call) -> Call:
        file = call.file
        assert file is not None  # noqa: S101 - as the caller has checked
        form = aiohttp.FormData()
        form.add_field("message", json.dumps({"attachment": {"type": "file", "payload": {"is_reusable": False}}}))
        form.add_field("filedata", file.content, filename=file.name, content_type=file.mime)
        uploaded = await self._post(session, "me/message_attachments", data=form)
        if "attachment_id" not in uploaded:
            raise BadCallError("Messenger took the file but gave no attachment_id.")
        attachment = {"type": "file", "payload": {"attachment_id": uploaded["attachment_id"]}}
        return replace(call, payload={**call.payload, "message": {"attachment": attachment}}, file=None)

    async def register(self, session: aiohttp.ClientSession, url: str) -> str:
        """Set the button that opens a conversation; the webhook's address is entered by hand."""
        await self._post(session, "me/messenger_profile", json={"get_started": {"payload": "start"}})
        return await super().register(session, url)


def _send(chat: str, message: Dict[str, Any]) -> Call:
    return Call("me/messages", {"recipient": {"id": chat}, "messaging_type": "RESPONSE", "message": message})


def _read_events(events: List[_Event]) -> Iterator[Inbound]:
    for event in events:
        inbound = _read_event(event)
        if inbound:
            yield inbound


def _read_event(event: _Event) -> Optional[Inbound]:
    if event.sender is None:
        return None
    chat, order, message = event.sender.id, event.timestamp, event.message
    common: Dict[str, Any] = {"chat": chat, "order": order}
    if message and not message.is_echo:
        common.update(key=message.mid, subject=message.mid)
        if message.quick_reply:
            return Inbound(kind="choice", choice=message.quick_reply.payload, text=message.text, **common)
        if message.text:
            return Inbound(kind="text", text=message.text, **common)
        located = any(attachment.type == "location" for attachment in message.attachments)
        return Inbound(kind="location" if located else "other", **common)
    if event.message_edit:
        edit = event.message_edit
        return Inbound(kind="edit", key=f"{edit.mid}:{edit.num_edit}", subject=edit.mid, text=edit.text, **common)
    moment = f"{chat}:{order:.0f}"
    if event.postback:
        started = event.postback.referral.ref if event.postback.referral else ""
        if event.postback.payload == "start" or started:
            return Inbound(kind="start", key=event.postback.mid or moment, text=started, **common)
        choice, title = event.postback.payload, event.postback.title
        return Inbound(kind="choice", key=event.postback.mid or moment, choice=choice, text=title, **common)
    if event.referral:
        return Inbound(kind="start", key=moment, text=event.referral.ref, **common)
    return None
