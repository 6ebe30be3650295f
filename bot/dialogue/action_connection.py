"""Replaces `EndpointConfig.session`: Rasa opens a new HTTP session, and so a new connection, for each call.

The connection to the action server stays open between calls, and is closed with the server.
"""

import asyncio
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, List

import aiohttp
import rasa.core.run
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.utils.endpoints import EndpointConfig

IDLE_SECONDS = 3.0
"""Below the five seconds after which the action server closes an idle connection: no call meets one just closing."""

_release_resources = rasa.core.run.close_resources
_open: List[aiohttp.ClientSession] = []


@asynccontextmanager
async def kept_session(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Give the session of this endpoint in this event loop; it stays open afterwards."""
    loop = asyncio.get_running_loop()
    kept_loop, session = getattr(endpoint, "kept", (None, None))
    if session is None or session.closed or kept_loop is not loop:
        session = _new_session(endpoint)
        _open.append(session)
        endpoint.kept = (loop, session)
    yield session


async def close_sessions(app: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Release what Rasa releases when the server stops, and the kept sessions."""
    await _release_resources(app, loop)
    while _open:
        await _open.pop().close()


def _new_session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """Return what Rasa would, with a pool of connections that lets go of idle ones in time."""
    login = endpoint.basic_auth
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS),
        trust_env=False,
    )


def install() -> None:
    """Make Rasa use it."""
    EndpointConfig.session = kept_session
    rasa.core.run.close_resources = close_sessions
