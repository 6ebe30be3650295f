"""What reaches a conversation by itself: handed to every open stream of it, in all processes."""

import asyncio
import json
import logging
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional, Set

import redis.asyncio
import redis.exceptions

from bot.web.errors import ApiError

logger = logging.getLogger(__name__)
Message = Dict[str, Any]

STREAMS_PER_CONVERSATION = 10
WAITING_MESSAGES = 100
RECONNECT_SECONDS = 2


class Subscription:
    """The messages that wait for one stream; None ends it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Optional[Message]] = asyncio.Queue()

    async def next(self) -> Optional[Message]:
        """Wait for the next message; None when the stream shall end."""
        return await self._queue.get()

    def offer(self, message: Message) -> None:
        """Add a message; a reader that is too slow is cut off, and comes back with its Last-Event-ID."""
        if self._queue.qsize() < WAITING_MESSAGES:
            self._queue.put_nowait(message)
        else:
            self.end()

    def end(self) -> None:
        """End the stream after what waits."""
        self._queue.put_nowait(None)


class Streams:
    """The open streams of this process, by conversation."""

    def __init__(self) -> None:
        self._subscriptions: Dict[str, Set[Subscription]] = {}

    @contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[Subscription]:
        """Receive the conversation's messages as long as the context lasts."""
        open_streams = self._subscriptions.setdefault(conversation_id, set())
        if len(open_streams) >= STREAMS_PER_CONVERSATION:
            raise ApiError(429, "too_many_streams", "The conversation has too many open streams.", retry_after=30)
        subscription = Subscription()
        open_streams.add(subscription)
        try:
            yield subscription
        finally:
            open_streams.discard(subscription)
            if not open_streams and self._subscriptions.get(conversation_id) is open_streams:
                del self._subscriptions[conversation_id]

    async def publish(self, conversation_id: str, messages: List[Message]) -> None:
        """Hand messages to every stream of the conversation."""
        self._deliver(conversation_id, messages)

    async def end(self, conversation_id: str) -> None:
        """End every stream of a conversation that is erased."""
        self._deliver(conversation_id, None)

    def end_all(self) -> None:
        """End every stream of this process."""
        for conversation_id in list(self._subscriptions):
            self._deliver(conversation_id, None)

    async def run(self) -> None:
        """Work until cancelled; in memory there is nothing to do."""

    def _deliver(self, conversation_id: str, messages: Optional[List[Message]]) -> None:
        for subscription in tuple(self._subscriptions.get(conversation_id, ())):
            if messages is None:
                subscription.end()
            for message in messages or ():
                subscription.offer(message)


class RedisStreams(Streams):
    """Streams of several processes, which tell one another through Redis."""

    CHANNEL = "assistant:streams"

    def __init__(self, redis_url: str):
        super().__init__()
        self._redis = redis.asyncio.Redis.from_url(redis_url)

    async def publish(self, conversation_id: str, messages: List[Message]) -> None:
        """Hand messages to every stream of the conversation, in every process."""
        await self._tell(conversation_id, messages)

    async def end(self, conversation_id: str) -> None:
        """End every stream of the conversation, in every process."""
        await self._tell(conversation_id, None)

    async def run(self) -> None:
        """Deliver what any process tells, until cancelled."""
        try:
            while True:
                try:
                    await self._listen()
                except (redis.exceptions.RedisError, OSError):
                    logger.exception("Redis does not answer; streams of other processes are not heard.")
                    # A stream that may have missed something starts again from its Last-Event-ID.
                    self.end_all()
                    await asyncio.sleep(RECONNECT_SECONDS)
        finally:
            await self._redis.close()

    async def _listen(self) -> None:
        async with self._redis.pubsub() as listener:
            await listener.subscribe(self.CHANNEL)
            async for told in listener.listen():
                if told["type"] == "message":
                    news = json.loads(told["data"])
                    self._deliver(news["conversation_id"], news["messages"])

    async def _tell(self, conversation_id: str, messages: Optional[List[Message]]) -> None:
        news = json.dumps({"conversation_id": conversation_id, "messages": messages})
        try:
            await self._redis.publish(self.CHANNEL, news)
        except (redis.exceptions.RedisError, OSError):
            logger.exception("Redis does not answer; only streams of this process are served.")
            self._deliver(conversation_id, messages)
