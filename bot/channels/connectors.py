"""Rasa's connectors of the messaging platforms; credentials.yml names them, the environment sets them up."""

import asyncio
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence, Type

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.desk import Desk
from bot.channels.exchange import CollectedOutput
from bot.channels.faults import ChannelError
from bot.messaging.codes import LinkCode
from bot.messaging.platforms.base import Platform
from bot.messaging.platforms.messenger import Messenger
from bot.messaging.platforms.slack import Slack
from bot.messaging.platforms.telegram import Telegram
from bot.messaging.platforms.whatsapp import WhatsApp
from bot.messaging.secrecy import hide_in_logs
from bot.messaging.store import ChannelStore
from bot.settings import Settings
from bot.tokens import WEB_TO_CHANNEL, bearer_token, is_internal_token


class MessagingChannel(InputChannel):
    """Answers what the public door has taken from a platform (bot/messaging/intake.py) and kept for it.

    Without credentials it has no address and no output: the channel is absent.
    """

    platform_kind: Type[Any]

    def __init__(self, platform: Optional[Platform], desk: Optional[Desk], secret_key: str):
        self._platform = platform
        self._desk = desk
        self._secret_key = secret_key

    @classmethod
    def name(cls) -> str:
        """Return the platform's name, which is also the channel's place under /webhooks/."""
        return cls.platform_kind.name

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "MessagingChannel":
        """Build the channel from the environment; credentials.yml holds nothing for it."""
        return cls.from_settings(Settings.from_environment())

    @classmethod
    def from_settings(cls, settings: Settings) -> "MessagingChannel":
        """Build the channel, or an absent one where it is not set up."""
        variables = settings.credentials.get(cls.name())
        if variables is None:
            return cls(None, None, "")
        platform = cls.platform_kind(variables)
        hide_in_logs(*platform.secrets)
        store = ChannelStore(settings.tracker_database_url)
        desk = Desk(platform, store, settings.review_database_url, settings.web_url)
        return cls(platform, desk, settings.secret_key)

    @property
    def is_present(self) -> bool:
        """Whether the channel is set up."""
        return self._desk is not None

    def link_address(self, code: str) -> Optional[str]:
        """Return an address that opens the chat and sends the code, where the platform has such a thing."""
        return self._platform.link_address(code) if self._platform else None

    async def make_code(self, conversation_id: str) -> LinkCode:
        """Return a one-time code for a conversation of the widget; it works on every channel."""
        assert self._desk is not None  # noqa: S101 - asked of channels that are present
        return await self._desk.make_code(conversation_id)

    def get_output_channel(self) -> Optional[CollectedOutput]:
        """Return the output for messages that come by themselves: replies of staff, reminders."""
        if self._desk is None:
            return None
        output = self._desk.output()
        output.close()
        return output

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return where the public door says what is new; the desk takes the turns in order, not `on_new_message`."""
        blueprint = Blueprint(f"{self.name()}_channel")
        if self._desk is None:
            return blueprint

        # A function, for Sanic marks its handlers, and bound methods bear no mark.
        async def wake(request: Request) -> HTTPResponse:
            return self._wake(request)

        blueprint.add_route(wake, "/wake", methods=["POST"])
        blueprint.listener("after_server_start")(self._start)
        blueprint.listener("before_server_stop")(self._stop)
        return blueprint

    def _wake(self, request: Request) -> HTTPResponse:
        assert self._desk is not None  # noqa: S101 - else there is no route
        given = bearer_token(request.headers.get("Authorization")) or ""
        if not is_internal_token(given, self._secret_key, WEB_TO_CHANNEL):
            error = {"code": "token_invalid", "message": "Only the assistant's own public door may call this channel."}
            return response.json({"error": error}, status=401)
        self._desk.wake(request.json["conversations"])
        return response.empty()

    async def _start(self, app: Any, *_: Any) -> None:
        assert self._desk is not None  # noqa: S101 - else there is no listener
        self._desk.start(app.ctx.agent)

    async def _stop(self, *_: Any) -> None:
        assert self._desk is not None  # noqa: S101 - else there is no listener
        await asyncio.wait_for(self._desk.stop(), 5)


async def make_link(conversation_id: str, channels: Sequence[MessagingChannel]) -> Dict[str, Any]:
    """Return a code, until when it works, and where it can be sent; raise ChannelError without any channel."""
    if not channels:
        raise ChannelError(404, "no_channels", "No messenger is set up, so there is nothing to link.")
    code = await channels[0].make_code(conversation_id)
    named = [{"name": channel.name(), "url": channel.link_address(code.code)} for channel in channels]
    return {"code": code.code, "expires_at": code.expires_at.isoformat().replace("+00:00", "Z"), "channels": named}


class TelegramChannel(MessagingChannel):
    """Telegram."""

    platform_kind = Telegram


class WhatsAppChannel(MessagingChannel):
    """WhatsApp Cloud API."""

    platform_kind = WhatsApp


class SlackChannel(MessagingChannel):
    """Slack."""

    platform_kind = Slack


class MessengerChannel(MessagingChannel):
    """Messenger."""

    platform_kind = Messenger
