"""A server that speaks the used part of each platform's API, and refuses what the platform would refuse.

Built from the platforms' documentation; what comes in is parsed with their own SDKs where there is one.
"""

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from html.parser import HTMLParser
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional

import telegram
from aiohttp import web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock

TELEGRAM_TOKEN = "4711:AAtesttokenoftelegram-0123456789abcdef"
WHATSAPP_TOKEN = "EAAtesttokenofwhatsapp"
SLACK_TOKEN = "xoxb-test-token-of-slack"
MESSENGER_TOKEN = "EAAtesttokenofmessenger"
PHONE_ID = "106540352242922"
TAGS = {"b", "a"}


class ApiCall(NamedTuple):
    """A call that the platform took."""

    channel: str
    method: str
    payload: Dict[str, Any]
    file: Optional[bytes] = None
    moment: float = 0.0

    @property
    def chat(self) -> str:
        """The chat that it went to."""
        recipient = self.payload.get("recipient") or {}
        if isinstance(recipient, str):
            return recipient
        found = self.payload.get("chat_id") or self.payload.get("to") or self.payload.get("channel")
        return str(found or recipient.get("id") or self.payload.get("channel_id") or "")

    @property
    def text(self) -> str:
        """What a person reads, choices of a text included."""
        message = self.payload.get("message")
        payload = message if isinstance(message, dict) else self.payload
        interactive = payload.get("interactive")
        if interactive:
            return interactive["body"]["text"]
        text = payload.get("text", "")
        return text["body"] if isinstance(text, dict) else text


class Fault(NamedTuple):
    """What the platform answers instead of taking a call."""

    status: int
    body: Any = None
    headers: Optional[Dict[str, str]] = None
    hang_seconds: float = 0.0


class PlatformServer:
    """All four platforms on one port, in a thread of its own."""

    def __init__(self) -> None:
        self.calls: List[ApiCall] = []
        self.refused: List[str] = []
        self.faults: Dict[str, Deque[Fault]] = defaultdict(deque)
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Dict[str, str]:
        """The environment of an assistant that talks to this server."""
        return {
            "TELEGRAM_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_SECRET": "telegram-secret-of-tests",
            "TELEGRAM_BOT_NAME": "welcome_bot", "TELEGRAM_API_URL": f"{self.url}/telegram",
            "WHATSAPP_TOKEN": WHATSAPP_TOKEN, "WHATSAPP_PHONE_ID": PHONE_ID,
            "WHATSAPP_APP_SECRET": "whatsapp-secret-of-tests", "WHATSAPP_VERIFY_TOKEN": "whatsapp-verify-of-tests",
            "WHATSAPP_API_URL": f"{self.url}/graph-whatsapp",
            "SLACK_BOT_TOKEN": SLACK_TOKEN, "SLACK_SIGNING_SECRET": "slack-secret-of-tests",
            "SLACK_API_URL": f"{self.url}/slack",
            "MESSENGER_PAGE_TOKEN": MESSENGER_TOKEN, "MESSENGER_APP_SECRET": "messenger-secret-of-tests",
            "MESSENGER_VERIFY_TOKEN": "messenger-verify-of-tests", "MESSENGER_API_URL": f"{self.url}/graph-messenger",
        }  # fmt: skip

    def fail(self, channel: str, *faults: Fault) -> None:
        """Answer the channel's next calls that send something with these faults."""
        self.faults[channel].extend(faults)

    def sent_to(self, chat: str) -> List[ApiCall]:
        """Return the messages that went to a chat."""
        return [call for call in self.calls if call.chat == chat and "answerCallback" not in call.method]

    def wait_for(self, condition: Callable[[], Any], seconds: float = 20) -> Any:
        """Return what `condition` gives as soon as it is true."""
        end = time.monotonic() + seconds
        with self._changed:
            while not (found := condition()):
                left = end - time.monotonic()
                assert left > 0, f"the platform waits in vain; refused: {self.refused}; last: {self.calls[-3:]}"
                self._changed.wait(left)
        return found

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # --- the platforms

    async def _telegram(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TELEGRAM_TOKEN:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        payload, file = await _payload_of(request, "document")
        method = request.match_info["method"]
        if fault := await self._fault("telegram", method):
            return fault
        if method == "sendMessage":
            wrong = wrong_telegram(payload)
            if wrong:
                self.refused.append(wrong)
                body = {"ok": False, "error_code": 400, "description": f"Bad Request: {wrong}"}
                return web.json_response(body, status=400)
        self._take(ApiCall("telegram", method, payload, file, time.monotonic()))
        if method.startswith("send"):
            result: Any = {"message_id": len(self.calls), "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
        else:
            result = {"url": payload.get("url", "https://school.example/webhooks/telegram/webhook")}
            result = result if method == "getWebhookInfo" else True
        return web.json_response({"ok": True, "result": result})

    async def _graph(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        expected = {"whatsapp": WHATSAPP_TOKEN, "messenger": MESSENGER_TOKEN}[channel]
        if request.headers.get("Authorization") != f"Bearer {expected}":
            error = {"message": "Invalid OAuth access token", "type": "OAuthException", "code": 190}
            return web.json_response({"error": error}, status=401)
        payload, file = await _payload_of(request, "file" if channel == "whatsapp" else "filedata")
        method = request.match_info["path"]
        if fault := await self._fault(channel, method):
            return fault
        if method.endswith("messages"):
            wrong = wrong_whatsapp(payload) if channel == "whatsapp" else wrong_messenger(payload)
            if wrong:
                self.refused.append(wrong)
                error = {"message": wrong, "type": "OAuthException", "code": 100}
                return web.json_response({"error": error}, status=400)
        self._take(ApiCall(channel, method, payload, file, time.monotonic()))
        if method.endswith("/media"):
            return web.json_response({"id": "media-1"})
        if method.endswith("message_attachments"):
            return web.json_response({"attachment_id": "attachment-1"})
        if channel == "whatsapp":
            return web.json_response({
                "messaging_product": "whatsapp", "contacts": [{"input": payload.get("to"), "wa_id": payload.get("to")}],
                "messages": [{"id": f"wamid.{len(self.calls)}"}],
            })  # fmt: skip
        return web.json_response({"recipient_id": "1", "message_id": f"m_{len(self.calls)}"})

    async def _slack(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "upload":
            self._take(ApiCall("slack", method, {}, await request.read(), time.monotonic()))
            return web.Response(text="OK")
        if request.headers.get("Authorization") != f"Bearer {SLACK_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        payload, _ = await _payload_of(request, "")
        if fault := await self._fault("slack", method):
            return fault
        if method == "chat.postMessage":
            wrong = wrong_slack(payload)
            if wrong:
                self.refused.append(wrong)
                return web.json_response({"ok": False, "error": "invalid_blocks"})
        self._take(ApiCall("slack", method, payload, None, time.monotonic()))
        if method == "files.getUploadURLExternal":
            return web.json_response({"ok": True, "upload_url": f"{self.url}/slack/upload", "file_id": "F123"})
        return web.json_response({"ok": True, "ts": "1.2", "user": "welcome", "team": "School"})

    # --- inside

    async def _fault(self, channel: str, method: str) -> Optional[web.Response]:
        if not self.faults[channel] or "answerCallback" in method:
            return None
        fault = self.faults[channel].popleft()
        if fault.hang_seconds:
            await asyncio.sleep(fault.hang_seconds)
        with self._changed:
            self._changed.notify_all()
        return web.Response(
            status=fault.status, text=json.dumps(fault.body), headers=fault.headers, content_type="application/json"
        )

    def _take(self, call: ApiCall) -> None:
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/telegram/bot{token}/{method}", self._telegram)
        app.router.add_post("/graph-{channel}/{path:.+}", self._graph)
        app.router.add_post("/slack/{method}", self._slack)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]


async def _payload_of(request: web.Request, file_field: str) -> Any:
    if request.content_type == "application/json":
        return await request.json(), None
    fields, file = {}, None
    for name, value in (await request.post()).items():
        if name == file_field:
            fields["filename"], fields["content_type"], file = value.filename, value.content_type, value.file.read()
        else:
            fields[name] = value
    return fields, file


class _Html(HTMLParser):
    """Telegram's parser: a few tags only, all of them closed, no bare angle bracket."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: List[str] = []
        self.wrong = ""
        self.visible = ""
        self.feed(text)
        self.close()
        if self.open:
            self.wrong = f"can't parse entities: <{self.open[-1]}> is not closed"

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            self.wrong = f"can't parse entities: <{tag}>"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = f"can't parse entities: </{tag}>"

    def handle_data(self, data: str) -> None:
        self.visible += data


def wrong_telegram(payload: Dict[str, Any]) -> str:
    text = payload.get("text", "")
    if payload.get("parse_mode") == "HTML":
        parsed = _Html(text)
        if parsed.wrong:
            return parsed.wrong
        text = parsed.visible
    if not text.strip():
        return "message text is empty"
    if len(text.encode("utf-16-le")) // 2 > 4096:
        return "message is too long"
    markup = payload.get("reply_markup")
    if markup:
        keyboard = telegram.InlineKeyboardMarkup.de_json(markup, None)
        for button in (button for row in keyboard.inline_keyboard for button in row):
            if not 1 <= len(str(button.callback_data).encode()) <= 64 or not button.text:
                return "BUTTON_DATA_INVALID"
    return ""


def wrong_whatsapp(payload: Dict[str, Any]) -> str:
    number, user = payload.get("to", ""), payload.get("recipient", "")
    if bool(number) == bool(user) or (number and not number.isdigit()):
        return "(#100) Invalid parameter"
    if payload.get("messaging_product") != "whatsapp":
        return "(#100) Invalid parameter"
    kind = payload["type"]
    if kind == "text":
        return "" if 1 <= len(payload["text"]["body"]) <= 4096 else "text.body has the wrong length"
    if kind == "document":
        return "" if payload["document"].get("id") and payload["document"].get("filename") else "document.id is missing"
    if kind != "interactive":
        return f"unknown type {kind}"
    interactive = payload["interactive"]
    if not 1 <= len(interactive["body"]["text"]) <= 1024:
        return "interactive.body has the wrong length"
    if interactive["type"] == "button":
        replies = [button["reply"] for button in interactive["action"]["buttons"]]
        titles = [reply["title"] for reply in replies]
        fits = 1 <= len(replies) <= 3 and all(1 <= len(title) <= 20 for title in titles)
        return "" if fits and len(set(titles)) == len(titles) else "buttons have the wrong number or titles"
    rows = [row for section in interactive["action"]["sections"] for row in section["rows"]]
    fits = 1 <= len(rows) <= 10 and all(1 <= len(row["title"]) <= 24 for row in rows)
    fits = fits and all(len(row.get("description", "")) <= 72 and len(row["id"]) <= 200 for row in rows)
    fits = fits and len({row["id"] for row in rows}) == len(rows)
    return "" if fits and 1 <= len(interactive["action"]["button"]) <= 20 else "the list is not as it has to be"


def wrong_messenger(payload: Dict[str, Any]) -> str:
    message = payload.get("message", {})
    if "attachment" in message:
        return "" if message["attachment"]["payload"].get("attachment_id") else "no attachment"
    if not 1 <= len(message.get("text", "")) <= 2000:
        return "text has the wrong length"
    replies = message.get("quick_replies", [])
    fits = len(replies) <= 13 and all(1 <= len(item["title"]) <= 20 for item in replies)
    fits = fits and all(1 <= len(item["payload"]) <= 1000 for item in replies)
    return "" if fits else "quick replies are not as they have to be"


def wrong_slack(payload: Dict[str, Any]) -> str:
    if len(payload.get("text", "")) > 40000 or len(payload.get("blocks", [])) > 50:
        return "too long"
    blocks = Block.parse_all(payload.get("blocks", []))
    try:
        for block in blocks:
            block.validate_json()
    except SlackObjectFormationError as error:
        return str(error)
    ids = []
    for block in blocks:
        if isinstance(block, SectionBlock) and not 1 <= len(block.text.text) <= 3000:
            return "section"
        if isinstance(block, ActionsBlock):
            if len(block.elements) > 25:
                return "actions"
            ids += [element.action_id for element in block.elements]
            if any(len(element.text.text) > 75 or len(element.value) > 2000 for element in block.elements):
                return "button"
    return "" if len(ids) == len(set(ids)) else "action_id stands twice"
