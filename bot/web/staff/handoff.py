"""Staff speak with students: take over, write, give back; the Rasa server does it, so that its log holds all of it."""

import asyncio
import logging
from typing import Any, Dict
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.review import acts
from bot.tokens import WEB_TO_CHANNEL, internal_token
from bot.web.keys import CLIENT, SETTINGS
from bot.web.staff.conversation import conversation_path
from bot.web.staff.database import change_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import see_other
from bot.web.staff.visits import member_of

logger = logging.getLogger(__name__)
LONGEST_TEXT = 4000
TIMEOUT = aiohttp.ClientTimeout(total=25, sock_connect=3)


async def take_over(request: web.Request) -> web.Response:
    """Have the assistant fall silent in a conversation."""
    await _call(request, "take_over", {})
    return await _back(request, "taken_over")


async def reply(request: web.Request) -> web.Response:
    """Send the student what a member of staff wrote, and drop the draft."""
    text = str((await request.post()).get("text", "")).strip()
    if not 0 < len(text) <= LONGEST_TEXT:
        raise PageError(400, "text_invalid")
    delivered = await _call(request, "messages", {"text": text})
    await change_review(request, acts.save_draft, member_of(request).email, request.match_info["id"], "")
    return await _back(request, "sent" if delivered else "not_delivered")


async def give_back(request: web.Request) -> web.Response:
    """Have the assistant answer again; it tells the student so."""
    await _call(request, "give_back", {})
    return await _back(request, "given_back")


async def keep_draft(request: web.Request) -> web.Response:
    """Keep what a member of staff is writing."""
    text = str((await request.post()).get("text", ""))
    try:
        await change_review(request, acts.save_draft, member_of(request).email, request.match_info["id"], text)
    except acts.ActError as error:
        raise PageError(404, error.code) from error
    return web.Response(status=204)


async def _call(request: web.Request, act: str, body: Dict[str, Any]) -> bool:
    """Call the channel `staff` of the Rasa server; tell whether what was said reached the student."""
    settings, member = request.app[SETTINGS], member_of(request)
    url = f"{settings.rasa_url}/webhooks/staff/conversations/{quote(request.match_info['id'], safe='')}/{act}"
    headers = {"Authorization": f"Bearer {internal_token(settings.secret_key, WEB_TO_CHANNEL)}"}
    body = {**body, "staff": member.email, "name": member.name}
    try:
        async with request.app[CLIENT].post(url, json=body, headers=headers, timeout=TIMEOUT) as answer:
            if answer.status < 400:
                return bool((await answer.json()).get("delivered", True))
            status, text = answer.status, (await answer.text())[:300]
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        logger.warning("Rasa does not answer: %s: %s", type(error).__name__, error)
        raise PageError(503, "assistant_unavailable", retry_after=5) from error
    logger.warning("Rasa refuses %s of a conversation with %s: %s", act, status, text)
    if status == 404:
        raise PageError(404, "conversation_not_found")
    if status == 409:
        raise PageError(409, "handoff_changed")
    raise PageError(503, "assistant_unavailable", retry_after=5)


async def _back(request: web.Request, done: str) -> web.Response:
    view = str((await request.post()).get("view", ""))
    return see_other(f"{conversation_path(request.match_info['id'], view)}", done=done)
