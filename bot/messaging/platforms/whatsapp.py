"""WhatsApp's Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api)."""

from dataclasses import replace
from typing import Any, Dict, Iterator, List, Mapping, Optional

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.messaging.platforms.base import Call, File, Inbound, Labels, Message, Reading, RefusedWebhookError, object_of
from bot.messaging.platforms.choices import choice_marks
from bot.messaging.platforms.graph import API, GraphPlatform
from bot.messaging.platforms.markdown import to_whatsapp
from bot.messaging.platforms.splitting import shortened, split_text

LONGEST_TEXT = 4096
LONGEST_INTERACTIVE = 1024
REPLY_BUTTONS, LONGEST_REPLY_BUTTON = 3, 20
ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72
_DOCUMENTS = (
    "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats",
)  # fmt: skip


class _Reply(BaseModel):
    id: str
    title: str = ""


class _Interactive(BaseModel):
    button_reply: Optional[_Reply]
    list_reply: Optional[_Reply]


class _Text(BaseModel):
    body: str


class _Caption(BaseModel):
    caption: str = ""


class _Edited(BaseModel):
    text: Optional[_Text]


class _Edit(BaseModel):
    original_message_id: str
    message: _Edited


class _Message(BaseModel):
    id: str
    sender: str = Field("", alias="from")
    from_user_id: str = ""
    """Instead of the number of someone who goes by a user name."""
    group_id: Optional[str]
    timestamp: float
    type: str
    text: Optional[_Text]
    interactive: Optional[_Interactive]
    image: Optional[_Caption]
    video: Optional[_Caption]
    document: Optional[_Caption]
    button: Optional[Mapping[str, str]]
    edit: Optional[_Edit]


class _Metadata(BaseModel):
    phone_number_id: str


class _Value(BaseModel):
    metadata: Optional[_Metadata]
    messages: List[_Message] = []


class _Change(BaseModel):
    field: str
    value: Mapping[str, Any]


class _Entry(BaseModel):
    changes: List[_Change]


class _Notification(BaseModel):
    object: str
    entry: List[_Entry]


class WhatsApp(GraphPlatform):
    """The Cloud API with the token and phone number of this assistant."""

    name = "whatsapp"
    calls_per_second = 60.0  # WhatsApp allows 80 messages

    def __init__(self, variables: Mapping[str, str]):
        super().__init__(
            variables["WHATSAPP_TOKEN"], variables["WHATSAPP_APP_SECRET"], variables["WHATSAPP_VERIFY_TOKEN"],
            variables.get("WHATSAPP_API_URL", API),
        )  # fmt: skip
        self._phone_id = variables["WHATSAPP_PHONE_ID"]
        self._template = variables.get("WHATSAPP_TEMPLATE")

    def read(self, body: bytes, content_type: str) -> Reading:
        """Read a notification; it may hold several messages, and states of sent ones, which are of no interest."""
        try:
            notification = _Notification.parse_obj(object_of(body))
            return Reading(list(self._inbound(notification)))
        except ValidationError as error:
            raise RefusedWebhookError(400, f"No notification of WhatsApp: {error.errors()[0]['loc']}") from None

    def _inbound(self, notification: _Notification) -> Iterator[Inbound]:
        for change in (change for entry in notification.entry for change in entry.changes):
            if change.field != "messages":
                continue
            value = _Value.parse_obj(change.value)
            if value.metadata and value.metadata.phone_number_id != self._phone_id:
                continue  # another number of the same account
            yield from (_read_message(message) for message in value.messages if _is_for_us(message))

    def render(self, chat: str, message: Message, labels: Labels) -> List[Call]:
        """Return the texts, the choices as buttons, as a list or as numbered text, then the files."""
        buttons = message["buttons"]
        body = labels.body
        interactive = _interactive(buttons, labels) if buttons else None
        if buttons and interactive is None:
            marks = choice_marks(message)
            listed = "\n".join(f"{mark}. {item['title']}" for mark, item in zip(marks, buttons, strict=True))
            body = "\n\n".join(part for part in (body, listed, labels.choose_by_mark) if part)
        texts = split_text(body, lambda piece: len(to_whatsapp(piece)) <= LONGEST_TEXT)
        last = ""
        if interactive is not None:
            fits = texts and len(to_whatsapp(texts[-1])) <= LONGEST_INTERACTIVE
            last = texts.pop() if fits else labels.choose
        payloads: List[Dict[str, Any]] = [
            {"type": "text", "text": {"body": to_whatsapp(text), "preview_url": False}} for text in texts
        ]
        if interactive is not None:
            payloads.append(
                {"type": "interactive", "interactive": {**interactive, "body": {"text": to_whatsapp(last)}}}
            )
        calls = [self._message(chat, payload) for payload in payloads]
        for item in message["attachments"]:
            document = self._message(chat, {"type": "document", "document": {"filename": item["name"]}})
            calls.append(replace(document, file=File(item["name"], item["mime"], item["url"])))
        return calls

    def window_notice(self, chat: str, language: str) -> Optional[Call]:
        """Return the approved template that invites the student to write."""
        if not self._template:
            return None
        return self._message(
            chat, {"type": "template", "template": {"name": self._template, "language": {"code": language}}}
        )

    async def _with_uploaded_file(self, session: aiohttp.ClientSession, call: Call) -> Call:
        file = call.file
        assert file is not None  # noqa: S101 - as the caller has checked
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        # Calendars and tables are no document types of WhatsApp, text is; the name says what they are.
        mime = file.mime if file.mime.startswith(_DOCUMENTS) else "text/plain"
        form.add_field("type", mime)
        form.add_field("file", file.content, filename=file.name, content_type=mime)
        uploaded = await self._post(session, f"{self._phone_id}/media", data=form)
        document = {**call.payload["document"], "id": uploaded.get("id")}
        return replace(call, payload={**call.payload, "document": document}, file=None)

    def _message(self, chat: str, payload: Dict[str, Any]) -> Call:
        whom = {"to" if chat.isdigit() else "recipient": chat}
        common = {"messaging_product": "whatsapp", "recipient_type": "individual", **whom}
        return Call(f"{self._phone_id}/messages", {**common, **payload})


_SILENT = ("reaction", "system", "unsupported_by_api", "ephemeral", "revoke")


def _is_for_us(message: _Message) -> bool:
    """Leave out what asks nothing, and groups: WhatsApp does not tell who is addressed there."""
    return message.type not in _SILENT and not message.group_id and bool(message.sender or message.from_user_id)


def _read_message(message: _Message) -> Inbound:
    common: Dict[str, Any] = {
        "key": message.id,
        "chat": message.sender or message.from_user_id,
        "order": message.timestamp,
        "subject": message.id,
    }
    if message.edit:
        text = message.edit.message.text.body if message.edit.message.text else ""
        return Inbound(kind="edit", text=text, **{**common, "subject": message.edit.original_message_id})
    if message.text:
        return Inbound(kind="text", text=message.text.body, **common)
    if message.interactive and (reply := message.interactive.button_reply or message.interactive.list_reply):
        return Inbound(kind="choice", choice=reply.id, text=reply.title, **common)
    if message.button:  # of a template
        return Inbound(kind="text", text=message.button.get("text", ""), **common)
    if message.type == "location":
        return Inbound(kind="location", **common)
    caption = next((part.caption for part in (message.image, message.video, message.document) if part), "")
    return Inbound(kind="text" if caption else "other", text=caption, **common)


def _interactive(buttons: List[Mapping[str, str]], labels: Labels) -> Optional[Dict[str, Any]]:
    """Return up to three buttons, else a list of up to ten rows, else None."""
    titles = [button["title"] for button in buttons]
    if len(buttons) <= REPLY_BUTTONS and len({title[:LONGEST_REPLY_BUTTON] for title in titles}) == len(titles):
        if all(len(title) <= LONGEST_REPLY_BUTTON for title in titles):
            replies = [{"type": "reply", "reply": {"id": item["choice"], "title": item["title"]}} for item in buttons]
            return {"type": "button", "action": {"buttons": replies}}
    if len(buttons) <= ROWS:
        return {"type": "list", "action": {"button": shortened(labels.options, 20), "sections": [
            {"title": shortened(labels.options, 24), "rows": [_row(item) for item in buttons]},
        ]}}  # fmt: skip
    return None


def _row(button: Mapping[str, str]) -> Dict[str, str]:
    title = shortened(button["title"], LONGEST_ROW)
    row = {"id": button["choice"], "title": title}
    return row if title == button["title"] else {**row, "description": shortened(button["title"], LONGEST_DESCRIPTION)}
