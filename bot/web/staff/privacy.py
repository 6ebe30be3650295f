"""A student's rights: erase everything of a conversation, hand out everything that is kept of it."""

import asyncio
import json

from aiohttp import web

from bot.review.retention import Archive
from bot.web.errors import ApiError
from bot.web.keys import RASA, SETTINGS, STREAMS
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import see_other
from bot.web.staff.visits import HOME, member_of


async def erase_student(request: web.Request) -> web.Response:
    """Erase the conversation everywhere; the audit keeps a certificate without a name."""
    conversation_id, actor = request.match_info["id"], member_of(request).email
    if (await request.post()).get("sure") != "yes":
        raise PageError(400, "bad_request")
    try:
        # The Rasa server forgets what it holds in memory of it, too.
        await request.app[RASA].erase(conversation_id)
    except ApiError as error:
        if error.status != 404:
            raise
    erased = await asyncio.to_thread(_archive(request).erase, actor, conversation_id)
    await request.app[STREAMS].end(conversation_id)
    return see_other(HOME, done="erased" if erased.anything else "erased_nothing")


async def hand_out(request: web.Request) -> web.Response:
    """Return everything that is kept of one conversation, unmasked, for the student; that is recorded."""
    conversation_id = request.match_info["id"]
    kept = await asyncio.to_thread(_archive(request).export, member_of(request).email, conversation_id)
    if kept is None:
        raise PageError(404, "conversation_not_found")
    return web.Response(
        body=json.dumps(kept, ensure_ascii=False, indent=2).encode("utf-8"),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="conversation.json"'},
    )


def _archive(request: web.Request) -> Archive:
    settings = request.app[SETTINGS]
    return Archive(settings.tracker_database_url, settings.review_database_url)
