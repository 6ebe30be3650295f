"""Rasa's connectors of the messaging platforms; credentials.yml names them, the environment sets them up."""

import asyncio
import logging
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence, Type

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.faults import ChannelError
from bot.channels.messaging.codes import LinkCode
from bot.channels.messaging.desk import Desk
from bot.channels.messaging.exchange import CollectedOutput
from bot.channels.messaging.secrecy import hide_in_logs
from bot.channels.messaging.store import ChannelStore
from bot.channels.platforms.base import Platform, RefusedWebhookError
from bot.channels.platforms.messenger import Messenger
from bot.channels.platforms.slack import Slack
from bot.channels.platforms.telegram import Telegram
from bot.channels.platforms.whatsapp import WhatsApp
from bot.settings import Settings

logger = logging.getLogger(__name__)


class MessagingChannel(InputChannel):
    """Takes a platform's webhooks, answers at once, leaves the work to the desk.

    Without credentials it has no address and no output: the channel is absent.
    """

    platform_kind: Type[Any]

    def __init__(self, platform: Optional[Platform], desk: Optional[Desk]):
        self._platform = platform
        self._desk = desk

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
            return cls(None, None)
        platform = cls.platform_kind(variables)
        hide_in_logs(*platform.secrets)
        store = ChannelStore(settings.tracker_database_url)
        return cls(platform, Desk(platform, store, settings.review_database_url, settings.web_url))

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
        """Return the webhook; `on_new_message` is not used, the desk takes the turns in order."""
        blueprint = Blueprint(f"{self.name()}_channel")
        if self._desk is None:
            return blueprint

        # Functions, for Sanic marks its handlers, and bound methods bear no mark.
        async def verify(request: Request) -> HTTPResponse:
            return await self._verify(request)

        async def take(request: Request) -> HTTPResponse:
            return await self._take(request)

        blueprint.add_route(verify, "/webhook", methods=["GET"])
        blueprint.add_route(take, "/webhook", methods=["POST"])
        blueprint.listener("after_server_start")(self._start)
        blueprint.listener("before_server_stop")(self._stop)
        return blueprint

    async def _verify(self, request: Request) -> HTTPResponse:
        assert self._platform is not None  # noqa: S101 - else there is no route
        try:
            return response.text(
                self._platform.verify_subscription({key: request.args.get(key) for key in request.args})
            )
        except RefusedWebhookError as refusal:
            return _refused(refusal)

    async def _take(self, request: Request) -> HTTPResponse:
        assert self._platform is not None and self._desk is not None  # noqa: S101, PT018 - else there is no route
        try:
            self._platform.check(request.headers, request.body)
            reading = self._platform.read(request.body, request.headers.get("Content-Type", ""))
        except RefusedWebhookError as refusal:
            logger.warning("A webhook call of %s is refused: %s", self.name(), refusal)
            return _refused(refusal)
        if reading.inbound:
            await self._desk.take(reading.inbound)
        return response.text(reading.answer if reading.answer is not None else "ok")

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


def _refused(refusal: RefusedWebhookError) -> HTTPResponse:
    return response.json({"error": {"code": "webhook_refused", "message": str(refusal)}}, status=refusal.status)
