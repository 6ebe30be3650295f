"""Works on what came in: each conversation's messages in order, several conversations at a time."""

import asyncio
import logging
from typing import Any, Dict, Iterable, List, Optional, Set

from rasa.core.agent import Agent
from rasa.core.lock_store import LockError

from bot.channels.conversations import erase_conversation
from bot.channels.exchange import Answer, CollectedOutput, Exchange
from bot.channels.messages import Message
from bot.channels.wording import make_labels
from bot.messaging.codes import LinkCode, make_code
from bot.messaging.delivery import Delivery
from bot.messaging.platforms.base import Labels, Platform, UnreachableError
from bot.messaging.store import ChannelStore, Update
from bot.review.erasure import certify_erasure, erase_from_log

logger = logging.getLogger(__name__)
SETTLE_SECONDS = 0.1
"""A moment for what the platform has sent at the same time, so that it is answered in the student's order."""
CONVERSATIONS_AT_ONCE = 4
SWEEP_SECONDS = 30.0
MOST_ATTEMPTS = 3
"""Of a message at which the process dies."""
AGAIN_SECONDS = (2.0, 6.0)
"""Pauses before a message that found no answer is worked on again: a process of ours may just be starting."""
TIDY_EVERY = 120
"""Sweeps."""


class Desk:
    """Answers what comes in from one platform."""

    def __init__(self, platform: Platform, store: ChannelStore, review_url: str, files_url: str):
        self._platform = platform
        self._store = store
        self._review_url = review_url
        self._agent: Optional[Agent] = None
        self.delivery = Delivery(platform, store, self._labels, files_url)
        self._turns = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)
        self._working: Set[str] = set()
        self._awake: Dict[str, bool] = {}
        self._tasks: Set[asyncio.Task] = set()

    def start(self, agent: Agent) -> None:
        """Begin to work, first on what waits from before; needs a running loop."""
        self._agent = agent
        self._turns = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)
        self.delivery.start()
        self._spawn(self._sweep())

    async def stop(self) -> None:
        """Stop; what waits is answered after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.delivery.stop()
        self._store.close()

    def wake(self, conversations: Iterable[str]) -> None:
        """Answer soon what was kept of these conversations."""
        for conversation_id in conversations:
            self._wake(conversation_id)

    async def send(self, conversation_id: str, messages: List[Message], language: str) -> None:
        """Send messages that come by themselves."""
        await asyncio.to_thread(self._store.enqueue, self._platform.name, conversation_id, messages, language)
        self.delivery.wake(conversation_id)

    def _wake(self, conversation_id: str) -> None:
        self._awake[conversation_id] = True
        if conversation_id not in self._working:
            self._working.add(conversation_id)
            self._spawn(self._work(conversation_id))

    async def _work(self, conversation_id: str) -> None:
        try:
            await asyncio.sleep(SETTLE_SECONDS)
            while self._awake.pop(conversation_id, False):
                pause: Optional[float] = 0.0
                while pause is not None:
                    await asyncio.sleep(pause)
                    # One message, then the others' turn: who writes a lot keeps nobody waiting.
                    async with self._turns:
                        pause = await self._answer_next(conversation_id)
                    self.delivery.wake(conversation_id)
        except LockError:
            logger.warning("A conversation is locked elsewhere; its messages are looked at again.")
        except Exception:
            logger.exception("A message could not be worked on; it is tried again.")
        finally:
            self._working.discard(conversation_id)

    async def _answer_next(self, conversation_id: str) -> Optional[float]:
        """Answer the conversation's next message; return after how many seconds to go on, None where nothing waited."""
        assert self._agent is not None  # noqa: S101 - started
        async with self._agent.lock_store.lock(conversation_id):
            update = await asyncio.to_thread(self._store.next_update, conversation_id)
            if update is None:
                return None
            answer = await self._answer(conversation_id, update)
            if answer is None:
                return AGAIN_SECONDS[update.attempts - 1]
            if answer.erases:
                await asyncio.to_thread(self._store.begin_erasing, update)
                erase_conversation(self._agent.tracker_store, conversation_id)
                await asyncio.to_thread(self._erase, conversation_id, update.inbound.order)
            await asyncio.to_thread(
                self._store.finish, update.id, self._platform.name, conversation_id, answer.messages, answer.language
            )
        return 0.0

    async def _answer(self, conversation_id: str, update: Update) -> Optional[Answer]:
        """Return what to send; None where it has to be tried again."""
        inbound = update.inbound
        if inbound.receipt:
            self.delivery.aside(self._platform.receipt(inbound.receipt))
        if inbound.kind == "gone":
            reason = "The student has blocked the assistant."
            await asyncio.to_thread(self._store.mark_unreachable, conversation_id, reason, update.arrived_at)
        if inbound.kind in ("gone", "back"):
            return Answer([], "en")
        chat = await asyncio.to_thread(self._store.chat, conversation_id)
        exchange = Exchange(
            self._agent, conversation_id, self.output(), inbound, self._redeemer(conversation_id, update),
            chat.language if chat else inbound.language, takes_orders=self._platform.takes_orders,
        )  # fmt: skip
        if update.attempts > MOST_ATTEMPTS and not exchange.is_answered:
            return Answer([await exchange.unsaid("utter_channel_failed")], "en")
        try:
            return await exchange.answer()
        except Exception:
            if update.attempts <= len(AGAIN_SECONDS):
                logger.warning("The assistant failed to answer; the message is worked on again.", exc_info=True)
                return None
            logger.exception("The assistant failed to answer.")
            return Answer([await exchange.unsaid("utter_channel_failed")], "en")

    def _erase(self, conversation_id: str, ordered: float) -> None:
        """Erase all that hangs on a conversation that Rasa's log no longer holds."""
        counts = erase_from_log(self._review_url, conversation_id)
        certify_erasure(self._review_url, "student", conversation_id, "asked for", **counts)
        self._store.erase(conversation_id, ordered)

    async def make_code(self, conversation_id: str) -> LinkCode:
        """Return a new one-time code for a conversation of the widget."""
        return await asyncio.to_thread(make_code, self._store, conversation_id)

    def output(self) -> CollectedOutput:
        """Return where Rasa sends the utterances of a turn."""
        return CollectedOutput(self._platform.name, self._send_later)

    async def _send_later(self, conversation_id: str, message: Message) -> None:
        if message["sender"] == "staff":
            chat = await asyncio.to_thread(self._store.chat, conversation_id)
            if chat is not None and chat.unreachable_reason:
                raise UnreachableError(chat.unreachable_reason)  # the console tells that it did not arrive
        await self.send(conversation_id, [message], message["language"] or "en")

    def _redeemer(self, conversation_id: str, update: Update) -> Any:
        async def redeem(code: str) -> Optional[str]:
            return await asyncio.to_thread(self._store.redeem_code, code, conversation_id, update)

        return redeem

    def _labels(self, message: Message, language: str) -> Labels:
        assert self._agent is not None  # noqa: S101 - started
        return make_labels(self._agent, message, language)

    async def _sweep(self) -> None:
        """Find what a crash or another process has left."""
        sweeps = 0
        while True:
            try:
                await self.delivery.renew()
                self.wake(await asyncio.to_thread(self._store.waiting_conversations, self._platform.name))
                if sweeps % TIDY_EVERY == 0:
                    await asyncio.to_thread(self._store.tidy)
            except Exception:
                logger.exception("The messages that wait cannot be looked for.")
            sweeps += 1
            await asyncio.sleep(SWEEP_SECONDS)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
