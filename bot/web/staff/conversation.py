"""One conversation: what was said, what the assistant made of it, what staff do with it."""

from typing import Any, Dict, FrozenSet
from urllib.parse import parse_qsl, quote

from aiohttp import web
from multidict import MultiDict

from bot.errors import DatabaseUnavailableError
from bot.mobility.contacts import list_public_addresses
from bot.review import acts
from bot.review.accounts import list_accounts
from bot.review.inbox import find_neighbours
from bot.review.masking import address_key
from bot.review.news import read_news
from bot.review.transcripts import read_transcript
from bot.web.staff.choices import intent_choices
from bot.web.staff.database import change_review, in_mobility, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.inbox import filter_of, query_of
from bot.web.staff.rendering import number_from, render, see_other, with_query
from bot.web.staff.visits import HOME, VISIT, member_of


async def show_conversation(request: web.Request) -> web.Response:
    """Show a conversation with its personal data hidden."""
    return await _page(request, unmasked=False)


async def show_unmasked(request: web.Request) -> web.Response:
    """Show it as it was written; the look is recorded, so it takes a form and no link."""
    try:
        await change_review(request, acts.note_unmasked, member_of(request).email, request.match_info["id"])
    except acts.ActError as error:
        raise PageError(404, error.code) from error
    return await _page(request, unmasked=True)


async def change_conversation(request: web.Request) -> web.Response:
    """Flag, tag, note, assign, mark as reviewed, correct an intent."""
    form, actor, conversation_id = await request.post(), member_of(request).email, request.match_info["id"]
    act, value = str(form.get("act", "")), str(form.get("value", ""))
    changes: Dict[str, Any] = {
        "flag": lambda session: acts.set_flag(session, actor, conversation_id, value == "on"),
        "reviewed": lambda session: acts.set_reviewed(session, actor, conversation_id, value == "on"),
        "tag": lambda session: acts.add_tag(session, actor, conversation_id, value),
        "untag": lambda session: acts.remove_tag(session, actor, conversation_id, value),
        "note": lambda session: acts.add_note(session, actor, conversation_id, value),
        "assign": lambda session: acts.assign(session, actor, conversation_id, value or None),
    }
    if act not in changes:
        raise PageError(400, "bad_request")
    if act == "assign" and value:
        members = await in_review(request, list_accounts)
        if value not in [member.email for member in members if not member.disabled]:
            raise PageError(400, "account_unknown")
    await _do(request, changes[act])
    return see_other(conversation_path(conversation_id, str(form.get("view", ""))), done="saved")


async def mark_intent(request: web.Request) -> web.Response:
    """Say how a message should have been understood; training learns it."""
    form, actor = await request.post(), member_of(request).email
    event_id, intent = number_from(str(form.get("event", "")), code="bad_request"), str(form.get("intent", ""))
    if intent and intent not in dict(intent_choices(request[VISIT].language)):
        raise PageError(400, "bad_request")
    await _do(request, acts.mark_intent, actor, event_id, intent or None)
    path = conversation_path(request.match_info["id"], str(form.get("view", "")))
    return see_other(path, done="marked" if intent else "saved")


def conversation_path(conversation_id: str, view: str = "") -> str:
    """Return the address of a conversation, within a view of the inbox."""
    path = f"{HOME}/conversations/{quote(conversation_id, safe='')}"
    return f"{path}?{with_query({}, view=view)}" if view else path


async def _do(request: web.Request, function: Any, *values: Any) -> None:
    try:
        await change_review(request, function, *values)
    except acts.ActError as error:
        raise PageError(404 if error.code.endswith("_not_found") else 400, error.code) from error


async def _page(request: web.Request, *, unmasked: bool) -> web.Response:
    conversation_id, member = request.match_info["id"], member_of(request)
    news = await in_review(request, read_news, conversation_id)  # first: what comes while the page is made is new
    public = await _public_addresses(request)
    transcript = await in_review(request, read_transcript, conversation_id, unmasked=unmasked, public=public)
    if transcript is None:
        raise PageError(404, "conversation_not_found")
    if request.headers.get("Sec-Fetch-Dest", "document") == "document":
        await change_review(request, acts.note_opened, conversation_id)
    # What a form posted stands in its body, the view of a link in its address.
    view = str((await request.post()).get("view", "")) if unmasked else request.query.get("view", "")
    query = query_of(MultiDict(parse_qsl(view[:2000])))
    neighbours = await in_review(request, find_neighbours, filter_of(query, member.email), conversation_id)
    draft = await in_review(request, acts.read_draft, member.email, conversation_id)
    members = await in_review(request, list_accounts)
    return await render(
        request, "conversation.html",
        talk=transcript, news=news, view=with_query(query), neighbours=neighbours, draft=draft,
        people=[one for one in members if not one.disabled], names={one.email: one.name for one in members},
        intents=(intents := intent_choices(request[VISIT].language)), titles=dict(intents), path=conversation_path,
    )  # fmt: skip


async def _public_addresses(request: web.Request) -> FrozenSet[str]:
    """Return what the mobility database publishes; while that database is away, everything is masked."""
    try:
        return frozenset(map(address_key, await in_mobility(request, list_public_addresses)))
    except DatabaseUnavailableError:
        return frozenset()
