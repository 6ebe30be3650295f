"""The stream of what arrives by itself, and the door by which the Rasa server hands it in."""

import asyncio
import json
from contextlib import suppress
from re import fullmatch

from aiohttp import web
from aiohttp_sse import EventSourceResponse

from bot.tokens import CHANNEL_TO_WEB, bearer_token, is_internal_token
from bot.web.errors import ApiError
from bot.web.keys import METRICS, RASA, SETTINGS, STREAMS
from bot.web.requests import conversation_of, json_of
from bot.web.schemas import MESSAGE_ID
from bot.web.streams import Subscription

HEARTBEAT_SECONDS = 15


async def stream(request: web.Request) -> web.StreamResponse:
    """Send the conversation's new messages as they come; after a break, first those missed since Last-Event-ID."""
    conversation_id = conversation_of(request)
    last_seen = request.headers.get("Last-Event-ID")
    if last_seen is not None and not fullmatch(MESSAGE_ID, last_seen):
        raise ApiError(400, "invalid_request", "Last-Event-ID: is not the id of a message")
    # Subscribed before the history is read, so that nothing falls between the two.
    with request.app[STREAMS].subscribe(conversation_id) as subscription:
        history = await request.app[RASA].history(conversation_id, last_seen)
        response = EventSourceResponse()
        response.ping_interval = HEARTBEAT_SECONDS
        await response.prepare(request)
        async with response:
            sending = asyncio.ensure_future(_send(response, history if last_seen else [], subscription))
            sending.add_done_callback(lambda _: response.stop_streaming())
            try:
                await response.wait()  # until the reader goes or the sending ends
            finally:
                sending.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await sending
    return response


async def _send(response: EventSourceResponse, missed: list, subscription: Subscription) -> None:
    sent = set()
    for message in missed:
        sent.add(message["id"])
        await response.send(json.dumps(message, ensure_ascii=False), id=message["id"])
    while (message := await subscription.next()) is not None:
        if message["id"] not in sent:
            await response.send(json.dumps(message, ensure_ascii=False), id=message["id"])


async def take_message(request: web.Request) -> web.Response:
    """Take from the Rasa server what came by itself and hand it to the conversation's streams."""
    given = bearer_token(request.headers.get("Authorization")) or ""
    if not is_internal_token(given, request.app[SETTINGS].secret_key, CHANNEL_TO_WEB):
        raise ApiError(401, "token_invalid", "Only the assistant's own processes may call this.")
    news = await json_of(request)
    request.app[METRICS].count_answers(news["messages"])
    await request.app[STREAMS].publish(news["conversation_id"], news["messages"])
    return web.Response(status=204)
