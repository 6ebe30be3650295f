"""Staff speak with students: take over, write, give back; the Rasa server does it, so that its log holds all of it."""

import asyncio
import logging
from typing import Any, Callable, Dict
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.review import acts
from bot.review.transcripts import Transcript, read_transcript
from bot.tokens import WEB_TO_CHANNEL, internal_token
from bot.web.keys import CLIENT, SETTINGS
from bot.web.staff.conversation import conversation_path
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import see_other
from bot.web.staff.visits import member_of

logger = logging.getLogger(__name__)
LONGEST_TEXT = 4000
LOG_LOOKS, LOG_PAUSE_SECONDS = 20, 0.15
TIMEOUT = aiohttp.ClientTimeout(total=25, sock_connect=3)


async def take_over(request: web.Request) -> web.Response:
    """Have the assistant fall silent in a conversation."""
    await _call(request, "take_over", {})
    await _until(request, lambda talk: talk.handoff is not None and talk.handoff.in_hand)
    return await _back(request, "taken_over")


async def reply(request: web.Request) -> web.Response:
    """Send the student what a member of staff wrote, and drop the draft."""
    text = str((await request.post()).get("text", "")).strip()
    if not 0 < len(text) <= LONGEST_TEXT:
        raise PageError(400, "text_invalid")
    before = await in_review(request, read_transcript, request.match_info["id"])
    delivered = await _call(request, "messages", {"text": text})
    await _until(request, lambda talk: before is None or len(talk.messages) > len(before.messages))
    await change_review(request, acts.save_draft, member_of(request).email, request.match_info["id"], "")
    return await _back(request, "sent" if delivered else "not_delivered")


async def give_back(request: web.Request) -> web.Response:
    """Have the assistant answer again; it tells the student so."""
    await _call(request, "give_back", {})
    await _until(request, lambda talk: talk.handoff is None)
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


async def _until(request: web.Request, holds: Callable[[Transcript], bool]) -> None:
    """Wait until the log shows what was done, so that the next page does; it is never far behind."""
    for _ in range(LOG_LOOKS):
        talk = await in_review(request, read_transcript, request.match_info["id"])
        if talk is not None and holds(talk):
            return
        await asyncio.sleep(LOG_PAUSE_SECONDS)


async def _back(request: web.Request, done: str) -> web.Response:
    view = str((await request.post()).get("view", ""))
    return see_other(f"{conversation_path(request.match_info['id'], view)}", done=done)
