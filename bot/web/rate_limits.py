"""How often a conversation and an address may call, kept in memory or, for several processes, in Redis."""

import asyncio
import enum
import logging
import time
from typing import Optional

import redis
from aiohttp import web
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from bot.web.errors import ApiError

logger = logging.getLogger(__name__)


class Limit(enum.Enum):
    """What is counted. A whole class may sit behind one address of the school's network."""

    ADDRESS = "600/minute"
    """Any call of the API from one address."""
    OPENING = "60/minute"
    """Conversations opened from one address."""
    SENDING = "20/minute"
    """Messages and feedback within one conversation."""
    SIGN_IN_ADDRESS = "60/15 minute"
    """Attempts to sign in to the staff console from one address."""
    SIGN_IN_ACCOUNT = "8/15 minute"
    """Attempts on one account from one address: others elsewhere can still sign in to it."""


class RateLimits:
    """Counts calls; raises ApiError 429 for one too many."""

    def __init__(self, *, enabled: bool, redis_url: Optional[str] = None):
        self._enabled = enabled
        self._in_redis = redis_url is not None
        self._items = {limit: parse(limit.value) for limit in Limit}
        self._storage = storage_from_string(redis_url or "memory://")
        self._limiter = MovingWindowRateLimiter(self._storage)

    async def count(self, limit: Limit, whose: str) -> None:
        """Count one call of `whose`; raise ApiError when the limit is passed."""
        if not self._enabled:
            return
        item = self._items[limit]
        try:
            if self._in_redis:
                wait = await asyncio.to_thread(self._hit, item, limit, whose)
            else:
                wait = self._hit(item, limit, whose)
        except redis.RedisError:
            # Without Redis the assistant is unprotected for a while, which is better than not answering.
            logger.exception("Redis does not answer; calls are not limited.")
            return
        if wait is not None:
            raise ApiError(429, "too_many_requests", f"Too many requests; try again in {wait} s.", retry_after=wait)

    def _hit(self, item: RateLimitItem, limit: Limit, whose: str) -> Optional[int]:
        """Count; return the seconds to wait where it was one too many."""
        if self._limiter.hit(item, limit.name, whose):
            return None
        reset, _ = self._limiter.get_window_stats(item, limit.name, whose)
        return max(1, int(reset - time.time()) + 1)


def client_address(request: web.Request) -> str:
    """Return the caller's address; a proxy on this machine is believed, anybody else is not."""
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return forwarded if forwarded and peer in ("127.0.0.1", "::1") else peer
