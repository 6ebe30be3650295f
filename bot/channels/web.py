"""The Rasa side of the chat API: connector `web`, called by bot/web only, under /webhooks/web/.

Unlike Rasa's REST connector it trusts no sender from outside, knows which buttons were offered, reads and erases
conversations, and says with a status and a code when there is no answer.
"""

import asyncio
import json
import logging
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

import aiohttp
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.connectors import MessagingChannel, make_link
from bot.channels.conversations import conversation_exists
from bot.channels.faults import ChannelError
from bot.channels.messages import MESSAGE_ID, Message, earliest_timestamp
from bot.channels.output import WebOutput
from bot.channels.turns import Conversation, Turn
from bot.settings import Settings
from bot.tokens import CHANNEL_TO_WEB, WEB_TO_CHANNEL, bearer_token, internal_token, is_internal_token

logger = logging.getLogger(__name__)
PUSH_TIMEOUT = aiohttp.ClientTimeout(total=5)
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class WebChannel(InputChannel):
    """Connector of the public door."""

    def __init__(self, secret_key: str, web_url: str):
        self._secret_key = secret_key
        self._push_url = f"{web_url}/internal/messages"
        self._push_token = internal_token(secret_key, CHANNEL_TO_WEB)

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its place under /webhooks/."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "WebChannel":
        """Build the channel from the environment; credentials.yml holds nothing for it."""
        settings = Settings.from_environment()
        return cls(settings.secret_key, settings.web_url)

    def get_output_channel(self) -> WebOutput:
        """Return the output for messages that nobody waits for."""
        return WebOutput(self._push, waiting=False)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the endpoints; `on_new_message` is not used, see `Conversation._process`."""
        blueprint = Blueprint("web_channel")
        for method, path, handler in (
            ("GET", "/health", self._health),
            ("POST", "/conversations/<conversation_id>", self._open),
            ("DELETE", "/conversations/<conversation_id>", self._erase),
            ("POST", "/conversations/<conversation_id>/messages", self._send),
            ("POST", "/conversations/<conversation_id>/link", self._link),
            ("GET", "/conversations/<conversation_id>/messages", self._list),
            ("GET", "/conversations/<conversation_id>/messages/<message_id>", self._show),
        ):
            blueprint.add_route(self._guarded(handler), path, methods=[method], name=handler.__name__.strip("_"))
        return blueprint

    def _guarded(self, handler: Handler) -> Handler:
        """Let in only the public door, and turn every failure into a status and a code."""

        @wraps(handler)
        async def guarded(request: Request, **parts: str) -> HTTPResponse:
            given = bearer_token(request.headers.get("Authorization")) or ""
            if not is_internal_token(given, self._secret_key, WEB_TO_CHANNEL):
                return _error(401, "token_invalid", "Only the assistant's own public door may call this channel.")
            try:
                return await handler(request, **parts)
            except ChannelError as fault:
                return _error(fault.status, fault.code, str(fault))
            except Exception:
                # Whatever breaks in Rasa, the student is told, never left with nothing.
                logger.exception("The web channel failed.")
                return _error(500, "assistant_failed", "The assistant failed to answer.")

        return guarded

    async def _health(self, request: Request) -> HTTPResponse:
        agent = _agent(request)
        conversation_exists(agent.tracker_store, "readiness")  # raises where the conversations' database is away
        return response.json({"model": agent.model_id})

    async def _open(self, request: Request, conversation_id: str) -> HTTPResponse:
        language = request.json.get("language")
        entities = json.dumps({"language": language}) if language else ""
        turn = await self._conversation(request, conversation_id).open(f"/start_conversation{entities}")
        return response.json({"messages": turn.replies}, status=201)

    async def _send(self, request: Request, conversation_id: str) -> HTTPResponse:
        conversation = self._conversation(request, conversation_id)
        client_id = request.json.get("client_id")
        if "choice" in request.json:
            turn: Turn = await conversation.send_choice(request.json["choice"], client_id)
        else:
            turn = await conversation.send_text(request.json["text"], client_id)
        return response.json({"sent": turn.sent, "messages": turn.replies})

    async def _list(self, request: Request, conversation_id: str) -> HTTPResponse:
        after = request.args.get("after")
        messages = self._conversation(request, conversation_id).messages(_since(after) if after else 0.0)
        return response.json({"messages": [message for message in messages if message["id"] > (after or "")]})

    async def _show(self, request: Request, conversation_id: str, message_id: str) -> HTTPResponse:
        for message in self._conversation(request, conversation_id).messages(_since(message_id)):
            if message["id"] == message_id:
                return response.json(message)
        raise _no_such_message()

    async def _erase(self, request: Request, conversation_id: str) -> HTTPResponse:
        await self._conversation(request, conversation_id).erase()
        return response.empty()

    async def _link(self, request: Request, conversation_id: str) -> HTTPResponse:
        store = _agent(request).tracker_store
        if not conversation_exists(store, conversation_id):
            raise ChannelError(404, "conversation_not_found", "There is no such conversation, or it has been erased.")
        offered = [channel for channel in request.app.ctx.input_channels if isinstance(channel, MessagingChannel)]
        link = await make_link(conversation_id, [channel for channel in offered if channel.is_present])
        return response.json(link, status=201)

    def _conversation(self, request: Request, conversation_id: str) -> Conversation:
        return Conversation(_agent(request), conversation_id, lambda: WebOutput(self._push, waiting=True))

    async def _push(self, conversation_id: str, messages: List[Message]) -> None:
        """Tell the public door what came by itself; the history has it in any case."""
        headers = {"Authorization": f"Bearer {self._push_token}"}
        body = {"conversation_id": conversation_id, "messages": messages}
        try:
            async with aiohttp.ClientSession(timeout=PUSH_TIMEOUT, raise_for_status=True) as session:
                await session.post(self._push_url, json=body, headers=headers)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            logger.warning("The public door does not take a message that came by itself.", exc_info=True)


def _agent(request: Request) -> Any:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise ChannelError(503, "model_not_loaded", "The assistant has no model loaded.")
    return agent


def _since(message_id: str) -> float:
    if not MESSAGE_ID.fullmatch(message_id):
        raise _no_such_message()
    return earliest_timestamp(message_id)


def _no_such_message() -> ChannelError:
    return ChannelError(404, "message_not_found", "There is no such message in the conversation.")


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
