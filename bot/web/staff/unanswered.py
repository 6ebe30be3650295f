"""Questions without an answer, like ones together: write the answer, mark them, or put them aside."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Optional

from aiohttp import web
from sqlalchemy.orm import Session

from bot.languages import SUPPORTED_LANGUAGES
from bot.review import acts
from bot.topics import TOPICS
from bot.web.staff.choices import intent_choices
from bot.web.staff.conversation import conversation_path
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import number_from, render, see_other
from bot.web.staff.visits import HOME, VISIT, member_of

if TYPE_CHECKING:
    from bot.review.unanswered import QuestionGroup

REASONS = ("fallback", "not_known", "refused", "unhelpful")
PAGE_SIZE = 30


async def show_groups(request: web.Request) -> web.Response:
    """List the groups, the largest first."""
    from bot.review.unanswered import list_groups  # with numpy, which is most of the memory of this process

    wanted = {
        "language": _one_of(request.query.get("language"), SUPPORTED_LANGUAGES),
        "why": _one_of(request.query.get("why"), REASONS),
        "topic": _one_of(request.query.get("topic"), TOPICS),
    }
    days = number_from(request.query["days"], code="bad_filter") if request.query.get("days") else None
    since = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=min(days, 3660)) if days else None
    groups = await in_review(request, list_groups, since=since, **wanted)
    page = number_from(request.query.get("page") or "1", code="bad_page")
    shown = groups[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    filters = {**{name: value or "" for name, value in wanted.items()}, "days": str(days or "")}
    return await render(
        request, "unanswered.html", groups=shown, count=sum(group.size for group in groups), filters=filters, page=page,
        more=len(groups) > page * PAGE_SIZE, reasons=REASONS, topics=TOPICS,
    )  # fmt: skip


async def show_group(request: web.Request) -> web.Response:
    """Show the questions of a group and what can be done about them."""
    group = await group_of(request, number_from(request.match_info["key"]))
    if group is None:
        return see_other(f"{HOME}/unanswered", done="settled")
    return await render(
        request, "group.html", group=group, path=conversation_path, intents=intent_choices(request[VISIT].language)
    )


async def settle_group(request: web.Request) -> web.Response:
    """Mark all questions of a group with their intent, or put the group aside."""
    form, actor = await request.post(), member_of(request).email
    group = await group_of(request, number_from(request.match_info["key"]))
    if group is None:
        return see_other(f"{HOME}/unanswered", done="settled")
    act, intent = str(form.get("act", "")), str(form.get("intent", ""))
    if act == "mark" and intent in dict(intent_choices(request[VISIT].language)):
        await change_review(request, _mark, actor, group, intent)
        return see_other(f"{HOME}/unanswered", done="marked")
    if act == "dismiss":
        await settle(request, group, "dismissed")
        return see_other(f"{HOME}/unanswered", done="settled")
    raise PageError(400, "bad_request")


async def group_of(request: web.Request, key: int) -> Optional[QuestionGroup]:
    """Return the group of this key, or None when nothing of it is open any more."""
    from bot.review.unanswered import find_group

    return await in_review(request, find_group, key)


async def settle(request: web.Request, group: QuestionGroup, how: str) -> None:
    """Take the questions of a group off the list."""
    ids = [question.answer_id for question in group.questions]
    await change_review(request, acts.settle, member_of(request).email, ids, how)


def _mark(session: Session, actor: str, group: QuestionGroup, intent: str) -> None:
    for question in group.questions:
        acts.mark_intent(session, actor, question.event_id, intent)
    acts.settle(session, actor, [question.answer_id for question in group.questions], "mark")


def _one_of(value: Optional[str], allowed: tuple) -> Optional[str]:
    if value and value not in allowed:
        raise PageError(400, "bad_filter")
    return value or None
