"""What WhatsApp and Messenger share: Meta's webhooks and Graph API."""

import asyncio
import hmac
from abc import abstractmethod
from typing import Any, Dict, Mapping

import aiohttp

from bot.messaging.platforms.base import (
    TIMEOUT,
    BadCallError,
    Call,
    Platform,
    RefusedWebhookError,
    TokenRevokedError,
    TryLaterError,
    UnreachableError,
    WindowClosedError,
    answer_of,
    retry_after,
    signature_matches,
)

API = "https://graph.facebook.com/v21.0"
_BUSY = {4, 17, 32, 613, 80007, 130429, 131048, 131056, 133016}
_IN_TROUBLE = {1, 2, 131000, 131016, 131057, 1200}
_WINDOW_CLOSED = {131047}
_GONE = {131026, 131030, 131031, 551}
_TOKEN = {0, 190, 10, 200}
_MESSENGER_WINDOW_CLOSED = 2018278


class GraphPlatform(Platform):
    """A product of Meta: signed webhooks, bearer token, numbered errors."""

    window_seconds = 24 * 3600.0

    def __init__(self, token: str, app_secret: str, verify_token: str, api: str):
        self._token = token
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._api = api.rstrip("/")
        self.secrets = (token, app_secret, verify_token)

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check the signature that Meta makes with the app's secret."""
        scheme, _, given = headers.get("X-Hub-Signature-256", "").partition("=")
        if not given:
            raise RefusedWebhookError(401, "The signature is missing.")
        if scheme != "sha256" or not signature_matches(given, self._app_secret, body):
            raise RefusedWebhookError(403, "The signature is wrong.")

    def verify_subscription(self, query: Mapping[str, str]) -> str:
        """Return the challenge to whoever knows the verify token."""
        given = query.get("hub.verify_token", "")
        if query.get("hub.mode") != "subscribe" or "hub.challenge" not in query:
            raise RefusedWebhookError(400, "hub.mode and hub.challenge are missing.")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._verify_token.encode()):
            raise RefusedWebhookError(403, "The verify token is wrong.")
        return query["hub.challenge"]

    async def perform(self, session: aiohttp.ClientSession, call: Call) -> Any:
        """Make a call; a call with a file first uploads it."""
        if call.file is not None:
            call = await self._with_uploaded_file(session, call)
        return await self._post(session, call.method, json=dict(call.payload))

    @abstractmethod
    async def _with_uploaded_file(self, session: aiohttp.ClientSession, call: Call) -> Call:
        """Upload the call's file; return the call that sends it."""

    async def _post(self, session: aiohttp.ClientSession, path: str, **body: Any) -> Dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with session.post(f"{self._api}/{path}", headers=headers, timeout=TIMEOUT, **body) as response:
                answer, status, wait = await answer_of(response), response.status, retry_after(response)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TryLaterError(f"{self.name} does not answer: {type(error).__name__}") from None
        if status == 200 and answer:
            return answer
        if status == 200:
            raise TryLaterError(f"{self.name} answers 200 without a word", wait)
        raise _error(status, answer.get("error") or {}, wait)


def _error(status: int, error: Mapping[str, Any], wait: Any) -> Exception:
    code, detail = error.get("code"), f"{status}, error {error.get('code')}: {error.get('message', '')}"
    if error.get("error_subcode") == _MESSENGER_WINDOW_CLOSED or code in _WINDOW_CLOSED:
        return WindowClosedError(detail)
    if status == 429 or code in _BUSY:
        return TryLaterError(detail, wait)
    if code in _GONE:
        return UnreachableError(detail)
    if status == 401 or (code in _TOKEN and status in (400, 403)):
        return TokenRevokedError(detail)
    if status >= 500 or code in _IN_TROUBLE:
        return TryLaterError(detail, wait)
    return BadCallError(detail)
