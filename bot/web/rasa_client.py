"""The web channel of the Rasa server, as the public door calls it."""

import asyncio
import logging
from typing import Any, Dict, List, Optional, Sequence

import aiohttp

from bot.web.errors import ApiError

logger = logging.getLogger(__name__)
Message = Dict[str, Any]

RETRY_SECONDS = 5
TIMEOUT = aiohttp.ClientTimeout(total=25, sock_connect=3)
"""Above the channel's own time-out, which says better what took so long."""


class RasaClient:
    """Calls bot/channels/web.py; every failure is an ApiError that can be told to the student."""

    def __init__(self, session: aiohttp.ClientSession, rasa_url: str, token: str):
        self._session = session
        self._channels_url = f"{rasa_url}/webhooks"
        self._url = f"{self._channels_url}/web"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def open(self, conversation_id: str, language: Optional[str]) -> List[Message]:
        """Open a conversation and return the greeting."""
        return (await self._call("POST", f"/conversations/{conversation_id}", {"language": language}))["messages"]

    async def send(self, conversation_id: str, what: Dict[str, Any]) -> Dict[str, Any]:
        """Send {"text"} or {"choice"}, with a {"client_id"} or none; return {"sent", "messages"}."""
        return await self._call("POST", f"/conversations/{conversation_id}/messages", what)

    async def history(self, conversation_id: str, after: Optional[str] = None) -> List[Message]:
        """Return the messages of the conversation, those after `after` only where given."""
        query = f"?after={after}" if after else ""
        return (await self._call("GET", f"/conversations/{conversation_id}/messages{query}"))["messages"]

    async def message(self, conversation_id: str, message_id: str) -> Message:
        """Return one message of the conversation."""
        return await self._call("GET", f"/conversations/{conversation_id}/messages/{message_id}")

    async def erase(self, conversation_id: str) -> None:
        """Erase the conversation from the log."""
        await self._call("DELETE", f"/conversations/{conversation_id}")

    async def make_link_code(self, conversation_id: str) -> Dict[str, Any]:
        """Return a one-time code for the conversation, and the channels where it can be sent."""
        return await self._call("POST", f"/conversations/{conversation_id}/link")

    async def wake(self, channel: str, conversations: Sequence[str]) -> None:
        """Say that something of these conversations waits; where Rasa is away, it looks by itself when it is back."""
        url, body = f"{self._channels_url}/{channel}/wake", {"conversations": list(conversations)}
        try:
            await self._session.post(url, json=body, headers=self._headers, timeout=TIMEOUT, raise_for_status=True)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.warning("Rasa is not told of new messages of %s: %s", channel, type(error).__name__)

    async def check(self) -> None:
        """Raise ApiError unless Rasa has a model loaded and its conversations' database open."""
        await self._call("GET", "/health")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        try:
            async with self._session.request(
                method, self._url + path, json=body, headers=self._headers, timeout=TIMEOUT
            ) as response:
                answer: Any = None if response.status == 204 else await response.json()
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            logger.warning("Rasa does not answer: %s: %s", type(error).__name__, error)
            raise _away() from error
        if response.status < 400:
            return answer
        code, message = answer["error"]["code"], answer["error"]["message"]
        if response.status in (400, 404):
            raise ApiError(response.status, code, message)
        logger.warning("Rasa answers %s %s: %s", response.status, code, message)
        if response.status == 401:
            logger.error("The Rasa server does not know this process: give both the same SECRET_KEY.")
            raise _away()
        raise ApiError(503, code, message, retry_after=RETRY_SECONDS)


def _away() -> ApiError:
    return ApiError(
        503, "assistant_unavailable", "The assistant is away at the moment; try again soon.", retry_after=RETRY_SECONDS
    )
