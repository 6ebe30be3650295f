"""Sends what waits to be sent: each conversation's messages in order, as fast as the platform takes them."""

import asyncio
import logging
import random
import time
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional, Set

import aiohttp

from bot.messaging.platforms.base import (
    BadCallError,
    Call,
    Labels,
    Message,
    Platform,
    PlatformError,
    TokenRevokedError,
    TryLaterError,
    UnreachableError,
    WindowClosedError,
)
from bot.messaging.store import ChannelStore, Outgoing, chat_of

logger = logging.getLogger(__name__)
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0
GIVE_UP_SECONDS = 24 * 3600.0
"""An answer that comes a day late helps nobody."""
FILE_TIMEOUT = aiohttp.ClientTimeout(total=15)
LARGEST_FILE = 5_000_000


class Pace:
    """Lets calls through no faster than the platform allows in all."""

    def __init__(self, calls_per_second: float):
        self._gap = 1 / calls_per_second
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        turn = max(now, self._next)
        self._next = turn + self._gap
        if turn > now:
            await asyncio.sleep(turn - now)


class Delivery:
    """Sends the messages of one platform."""

    def __init__(
        self,
        platform: Platform,
        store: ChannelStore,
        make_labels: Callable[[Message, str], Labels],
        files_url: str,
    ):
        self._platform = platform
        self._store = store
        self._make_labels = make_labels
        self._files_url = files_url
        self._pace = Pace(platform.calls_per_second)
        self._session: Optional[aiohttp.ClientSession] = None
        self._tasks: Dict[str, asyncio.Task] = {}
        self._asides: set = set()
        self._claimed: Set[int] = set()
        self._taken: Dict[int, int] = {}
        """How many parts of a message the platform took, for when the database cannot note it."""

    def start(self) -> None:
        """Open the connections; needs a running loop."""
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        """Stop sending; what was not sent waits for the next start."""
        for task in (*self._tasks.values(), *self._asides):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._asides, return_exceptions=True)
        await asyncio.to_thread(self._store.release, tuple(self._claimed))
        if self._session is not None:
            await self._session.close()

    def wake(self, conversation_id: str) -> None:
        """Send what waits in a conversation."""
        running = self._tasks.get(conversation_id)
        task = asyncio.ensure_future(self._send_all(conversation_id, running))
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda done: self._forget(conversation_id, done))

    async def renew(self) -> None:
        """Keep what is being sent reserved, however long the platform lets it wait."""
        await asyncio.to_thread(self._store.renew, tuple(self._claimed))

    def aside(self, call: Optional[Call]) -> None:
        """Make a call that nothing depends on."""
        if call is not None:
            task = asyncio.ensure_future(self._try_once(call))
            self._asides.add(task)
            task.add_done_callback(self._asides.discard)

    def _forget(self, conversation_id: str, done: "asyncio.Task[None]") -> None:
        if self._tasks.get(conversation_id) is done:
            del self._tasks[conversation_id]
        if not done.cancelled() and done.exception():
            logger.error("Sending failed; it is tried again.", exc_info=done.exception())

    async def _send_all(self, conversation_id: str, before: Optional["asyncio.Task[None]"]) -> None:
        if before is not None:
            await asyncio.wait([before])
        while True:
            outgoing = await asyncio.to_thread(self._store.claim, conversation_id)
            if outgoing is None:
                return
            self._claimed.add(outgoing.id)
            try:
                goes_on = await self._send(conversation_id, outgoing)
            except Exception:
                # Else it would stay reserved as long as the process lives, and all that follows would wait behind it.
                self._claimed.discard(outgoing.id)
                raise
            self._claimed.discard(outgoing.id)
            if not goes_on:
                return

    async def _send(self, conversation_id: str, outgoing: Outgoing) -> bool:
        """Send one message; return whether the next one can follow."""
        chat = chat_of(self._platform.name, conversation_id)
        calls = self._render(chat, outgoing)
        position, attempts = max(outgoing.parts_sent, self._taken.get(outgoing.id, 0)), outgoing.attempts
        while position < len(calls):
            asked_at = time.time()
            try:
                await self._check_window(conversation_id)
                await self._perform(calls[position])
            except (TryLaterError, TokenRevokedError) as error:
                attempts += 1
                wait = _wait_seconds(error, attempts)
                level = logging.ERROR if isinstance(error, TokenRevokedError) else logging.WARNING
                logger.log(level, "%s: %s; again in %.0f s.", self._platform.name, error, wait)
                if time.time() - outgoing.created_at + wait > GIVE_UP_SECONDS:
                    logger.error("%s: a message could not be sent for a day and is dropped.", self._platform.name)
                    break
                await asyncio.to_thread(self._store.note_attempt, outgoing.id, attempts, wait)
                await asyncio.sleep(wait)
                continue
            except WindowClosedError:
                if await self._hold(conversation_id, chat, outgoing.language, asked_at):
                    return False
                continue
            except UnreachableError as error:
                logger.warning("%s: a chat cannot be reached any more: %s", self._platform.name, error)
                await asyncio.to_thread(self._store.mark_unreachable, conversation_id, str(error), asked_at)
                return True
            except BadCallError as error:
                logger.error("%s does not take a part of a message: %s", self._platform.name, error)
            position, attempts = position + 1, 0
            self._taken[outgoing.id] = position
            if position < len(calls):
                await asyncio.to_thread(self._store.note_progress, outgoing.id, position)
        await asyncio.to_thread(self._store.drop, outgoing.id)
        self._taken.pop(outgoing.id, None)
        return True

    def _render(self, chat: str, outgoing: Outgoing) -> List[Call]:
        try:
            labels = self._make_labels(outgoing.message, outgoing.language)
            return self._platform.render(chat, outgoing.message, labels)
        except Exception:
            # A fault of ours, the same at every attempt: the messages behind it shall not wait for ever.
            logger.exception("%s: a message cannot be shown and is dropped.", self._platform.name)
            return []

    async def _perform(self, call: Call) -> Any:
        assert self._session is not None  # noqa: S101 - started
        if call.file is not None and not call.file.content:
            call = replace(call, file=replace(call.file, content=await self._fetch(call.file.url)))
        await self._pace.wait()
        try:
            return await self._platform.perform(self._session, call)
        except BadCallError:
            if call.plain is None:
                raise
            logger.warning("%s does not take the formatting of a message: sent plain.", self._platform.name)
        return await self._platform.perform(self._session, replace(call, payload=call.plain, plain=None))

    async def _fetch(self, url: str) -> bytes:
        """Return a file of the assistant's own public door."""
        assert self._session is not None  # noqa: S101 - started
        if not url.startswith("/") or url.startswith("//"):
            raise BadCallError("Only the assistant's own files are sent as documents.")
        try:
            async with self._session.get(self._files_url + url, timeout=FILE_TIMEOUT) as response:
                if response.status >= 500:
                    raise TryLaterError(f"The assistant's door answers {response.status} to a file")
                if response.status != 200:
                    raise BadCallError(f"The assistant's door answers {response.status} to a file")
                content = await response.content.read(LARGEST_FILE + 1)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TryLaterError(f"The assistant's door gives no file: {type(error).__name__}") from None
        if not content or len(content) > LARGEST_FILE:
            raise BadCallError("A file is empty or too large to be sent.")
        return content

    async def _check_window(self, conversation_id: str) -> None:
        window = self._platform.window_seconds
        if window is None:
            return
        chat = await asyncio.to_thread(self._store.chat, conversation_id)
        if chat is not None and time.time() - chat.last_seen > window:
            raise WindowClosedError("The student's last message is too long ago.")

    async def _hold(self, conversation_id: str, chat: str, language: str, asked_at: float) -> bool:
        """Let the conversation's messages wait; return False where the student has written since `asked_at`."""
        if not await asyncio.to_thread(self._store.hold, conversation_id, asked_at):
            return False
        logger.warning("%s: a message waits until the student writes again.", self._platform.name)
        self.aside(self._platform.window_notice(chat, language))
        return True

    async def _try_once(self, call: Call) -> None:
        try:
            await self._perform(call)
        except PlatformError as error:
            logger.info("%s: %s", self._platform.name, error)


def _wait_seconds(error: PlatformError, attempts: int) -> float:
    told = getattr(error, "seconds", None)
    if told is not None:
        return min(float(told), GIVE_UP_SECONDS)
    backed_off = min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS)
    return backed_off * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
