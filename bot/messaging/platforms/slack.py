"""Slack's Events API, interactions and Web API (https://api.slack.com)."""

import asyncio
import re
import time
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import parse_qs

import aiohttp
from pydantic import BaseModel, ValidationError

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
    retry_after,
    signature_matches,
)
from bot.messaging.platforms.markdown import to_mrkdwn, to_plain
from bot.messaging.platforms.splitting import shortened, split_text

API = "https://slack.com/api"
OLDEST_SECONDS = 300
LONGEST_SECTION = 3000
BUTTONS_IN_BLOCK, LONGEST_BUTTON, BUTTONS_IN_MESSAGE = 5, 75, 100
_GONE = ("channel_not_found", "is_archived", "not_in_channel", "user_not_found", "cannot_dm_bot", "user_disabled")
_REVOKED = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope")
_LATER = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_MARKUP = re.compile(r"<(?:[^>|]*\|)?([^>]*)>")
_COMMANDS = ("start", "help", "language", "erase", "link", "stop", "reminders", "plan")


class _Said(BaseModel):
    type: str
    subtype: str = ""
    channel: str = ""
    channel_type: str = ""
    user: str = ""
    bot_id: str = ""
    text: str = ""
    ts: str = ""
    thread_ts: str = ""
    files: List[Any] = []
    message: Optional["_Said"]
    previous_message: Optional["_Said"]
    edited: Optional[Mapping[str, str]]


_Said.update_forward_refs()


class _Event(BaseModel):
    type: str
    challenge: str = ""
    event: Optional[_Said]


class _Named(BaseModel):
    id: str


class _Container(BaseModel):
    thread_ts: str = ""


class _Action(BaseModel):
    value: str = ""
    action_ts: str
    text: Mapping[str, Any] = {}


class _Interaction(BaseModel):
    type: str
    channel: Optional[_Named]
    container: _Container = _Container()
    actions: List[_Action] = []


class Slack(Platform):
    """A Slack app installed in the school's workspace."""

    name = "slack"
    takes_orders = False
    calls_per_second = 10.0  # and one a second in each channel, which Slack lets exceed for a while

    def __init__(self, variables: Mapping[str, str]):
        self._token = variables["SLACK_BOT_TOKEN"]
        self._signing_secret = variables["SLACK_SIGNING_SECRET"]
        self._api = variables.get("SLACK_API_URL", API).rstrip("/")
        self.secrets = (self._token, self._signing_secret)

    # --- in

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check the v0 signature, and that it is not an old call played again."""
        signed_at, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not signed_at or not signature:
            raise RefusedWebhookError(401, "The signature is missing.")
        if not re.fullmatch(r"\d{1,12}", signed_at) or abs(time.time() - int(signed_at)) > OLDEST_SECONDS:
            raise RefusedWebhookError(403, "The signature is too old.")
        version, _, given = signature.partition("=")
        signed = b"v0:" + signed_at.encode() + b":" + body
        if version != "v0" or not signature_matches(given, self._signing_secret, signed):
            raise RefusedWebhookError(403, "The signature is wrong.")

    def read(self, body: bytes, content_type: str) -> Reading:
        """Read an event, a press of a button or a slash command."""
        try:
            if content_type.startswith("application/x-www-form-urlencoded"):
                return _read_form(body)
            event = _Event.parse_obj(object_of(body))
        except ValidationError as error:
            raise RefusedWebhookError(400, f"No call of Slack: {error.errors()[0]['loc']}") from None
        if event.type == "url_verification":
            return Reading(answer=event.challenge)
        inbound = _read_said(event.event) if event.event else None
        return Reading([inbound] if inbound else [])

    # --- out

    def render(self, chat: str, message: Message, labels: Labels) -> List[Call]:
        """Return the texts as sections, the choices in blocks of five, then the files."""
        channel, _, thread = chat.partition(":")
        where = {"channel": channel, **({"thread_ts": thread} if thread else {})}
        texts = split_text(labels.body, lambda piece: len(to_mrkdwn(piece)) <= LONGEST_SECTION)
        buttons = message["buttons"][:BUTTONS_IN_MESSAGE]
        if buttons and not texts:
            texts = [labels.choose]
        calls = []
        for position, text in enumerate(texts):
            blocks: List[Dict[str, Any]] = [
                {"type": "section", "text": {"type": "mrkdwn", "text": to_mrkdwn(text), "verbatim": True}}
            ]
            if position == len(texts) - 1:
                blocks += _actions(buttons)
            common = {**where, "text": to_plain(text)[:LONGEST_SECTION], "unfurl_links": False, "unfurl_media": False}
            calls.append(Call("chat.postMessage", {**common, "blocks": blocks}, plain=common))
        for item in message["attachments"]:
            calls.append(
                Call("files.completeUploadExternal", where, file=File(item["name"], item["mime"], item["url"]))
            )
        return calls

    async def perform(self, session: aiohttp.ClientSession, call: Call) -> Any:
        """Make a call; Slack answers 200 also to what it does not do."""
        if call.file is None:
            return await self._post(session, call.method, json=dict(call.payload))
        file, where = call.file, call.payload
        place = await self._post(
            session, "files.getUploadURLExternal", data={"filename": file.name, "length": str(len(file.content))}
        )
        try:
            async with session.post(place["upload_url"], data=file.content, timeout=TIMEOUT) as response:
                if response.status != 200:
                    raise TryLaterError(f"Slack answers {response.status} to a file")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TryLaterError(f"Slack does not take a file: {type(error).__name__}") from None
        completed = {"files": [{"id": place["file_id"], "title": file.name}], "channel_id": where["channel"]}
        if "thread_ts" in where:
            completed["thread_ts"] = where["thread_ts"]
        return await self._post(session, call.method, json=completed)

    async def register(self, session: aiohttp.ClientSession, url: str) -> str:
        """Check the token; the address is entered by hand."""
        who = await self._post(session, "auth.test", json={})
        return f"The token is that of {who.get('user')} in {who.get('team')}. {await super().register(session, url)}"

    async def _post(self, session: aiohttp.ClientSession, method: str, **body: Any) -> Dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with session.post(f"{self._api}/{method}", headers=headers, timeout=TIMEOUT, **body) as response:
                answer, status, wait = await answer_of(response), response.status, retry_after(response)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TryLaterError(f"Slack does not answer: {type(error).__name__}") from None
        error_code = str(answer.get("error", ""))
        if status == 200 and answer.get("ok"):
            return answer
        if status == 429 or status >= 500 or error_code in _LATER or (status == 200 and not answer):
            raise TryLaterError(f"Slack answers {status} {error_code}", wait)
        if error_code in _REVOKED or status == 401:
            raise TokenRevokedError(f"Slack answers {error_code}: is SLACK_BOT_TOKEN still valid?")
        raise UnreachableError(error_code) if error_code in _GONE else BadCallError(f"Slack answers {error_code}")


def _actions(buttons: List[Mapping[str, str]]) -> List[Dict[str, Any]]:
    elements = [
        {
            "type": "button",
            "action_id": f"choice_{position}",
            "text": {"type": "plain_text", "text": shortened(button["title"], LONGEST_BUTTON), "emoji": False},
            "value": button["choice"],
        }
        for position, button in enumerate(buttons)
    ]
    blocks = range(0, len(elements), BUTTONS_IN_BLOCK)
    return [{"type": "actions", "elements": elements[first : first + BUTTONS_IN_BLOCK]} for first in blocks]


def _read_said(said: _Said) -> Optional[Inbound]:
    edited = said.subtype == "message_changed"
    told = said.message if edited else said
    if told is None or told.bot_id or not told.user or said.subtype not in ("", "message_changed", "file_share"):
        return None
    direct = said.channel_type == "im"
    if said.type == "message" and not direct:
        return None  # in a channel only what mentions the app, which comes as an event of its own
    if said.type not in ("message", "app_mention"):
        return None
    if edited and said.previous_message and said.previous_message.text == told.text:
        return None  # Slack has only added a preview
    chat = said.channel if direct else f"{said.channel}:{told.thread_ts or told.ts}"
    words = _words(told.text)
    common: Dict[str, Any] = {"chat": chat, "order": _moment(told.ts), "subject": f"{said.channel}:{told.ts}"}
    if edited:
        version = (told.edited or {}).get("ts", "")
        return Inbound(f"{said.channel}:{told.ts}:{version}", kind="edit", text=words, **common) if words else None
    kind = "text" if words else ("other" if said.files else "start")
    return Inbound(f"{said.channel}:{told.ts}", kind=kind, text=words, **common)


def _read_form(body: bytes) -> Reading:
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if "payload" in fields:
        interaction = _Interaction.parse_obj(object_of(fields["payload"].encode()))
        if interaction.type != "block_actions" or interaction.channel is None:
            return Reading(answer="")
        thread = interaction.container.thread_ts
        chat = f"{interaction.channel.id}:{thread}" if thread else interaction.channel.id
        return Reading(answer="", inbound=[
            Inbound(
                f"{chat}:{action.action_ts}", chat, "choice", _moment(action.action_ts), choice=action.value,
                text=str(action.text.get("text", "")),
            )
            for action in interaction.actions
        ])  # fmt: skip
    name = next((known for known in _COMMANDS if fields.get("command", "").endswith(known)), None)
    if name is None or not fields.get("channel_id") or not fields.get("trigger_id"):
        raise RefusedWebhookError(400, "The form is neither an interaction nor a known command.")
    words = f"/{name} {fields.get('text', '')}".strip()
    key, chat = fields["trigger_id"], fields["channel_id"]
    if not chat.startswith("D"):
        chat = fields["user_id"]  # a command in a channel is answered in private
    return Reading([Inbound(key, chat, "text", time.time(), text=words)], answer="")


def _words(text: str) -> str:
    plain = _MARKUP.sub(r"\1", _MENTION.sub("", text)).strip()
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _moment(ts: str) -> float:
    return float(ts) if re.fullmatch(r"\d+(\.\d+)?", ts) else 0.0
