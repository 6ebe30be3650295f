"""Views of the chat API."""

import asyncio
from functools import partial
from re import fullmatch
from typing import Type

from aiohttp import web

from bot.review.erasure import certify_erasure, erase_from_log
from bot.tokens import new_conversation_id, sign_conversation
from bot.web.errors import ApiError
from bot.web.keys import FEEDBACK, METRICS, RASA, RATE_LIMITS, SETTINGS, STREAMS
from bot.web.rate_limits import Limit, client_address
from bot.web.requests import checked, conversation_of, json_of, limited_conversation_of
from bot.web.schemas import MESSAGE_ID, ApiModel, ChoiceRequest, FeedbackRequest, OpenRequest, TextRequest


async def open_conversation(request: web.Request) -> web.Response:
    """Mint a conversation, sign its token, greet."""
    app = request.app
    await app[RATE_LIMITS].count(Limit.OPENING, client_address(request))
    wish = checked(OpenRequest, await json_of(request))
    conversation_id = new_conversation_id()
    messages = await app[RASA].open(conversation_id, wish.language)
    app[METRICS].count_answers(messages)
    token = sign_conversation(conversation_id, app[SETTINGS].secret_key)
    return web.json_response({"conversation_id": conversation_id, "token": token, "messages": messages}, status=201)


async def send_message(request: web.Request) -> web.Response:
    """Send words or a choice, return the replies, and tell the conversation's other streams.

    202 and no replies: a member of the staff speaks in the conversation and will answer through the stream.
    """
    app = request.app
    conversation_id = await limited_conversation_of(request)
    body = await json_of(request)
    model: Type[ApiModel] = ChoiceRequest if "choice" in body and "text" not in body else TextRequest
    turn = await app[RASA].send(conversation_id, checked(model, body).dict(exclude_none=True))
    app[METRICS].count_answers(turn["messages"])
    await app[STREAMS].publish(conversation_id, [turn["sent"], *turn["messages"]])
    return web.json_response(turn, status=200 if turn["messages"] else 202)


async def list_messages(request: web.Request) -> web.Response:
    """Return the history, or what came after a message."""
    after = request.query.get("after")
    conversation_id = conversation_of(request)
    if after is not None and not fullmatch(MESSAGE_ID, after):
        raise ApiError(400, "invalid_request", "after: is not the id of a message")
    return web.json_response({"messages": await request.app[RASA].history(conversation_id, after)})


async def give_feedback(request: web.Request) -> web.Response:
    """Keep what the student thinks of a message; the latest word wins."""
    app = request.app
    conversation_id = await limited_conversation_of(request)
    message_id = request.match_info["message_id"]
    feedback = checked(FeedbackRequest, await json_of(request))
    message = await app[RASA].message(conversation_id, message_id) if fullmatch(MESSAGE_ID, message_id) else None
    if message is None or message["sender"] == "student":
        raise ApiError(404, "message_not_found", "The assistant has sent no such message in the conversation.")
    await asyncio.to_thread(app[FEEDBACK].save, conversation_id, message_id, feedback.helpful, feedback.comment)
    return web.Response(status=204)


async def make_link_code(request: web.Request) -> web.Response:
    """Return a one-time code by which a messenger takes over what this conversation remembers."""
    conversation_id = await limited_conversation_of(request)
    return web.json_response(await request.app[RASA].make_link_code(conversation_id), status=201)


async def erase_conversation(request: web.Request) -> web.Response:
    """Erase the conversation everywhere; its token opens nothing any more."""
    app = request.app
    conversation_id = conversation_of(request)
    log = app[SETTINGS].review_database_url
    # The log first: should a later step fail, the conversation still exists and can be erased again. And once more,
    # for what was written to the log in between.
    first = await asyncio.to_thread(erase_from_log, log, conversation_id)
    await app[RASA].erase(conversation_id)
    rest = await asyncio.to_thread(erase_from_log, log, conversation_id)
    counts = {kind: first[kind] + rest[kind] for kind in first}
    await asyncio.to_thread(partial(certify_erasure, log, "student", conversation_id, "asked for", **counts))
    await app[STREAMS].end(conversation_id)
    return web.Response(status=204)
