"""Takes a platform's webhooks: checked, read, kept, and only then acknowledged.

Runs in the public door, not in the process that answers, so platforms are acknowledged in time however busy that one
is, and while it restarts.
"""

import asyncio
from typing import Awaitable, Callable, List, Mapping, Optional, Sequence, Tuple

from bot.messaging.platforms.base import Inbound, Platform
from bot.messaging.platforms.kinds import PLATFORMS
from bot.messaging.secrecy import hide_in_logs
from bot.messaging.store import ChannelStore

MOST_AT_ONCE = 100
"""Calls in one transaction: who answers writes into the same database, and shall not wait for long."""
BETWEEN_NEWS_SECONDS = 0.05
"""In a flood, news is told together too."""
Wake = Callable[[str, Sequence[str]], Awaitable[None]]
_Waiting = Tuple[Sequence[Inbound], "asyncio.Future[None]"]


class Intake:
    """The webhook of one platform; `wake` tells who answers that conversations have something new."""

    def __init__(self, name: str, variables: Mapping[str, str], store: ChannelStore, wake: Wake):
        self._platform: Platform = PLATFORMS[name](variables)
        self._store = store
        self._wake = wake
        self._waiting: List[_Waiting] = []
        self._writing: Optional[asyncio.Future[None]] = None
        self._news: List[str] = []
        self._telling: Optional[asyncio.Future[None]] = None
        hide_in_logs(*self._platform.secrets)

    def verify(self, query: Mapping[str, str]) -> str:
        """Return what to answer to the call by which a platform checks the address; raise RefusedWebhookError."""
        return self._platform.verify_subscription(query)

    async def take(self, headers: Mapping[str, str], body: bytes) -> str:
        """Keep what a call tells; return what to answer. Raise RefusedWebhookError where it is forged or malformed."""
        self._platform.check(headers, body)
        reading = self._platform.read(body, headers.get("Content-Type", ""))
        if reading.inbound:
            await self._keep(reading.inbound)
        return reading.answer if reading.answer is not None else "ok"

    async def _keep(self, inbound: Sequence[Inbound]) -> None:
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((inbound, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write_all())
        await kept

    async def _write_all(self) -> None:
        """Write what waits in one transaction, then what came meanwhile: a flood costs few transactions."""
        while self._waiting:
            together, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            await self._write(together)

    async def _write(self, together: Sequence[_Waiting]) -> None:
        items = [item for inbound, _ in together for item in inbound]
        try:
            awake = await asyncio.to_thread(self._store.take, self._platform.name, items)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits gets it
            if len(together) > 1:  # one call that cannot be kept is no reason to refuse the others
                for alone in together:
                    await self._write([alone])
                return
            _end(together, error)
        else:
            _end(together)
            self._tell(awake)

    def _tell(self, conversations: Sequence[str]) -> None:
        self._news += conversations
        if self._news and (self._telling is None or self._telling.done()):
            self._telling = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        while self._news:
            news, self._news = list(dict.fromkeys(self._news)), []
            await self._wake(self._platform.name, news)
            await asyncio.sleep(BETWEEN_NEWS_SECONDS)


def _end(together: Sequence[_Waiting], error: Optional[Exception] = None) -> None:
    for _, kept in together:
        if kept.done():
            continue  # the platform has hung up
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
