"""Replaces Rasa's lock stores: one turn at a time in each conversation, the next one as soon as it is over.

Rasa looks once a second whether a conversation is free, and its Redis store may give two servers the same ticket. Here
turns begin in the order in which they came; with `REDIS_URL` the lock holds among all Rasa servers.
"""

import asyncio
from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Dict, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from redis.asyncio import Redis
from redis.exceptions import LockError as LostLock
from redis.exceptions import RedisError

from bot.settings import Settings

_POLL_SECONDS = 0.02
_PREFIX = "turn:"


class ConversationLocks(LockStore):
    """Locks of conversations: in memory, and in Redis where several Rasa servers share them."""

    def __init__(self, endpoint_config: Any = None, redis_url: Optional[str] = None) -> None:
        """Take the address of Redis, by default that of the settings; no connection is opened yet."""
        url = redis_url or Settings.from_environment().redis_url
        self._redis: Optional[Redis] = Redis.from_url(url) if url else None
        self._locks: Dict[str, asyncio.Lock] = {}
        self._users: Dict[str, int] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _POLL_SECONDS
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock; raise LockError when it is not free within `lock_lifetime` seconds."""
        async with self._own_turn(conversation_id, lock_lifetime):
            if self._redis is None:
                yield TicketLock(conversation_id)
            else:
                async with self._shared_turn(self._redis, conversation_id, lock_lifetime):
                    yield TicketLock(conversation_id)

    @asynccontextmanager
    async def _own_turn(self, conversation_id: str, seconds: float) -> AsyncGenerator[None, None]:
        """Wait among the turns of this process; asyncio lets them in as they came."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._users[conversation_id] = self._users.get(conversation_id, 0) + 1
        try:
            try:
                await asyncio.wait_for(lock.acquire(), seconds)
            except asyncio.TimeoutError:
                raise LockError(f"The conversation '{conversation_id}' is busy for more than {seconds} s.") from None
            try:
                yield
            finally:
                lock.release()
        finally:
            self._users[conversation_id] -= 1
            if not self._users[conversation_id]:
                del self._users[conversation_id], self._locks[conversation_id]

    @asynccontextmanager
    async def _shared_turn(self, redis: Redis, conversation_id: str, seconds: float) -> AsyncGenerator[None, None]:
        # The time-out frees the conversation of a server that was killed in the middle of a turn.
        lock = redis.lock(f"{_PREFIX}{conversation_id}", timeout=seconds, blocking_timeout=seconds, sleep=_POLL_SECONDS)
        try:
            taken = await lock.acquire()
        except RedisError as error:
            raise LockError("Redis does not answer: check REDIS_URL.") from error
        if not taken:
            raise LockError(f"The conversation '{conversation_id}' is busy for more than {seconds} s.")
        try:
            yield
        finally:
            try:
                await lock.release()
            except LostLock:
                pass  # the turn took longer than the lock lives
            except RedisError as error:
                raise LockError("Redis does not answer: check REDIS_URL.") from error
