"""Passes the messaging platforms' calls on to the Rasa server; its own two channels are never reachable here."""

import asyncio

import aiohttp
from aiohttp import web
from yarl import URL

from bot.web.errors import ApiError
from bot.web.keys import CLIENT, SETTINGS

INTERNAL_CHANNELS = ("web", "staff")
PASSED_ON = (
    "Content-Type",
    "User-Agent",
    "X-Hub-Signature",
    "X-Hub-Signature-256",
    "X-Slack-Signature",
    "X-Slack-Request-Timestamp",
    "X-Slack-Retry-Num",
    "X-Slack-Retry-Reason",
    "X-Twilio-Signature",
    "X-Telegram-Bot-Api-Secret-Token",
)
LARGEST_WEBHOOK = 3 * 1024 * 1024
"""A platform may put many messages into one call; students' own clients may not."""
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=3)


async def pass_on(request: web.Request) -> web.Response:
    """Pass a call on to the Rasa server and return its answer."""
    settings, channel, rest = request.app[SETTINGS], request.match_info["channel"], request.match_info["rest"]
    steps = rest.split("/")
    if channel in INTERNAL_CHANNELS or channel not in settings.channels or "." in steps or ".." in steps:
        raise ApiError(404, "not_found", "There is no such channel.")
    # As it came, letter by letter: platforms sign the address too.
    url = URL(settings.rasa_url + request.rel_url.raw_path_qs, encoded=True)
    body = await request.clone(client_max_size=LARGEST_WEBHOOK).read()
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    try:
        async with request.app[CLIENT].request(
            request.method, url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as answer:
            return web.Response(
                body=await answer.read(),
                status=answer.status,
                headers={"Content-Type": answer.headers.get("Content-Type", "text/plain")},
            )
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        raise ApiError(503, "assistant_unavailable", "The assistant is away at the moment.", retry_after=5) from error
