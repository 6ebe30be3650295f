"""A small Rasa server that speaks the HTTP of bot/channels/web.py, which its own tests hold to the same."""

import datetime as dt
from typing import Any, Dict, List, Optional

from aiohttp import web

from bot.tokens import WEB_TO_CHANNEL, bearer_token, is_internal_token

START = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.timezone.utc)
OFFERED = "0123456789abcdef"


class FakeRasa:
    """Keeps conversations in memory and answers "Echo: ..." in the language that the last conversation began
    in, until "In English, please"."""

    def __init__(self, secret_key: str):
        self.conversations: Dict[str, List[Dict[str, Any]]] = {}
        self.received: List[Any] = []
        self.fails_with: Optional[int] = None
        self.woken: List[Any] = []
        self._secret_key = secret_key
        self._count = 0
        self._language = "en"

    def app(self) -> web.Application:
        """Return the server."""
        app = web.Application(middlewares=[self._guard])
        at = "/webhooks/web/conversations/{conversation}"
        app.router.add_get("/webhooks/web/health", self._health)
        app.router.add_post(at, self._open)
        app.router.add_delete(at, self._erase)
        app.router.add_post(at + "/messages", self._send)
        app.router.add_post(at + "/link", self._link)
        app.router.add_get(at + "/messages", self._list)
        app.router.add_get(at + "/messages/{message}", self._show)
        app.router.add_post("/webhooks/{channel}/wake", self._wake)
        return app

    def make_message(self, sender: str = "assistant", text: str = "Hello", **parts: Any) -> Dict[str, Any]:
        """Return the next message in time."""
        self._count += 1
        time = START + dt.timedelta(seconds=self._count)
        answer = {"topic": "greeting_smalltalk", "outcome": "small_talk", "language": self._language, "sources": []}
        return {
            "id": f"{int(time.timestamp() * 1_000_000):016d}00",
            "time": time.isoformat().replace("+00:00", "Z"),
            "sender": sender,
            "text": text,
            "language": self._language if sender == "assistant" else None,
            "buttons": [],
            "cards": [],
            "attachments": [],
            "answer": answer if sender == "assistant" else None,
            "client_id": None,
            **parts,
        }

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        given = bearer_token(request.headers.get("Authorization")) or ""
        if not is_internal_token(given, self._secret_key, WEB_TO_CHANNEL):
            return _error(401, "token_invalid")
        if self.fails_with:
            return _error(self.fails_with, "no_answer")
        conversation = request.match_info.get("conversation")
        opens = request.method == "POST" and not request.path.endswith(("/messages", "/link"))
        if conversation and not opens and conversation not in self.conversations:
            return _error(404, "conversation_not_found")
        return await handler(request)

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"model": "tested"})

    async def _link(self, request: web.Request) -> web.Response:
        expires_at = (START + dt.timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
        return web.json_response({"code": "ABCD-EFGH", "expires_at": expires_at, "channels": []}, status=201)

    async def _open(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        self._language = self.received[-1].get("language") or self._language
        greeting = self.make_message(buttons=[{"title": "Housing", "choice": OFFERED}])
        self.conversations[request.match_info["conversation"]] = [greeting]
        return web.json_response({"messages": [greeting]}, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        what = await request.json()
        self.received.append(what)
        if what.get("choice", OFFERED) != OFFERED:
            return _error(404, "choice_not_offered")
        history = self.conversations[request.match_info["conversation"]]
        for number, message in enumerate(history):
            if what.get("client_id") and message["client_id"] == what["client_id"]:
                return web.json_response({"sent": message, "messages": [history[number + 1]]})
        if "In English" in what.get("text", ""):
            self._language = "en"
        sent = self.make_message("student", what.get("text", "Housing"), client_id=what.get("client_id"))
        reply = self.make_message(text=f"Echo: {sent['text']}")
        history += [sent, reply]
        return web.json_response({"sent": sent, "messages": [reply]})

    async def _list(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "")
        history = self.conversations[request.match_info["conversation"]]
        return web.json_response({"messages": [message for message in history if message["id"] > after]})

    async def _show(self, request: web.Request) -> web.Response:
        for message in self.conversations[request.match_info["conversation"]]:
            if message["id"] == request.match_info["message"]:
                return web.json_response(message)
        return _error(404, "message_not_found")

    async def _erase(self, request: web.Request) -> web.Response:
        del self.conversations[request.match_info["conversation"]]
        return web.Response(status=204)

    async def _wake(self, request: web.Request) -> web.Response:
        self.woken.append((request.match_info["channel"], (await request.json())["conversations"]))
        return web.Response(status=204)


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": f"Rasa says {code}."}}, status=status)
