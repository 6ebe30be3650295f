"""Telegram's Bot API (https://core.telegram.org/bots/api)."""

import asyncio
import hmac
import json
import re
from typing import Any, Dict, List, Mapping, Optional

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.languages import DEFAULT_LANGUAGE, SUPPORTED_LANGUAGES
from bot.messaging.platforms.base import (
    TIMEOUT,
    BadCallError,
    Call,
    File,
    Inbound,
    Labels,
    Message,
    Platform,
    Reading,
    RefusedWebhookError,
    TokenRevokedError,
    TryLaterError,
    UnreachableError,
    answer_of,
    object_of,
    utf16_length,
)
from bot.messaging.platforms.markdown import to_html, to_plain
from bot.messaging.platforms.splitting import shortened, split_text
from bot.wording import phrase

API = "https://api.telegram.org"
LONGEST_TEXT = 4096
LONGEST_CALLBACK_DATA = 64
LONGEST_BUTTON = 64
ROW_CHARACTERS = 32
"""What a phone shows in one row of buttons."""
BUTTONS_IN_ROW = 3
ORDERS = ("help", "plan", "reminders", "stop", "language", "erase")
_GONE = ("bot was blocked", "user is deactivated", "chat not found", "bot was kicked", "bot is not a member")
_ADDRESSED_COMMAND = re.compile(r"^/\w+@(?P<name>\w+)")


class _User(BaseModel):
    id: int
    is_bot: bool = False
    language_code: str = ""


class _Chat(BaseModel):
    id: int
    type: str


class _Location(BaseModel):
    latitude: float
    longitude: float


class _Message(BaseModel):
    message_id: int
    date: float
    chat: _Chat
    sender: Optional[_User] = Field(None, alias="from")
    text: Optional[str]
    caption: Optional[str]
    location: Optional[_Location]
    reply_to_message: Optional["_Message"]
    edit_date: Optional[int]
    new_chat_members: Any
    left_chat_member: Any
    group_chat_created: Any
    pinned_message: Any
    migrate_to_chat_id: Any


_Message.update_forward_refs()


class _Press(BaseModel):
    id: str
    sender: _User = Field(alias="from")
    message: Optional[_Message]
    data: Optional[str]


class _Member(BaseModel):
    status: str


class _Membership(BaseModel):
    chat: _Chat
    date: int
    new_chat_member: _Member


class _Update(BaseModel):
    update_id: int
    message: Optional[_Message]
    edited_message: Optional[_Message]
    callback_query: Optional[_Press]
    my_chat_member: Optional[_Membership]


class Telegram(Platform):
    """The Bot API with the token of this assistant's bot."""

    name = "telegram"
    calls_per_second = 25.0  # Telegram allows about 30 to all chats together

    def __init__(self, variables: Mapping[str, str]):
        self._secret = variables["TELEGRAM_SECRET"]
        self._bot_name = variables["TELEGRAM_BOT_NAME"].lstrip("@")
        self._token = variables["TELEGRAM_TOKEN"]
        self._api = f"{variables.get('TELEGRAM_API_URL', API).rstrip('/')}/bot{self._token}"
        self.secrets = (self._token, self._secret)

    # --- in

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Compare the secret token that was given to Telegram when the webhook was registered."""
        given = headers.get("X-Telegram-Bot-Api-Secret-Token")
        if given is None:
            raise RefusedWebhookError(401, "The secret token is missing.")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            raise RefusedWebhookError(403, "The secret token is wrong.")

    def read(self, body: bytes, content_type: str) -> Reading:
        """Read an Update."""
        try:
            update = _Update.parse_obj(object_of(body))
        except ValidationError as error:
            raise RefusedWebhookError(400, f"No update of Telegram: {error.errors()[0]['loc']}") from None
        inbound = self._inbound(update)
        return Reading([inbound] if inbound else [])

    def _inbound(self, update: _Update) -> Optional[Inbound]:
        key, order = str(update.update_id), float(update.update_id)
        if update.callback_query:
            press = update.callback_query
            if press.message is None:
                return None  # the message is too old for Telegram to tell the chat
            return Inbound(
                key, str(press.message.chat.id), "choice", order, choice=press.data or "",
                language=press.sender.language_code, receipt=press.id,
            )  # fmt: skip
        if update.my_chat_member:
            member = update.my_chat_member
            gone = member.new_chat_member.status in ("kicked", "left")
            return Inbound(key, str(member.chat.id), "gone" if gone else "back", order)
        message = update.message or update.edited_message
        if message is None or message.sender is None or message.sender.is_bot or _is_notice(message):
            return None
        words = message.text or message.caption or ""
        if message.chat.type == "channel" or (
            message.chat.type != "private" and not self._is_addressed(message, words)
        ):
            return None
        words = re.sub(rf"@{re.escape(self._bot_name)}\b", "", words, flags=re.IGNORECASE).strip()
        subject, language = str(message.message_id), message.sender.language_code
        common: Dict[str, Any] = {"order": order, "subject": subject, "language": language}
        if message.location:
            return Inbound(key, str(message.chat.id), "location", **common)
        if not words:
            return Inbound(key, str(message.chat.id), "start" if message.text else "other", **common)
        command, _, argument = words.partition(" ")
        if command.lower() == "/start":
            return Inbound(key, str(message.chat.id), "start", text=argument.strip(), **common)
        kind = "edit" if update.edited_message else "text"
        return Inbound(key, str(message.chat.id), kind, text=words, **common)

    def _is_addressed(self, message: _Message, words: str) -> bool:
        """Return whether a message in a group is meant for the assistant: a mention, a reply to it, a command."""
        replied = message.reply_to_message
        if replied and replied.sender and str(replied.sender.id) == self._token.split(":")[0]:
            return True
        command = _ADDRESSED_COMMAND.match(words)
        if command:
            return command["name"].lower() == self._bot_name.lower()
        mentioned = re.search(rf"(?<!\w)@{re.escape(self._bot_name)}\b", words, re.IGNORECASE)
        return bool(mentioned) or words.startswith("/")

    # --- out

    def render(self, chat: str, message: Message, labels: Labels) -> List[Call]:
        """Return the texts, the last of them with the choices under it, then the files."""
        texts = split_text(labels.body, lambda piece: utf16_length(to_html(piece)) <= LONGEST_TEXT)
        buttons = message["buttons"]
        if not texts and buttons:
            texts = [labels.choose]
        calls = []
        for position, text in enumerate(texts):
            common: Dict[str, Any] = {"chat_id": chat, "link_preview_options": {"is_disabled": True}}
            if buttons and position == len(texts) - 1:
                common["reply_markup"] = {"inline_keyboard": _rows(buttons)}
            calls.append(
                Call(
                    "sendMessage",
                    {**common, "text": to_html(text), "parse_mode": "HTML"},
                    plain={**common, "text": to_plain(text)[:LONGEST_TEXT]},
                )
            )
        for item in message["attachments"]:
            calls.append(Call("sendDocument", {"chat_id": chat}, file=File(item["name"], item["mime"], item["url"])))
        return calls

    def receipt(self, receipt: str) -> Optional[Call]:
        """Stop the little clock on the button."""
        return Call("answerCallbackQuery", {"callback_query_id": receipt})

    def link_address(self, code: str) -> Optional[str]:
        """Return the deep link that starts the bot with the code."""
        return f"https://t.me/{self._bot_name}?start=link-{code}"

    async def perform(self, session: aiohttp.ClientSession, call: Call) -> Any:
        """Make a call; Telegram tells in the answer what was wrong."""
        url = f"{self._api}/{call.method}"
        try:
            async with session.post(url, timeout=TIMEOUT, **_body(call)) as response:
                answer = await answer_of(response)
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            # Not its text: that names the address, and the address the token.
            raise TryLaterError(f"Telegram does not answer: {type(error).__name__}") from None
        if status == 200 and answer.get("ok"):
            return answer.get("result")
        description = str(answer.get("description", ""))
        if status == 429:
            raise TryLaterError(description, (answer.get("parameters") or {}).get("retry_after"))
        if status >= 500 or (status == 200 and not answer):
            raise TryLaterError(f"Telegram answers {status}")
        if any(gone in description.lower() for gone in _GONE):
            raise UnreachableError(description)
        if status in (401, 404):
            raise TokenRevokedError(f"Telegram answers {status}: is TELEGRAM_TOKEN still valid?")
        raise BadCallError(f"Telegram answers {status}: {description}")

    async def register(self, session: aiohttp.ClientSession, url: str) -> str:
        """Set the webhook, and the orders that Telegram offers to choose from."""
        await self.perform(session, Call("setWebhook", {
            "url": url, "secret_token": self._secret, "max_connections": 20,
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        }))  # fmt: skip
        for language in SUPPORTED_LANGUAGES:
            offered = [{"command": name, "description": phrase(f"order_{name}", language)} for name in ORDERS]
            only_for = {} if language == DEFAULT_LANGUAGE else {"language_code": language}
            await self.perform(session, Call("setMyCommands", {"commands": offered, **only_for}))
        info = await self.perform(session, Call("getWebhookInfo", {}))
        return f"Telegram will call {info.get('url')}."


def _is_notice(message: _Message) -> bool:
    """Return whether a message only tells what happened in the chat."""
    return any((
        message.new_chat_members, message.left_chat_member, message.group_chat_created, message.pinned_message,
        message.migrate_to_chat_id,
    ))  # fmt: skip


def _rows(buttons: List[Mapping[str, str]]) -> List[List[Dict[str, str]]]:
    """Return the choices in rows that a phone can show whole."""
    rows: List[List[Dict[str, str]]] = []
    width = 0
    for button in buttons:
        title = shortened(button["title"], LONGEST_BUTTON)
        if not rows or width + len(title) > ROW_CHARACTERS or len(rows[-1]) == BUTTONS_IN_ROW:
            rows.append([])
            width = 0
        rows[-1].append({"text": title, "callback_data": button["choice"][:LONGEST_CALLBACK_DATA]})
        width += len(title)
    return rows


def _body(call: Call) -> Dict[str, Any]:
    if call.file is None:
        return {"json": dict(call.payload)}
    form = aiohttp.FormData()
    for name, value in call.payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field("document", call.file.content, filename=call.file.name, content_type=call.file.mime)
    return {"data": form}
