"""The inbox: conversations by newest activity, narrowed by filters that stay in the address."""

import csv
import datetime as dt
import io
from collections import defaultdict
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiMapping

from bot.languages import SUPPORTED_LANGUAGES
from bot.review.accounts import list_accounts
from bot.review.audit import record
from bot.review.inbox import CursorError, InboxFilter, Row, list_conversations, list_facet_values
from bot.review.news import read_news
from bot.review.views import ViewError, delete_view, list_views, save_view
from bot.topics import TOPICS
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import csv_file, number_from, render, safe_cell, see_other, with_query
from bot.web.staff.visits import HOME, member_of
from bot.web.staff.wording import CAMPUS_TIME

FACET_KINDS = ("state", "outcome", "topic", "language", "channel", "feedback", "tag", "assignee")
OUTCOMES = ("answered", "not_known", "clarify", "fallback", "handed_over", "small_talk")
STATES = ("waiting", "in_hand", "unread", "unreviewed", "reviewed", "flagged")
OPINIONS = ("helpful", "unhelpful")
NOBODY = "-"
"""Stands for "assigned to nobody" in an address, where an empty value is no filter."""
_FIELDS = ("q", "days", "from", "to", "confidence_from", "confidence_to", "shortest", "longest")
BUILT_IN_VIEWS: Tuple[Tuple[str, Dict[str, Any]], ...] = (
    ("all", {}),
    ("waiting", {"state": "waiting"}),
    ("not_understood", {"outcome": ["fallback", "not_known"], "days": "7"}),
    ("not_helpful", {"feedback": "unhelpful"}),
    ("unread", {"state": "unread"}),
    ("mine", {"assignee": "me"}),
)
MOST_EXPORTED = 5000
UNSURE = 0.8
"""About where the assistant asks back: a confidence above it is no news."""
_COLUMNS = (
    "conversation", "channel", "language", "started", "last_activity", "student_messages", "lowest_confidence",
    "topics", "outcomes", "feedback", "tags", "assignee", "state", "latest_words",
)  # fmt: skip


class View(NamedTuple):
    """A view as a link."""

    name: str
    query: str
    current: bool
    id: Optional[int] = None


def query_of(values: MultiMapping) -> Dict[str, Any]:
    """Return what of an address narrows the inbox, in one order, so that equal views have equal addresses."""
    query: Dict[str, Any] = {kind: sorted({v for v in values.getall(kind, []) if v}) for kind in FACET_KINDS}
    query.update({name: values.get(name, "").strip() for name in _FIELDS})
    return {name: value for name, value in query.items() if value}


def filter_of(query: Mapping[str, Any], email: str) -> InboxFilter:
    """Return the filter that an address means; raise PageError where a value is none."""
    facets = [f"{kind}:{_facet(kind, value, email)}" for kind in FACET_KINDS for value in query.get(kind, ())]
    since, until = _day(query.get("from")), _day(query.get("to"))
    if query.get("days"):
        since = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=min(_whole(query["days"]) or 1, 3660))
    return InboxFilter(
        facets=tuple(facets),
        text=query.get("q", "")[:200],
        since=since,
        until=until + dt.timedelta(days=1) if until else None,
        confidence_from=_share(query.get("confidence_from")),
        confidence_to=_share(query.get("confidence_to")),
        shortest=_whole(query.get("shortest")),
        longest=_whole(query.get("longest")),
    )


async def show_inbox(request: web.Request) -> web.Response:
    """Show a page of the inbox."""
    member = member_of(request)
    query = query_of(request.query)
    wanted = filter_of(query, member.email)
    after, before = request.query.get("after"), request.query.get("before")
    news = await in_review(request, read_news)  # first: what comes while the page is made is new
    try:
        page = await in_review(request, list_conversations, wanted, after=after, before=before)
    except CursorError as error:
        raise PageError(400, "bad_page") from error
    views = await in_review(request, list_views, member.id)
    shown = _views(query, views)
    return await render(
        request, "inbox.html", page=page, news=news, query=defaultdict(str, query), query_text=with_query(query),
        choices=await _choices(request),
        views=shown, saved=next((view.id for view in shown if view.current and view.id), None),
        filters=sum(len(v) if isinstance(v, list) else 1 for v in query.values()),
        unsure=UNSURE, several=("state", "outcome", "feedback", "language"),
    )  # fmt: skip


async def change_views(request: web.Request) -> web.Response:
    """Save the present view under a name, or drop a saved one."""
    form, member = await request.post(), member_of(request)
    if form.get("drop"):
        await change_review(request, delete_view, member.id, number_from(str(form["drop"])))
        return see_other(HOME, done="view_dropped")
    query = with_query(query_of(MultiDict(parse_qsl(str(form.get("query", ""))))))
    try:
        await change_review(request, save_view, member.id, str(form.get("name", "")), query)
    except ViewError as error:
        raise PageError(400, error.code) from error
    return see_other(f"{HOME}?{query}", done="view_saved")


async def export_inbox(request: web.Request) -> web.Response:
    """Return the present view as a table; who exported what is recorded."""
    member, query = member_of(request), query_of(request.query)
    wanted = filter_of(query, member.email)
    rows = await in_review(request, _all_rows, wanted)
    await change_review(request, record, member.email, "conversations.export", with_query(query)[:200], rows=len(rows))
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(_COLUMNS)
    table.writerows(_line(row) for row in rows)
    return csv_file(file.getvalue(), "conversations.csv")


def _all_rows(session: Any, wanted: InboxFilter) -> List[Row]:
    rows: List[Row] = []
    after: Optional[str] = None
    while len(rows) < MOST_EXPORTED:
        page = list_conversations(session, wanted, after=after, size=500)
        rows += page.rows
        after = page.older
        if after is None:
            break
    return rows[:MOST_EXPORTED]


def _line(row: Row) -> List[Any]:
    lists = (" ".join(row.values(kind)) for kind in ("topic", "outcome", "feedback", "tag", "assignee", "state"))
    return [
        safe_cell(row.id), row.channel, row.language or "", row.started_at.isoformat(), row.last_activity.isoformat(),
        row.student_messages, "" if row.lowest_confidence is None else round(row.lowest_confidence, 3),
        *map(safe_cell, lists), safe_cell(row.preview),
    ]  # fmt: skip


async def _choices(request: web.Request) -> Dict[str, List[Tuple[str, str]]]:
    """Return what each filter offers: values with a name of their own, "" where wording names them."""
    tags = await in_review(request, list_facet_values, "tag")
    channels = await in_review(request, list_facet_values, "channel")
    people = [(m.email, m.name) for m in await in_review(request, list_accounts) if not m.disabled]
    return {
        "state": [(value, "") for value in STATES],
        "outcome": [(value, "") for value in OUTCOMES],
        "topic": [(value, "") for value in TOPICS],
        "language": [(value, "") for value in SUPPORTED_LANGUAGES],
        "channel": [(value, value) for value in channels],
        "feedback": [(value, "") for value in OPINIONS],
        "tag": [(value, value) for value in tags],
        "assignee": [("me", ""), (NOBODY, ""), *people],
    }


def _views(query: Mapping[str, Any], saved: List[Any]) -> List[View]:
    here = with_query(query)
    known = [
        View(name, with_query({key: values.get(key) for key in (*FACET_KINDS, *_FIELDS)}), False)
        for name, values in BUILT_IN_VIEWS
    ]
    mine = [View(view.name, view.query, False, view.id) for view in saved]
    return [view._replace(current=view.query == here) for view in (*known, *mine)]


def _facet(kind: str, value: str, email: str) -> str:
    if kind == "assignee":
        return {"me": email, NOBODY: ""}.get(value, value)
    return value


def _day(text: Optional[str]) -> Optional[dt.datetime]:
    if not text:
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=CAMPUS_TIME)
    except ValueError:
        raise PageError(400, "bad_filter") from None


def _whole(text: Optional[str]) -> Optional[int]:
    return number_from(text, code="bad_filter") if text else None


def _share(text: Optional[str]) -> Optional[float]:
    number = _whole(text)
    return None if number is None else min(number, 100) / 100
