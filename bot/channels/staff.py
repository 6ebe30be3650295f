"""Where the staff console calls the Rasa server: connector `staff`, under /webhooks/staff/, for bot/web only.

While staff hold a conversation, Rasa's tracker is paused: the student's messages are kept and nothing answers them.
What staff write goes out through the channel by which the student wrote last. All of it stands in the tracker store,
from which the conversation log is made.
"""

import asyncio
import logging
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, ConversationPaused, ConversationResumed, Event
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.faults import ChannelError
from bot.settings import PROJECT_ROOT, Settings
from bot.tokens import WEB_TO_CHANNEL, bearer_token, is_internal_token

logger = logging.getLogger(__name__)
LONGEST_TEXT = 4000
MODELS_FOLDER = PROJECT_ROOT / "models"
Act = Callable[["HeldConversation", Dict[str, Any]], Coroutine[Any, Any, None]]


class StaffChannel(InputChannel):
    """Connector of the staff console."""

    def __init__(self, secret_key: str):
        self._secret_key = secret_key

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its place under /webhooks/."""
        return "staff"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "StaffChannel":
        """Build the channel from the environment; credentials.yml holds nothing for it."""
        return cls(Settings.from_environment().secret_key)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the endpoints; nothing of them is a message of a student."""
        blueprint = Blueprint("staff_channel")
        for act in (HeldConversation.take_over, HeldConversation.write, HeldConversation.give_back):
            place = "messages" if act is HeldConversation.write else act.__name__
            blueprint.add_route(
                self._guarded(act), f"/conversations/<conversation_id>/{place}", methods=["POST"], name=act.__name__
            )

        # A function of its own: Sanic writes an attribute on a handler, which a method refuses.
        async def load_model(request: Request) -> HTTPResponse:
            return await self._load_model(request)

        blueprint.add_route(load_model, "/model", methods=["PUT"], name="load_model")
        return blueprint

    async def _load_model(self, request: Request) -> HTTPResponse:
        """Take another model into use, without a pause: messages under way are finished by the former one."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        name = str((request.json or {}).get("model"))
        path = MODELS_FOLDER / name
        if path.name != name or not path.is_file():
            return _error(404, "model_not_found", f"There is no model {name[:100]}.")
        await asyncio.to_thread(request.app.ctx.agent.load_model, path)
        return response.json({"model": request.app.ctx.agent.model_id})

    def _refusal(self, request: Request) -> Optional[HTTPResponse]:
        given = bearer_token(request.headers.get("Authorization")) or ""
        if not is_internal_token(given, self._secret_key, WEB_TO_CHANNEL):
            return _error(401, "token_invalid", "Only the staff console may call this channel.")
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return _error(503, "model_not_loaded", "The assistant has no model loaded.")
        return None

    def _guarded(self, act: Act) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
        @wraps(act)
        async def guarded(request: Request, conversation_id: str) -> HTTPResponse:
            refusal = self._refusal(request)
            if refusal is not None:
                return refusal
            agent = request.app.ctx.agent
            held = HeldConversation(agent, request.app.ctx.input_channels, conversation_id)
            try:
                await act(held, request.json or {})
            except ChannelError as fault:
                return _error(fault.status, fault.code, str(fault))
            return response.json({"delivered": held.delivered})

        return guarded


class HeldConversation:
    """One conversation in which staff speak."""

    def __init__(self, agent: Any, channels: List[InputChannel], conversation_id: str):
        self._agent = agent
        self._channels = channels
        self._id = conversation_id
        self.delivered = True
        """False when the student's channel did not take a message; it stands in the history in any case."""

    async def take_over(self, body: Dict[str, Any]) -> None:
        """Silence the assistant and say to the student that a person is here."""
        async with self._agent.lock_store.lock(self._id):
            tracker = await self._tracker()
            if tracker.is_paused():
                raise ChannelError(409, "already_taken_over", "A member of the staff has taken over already.")
            pause = ConversationPaused(metadata={"staff": _member(body)})
            await self._add(tracker, pause, await self._notice(tracker, "utter_staff_takes_over"))

    async def write(self, body: Dict[str, Any]) -> None:
        """Send what a member of the staff wrote."""
        text = body.get("text")
        if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_TEXT:
            raise ChannelError(400, "text_invalid", f"Give a text of 1 to {LONGEST_TEXT} characters.")
        async with self._agent.lock_store.lock(self._id):
            tracker = await self._tracker()
            if not tracker.is_paused():
                raise ChannelError(409, "not_taken_over", "Take the conversation over first: the assistant speaks.")
            data = {"custom": {"sender": "staff"}}
            metadata = {"sender": "staff", "staff": _member(body)}
            await self._add(tracker, BotUttered(text.strip(), data, metadata))

    async def give_back(self, body: Dict[str, Any]) -> None:
        """Let the assistant speak again and say so; where nobody had taken over, only the waiting ends."""
        async with self._agent.lock_store.lock(self._id):
            tracker = await self._tracker()
            events: List[Event] = [ConversationResumed(metadata={"staff": _member(body)})]
            if tracker.is_paused():
                events.append(await self._notice(tracker, "utter_staff_gives_back"))
            await self._add(tracker, *events)

    async def _tracker(self) -> Any:
        tracker = await self._agent.tracker_store.retrieve(self._id)
        if tracker is None:
            raise ChannelError(404, "conversation_not_found", "There is no such conversation, or it has been erased.")
        return tracker

    async def _notice(self, tracker: Any, key: str) -> BotUttered:
        channel = tracker.get_latest_input_channel() or ""
        worded = await self._agent.processor.nlg.generate(key, tracker, channel)
        return BotUttered((worded or {}).get("text"), {}, {"notice": True})

    async def _add(self, tracker: Any, *events: Event) -> None:
        """Keep the events, then deliver what is said in them: what is delivered but not kept would be lost."""
        for event in events:
            tracker.update(event, self._agent.domain)
        output = self._output(tracker)
        await self._agent.tracker_store.save(tracker)
        for event in events:
            if isinstance(event, BotUttered):
                await self._deliver(output, event)

    def _output(self, tracker: Any) -> Optional[OutputChannel]:
        name = tracker.get_latest_input_channel()
        channel = next((channel for channel in self._channels if channel.name() == name), None)
        return channel.get_output_channel() if channel is not None else None

    async def _deliver(self, output: Optional[OutputChannel], event: BotUttered) -> None:
        try:
            if output is None:
                raise LookupError("The student's channel is not set up any more.")
            await output.send_response(self._id, event.message())
        except Exception:
            # Whatever a platform's library raises: the message is kept, and the console says that it did not arrive.
            logger.exception("A message of the staff did not reach the student.")
            self.delivered = False


def _member(body: Dict[str, Any]) -> str:
    member = body.get("staff")
    if not isinstance(member, str) or not 0 < len(member) <= 254:
        raise ChannelError(400, "staff_missing", "Name the member of the staff.")
    return member


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
