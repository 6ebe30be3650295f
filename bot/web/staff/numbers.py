"""The figures of the assistant: how many, about what, when, how well."""

import datetime as dt
from typing import Optional, Tuple

from aiohttp import web

from bot.review.numbers import STEPS, Numbers, first_day_of_intake, read_numbers
from bot.web.staff.database import in_review
from bot.web.staff.errors import PageError
from bot.web.staff.plots import Plot, plots_of, table_csv
from bot.web.staff.rendering import csv_file, render, with_query
from bot.web.staff.visits import VISIT
from bot.web.staff.wording import CAMPUS_TIME, Words

SPANS = {"day": 30, "week": 12 * 7, "month": 365, "intake": 2 * 365}
"""Days that are shown when none are chosen."""
LONGEST_SPAN = 3660
THEMES = ("light", "dark")


async def show_numbers(request: web.Request) -> web.Response:
    """Show all figures of a span of days, each plot with its table."""
    numbers, words = await _numbers(request), Words(request[VISIT].language)
    query = {"step": numbers.step, "from": numbers.since.isoformat(), "to": numbers.until.isoformat()}
    return await render(
        request, "numbers.html", numbers=numbers, plots=plots_of(numbers, words), query=query, steps=STEPS,
        query_text=with_query(query),
    )  # fmt: skip


async def show_plot(request: web.Request) -> web.Response:
    """Return one plot as an image."""
    from bot.web.staff.drawing import draw

    theme = request.query.get("theme", "light")
    if theme not in THEMES:
        raise PageError(404, "not_found")
    plot, words = await _plot(request)
    return web.Response(body=draw(plot, words, theme), content_type="image/svg+xml")


async def export_plot(request: web.Request) -> web.Response:
    """Return the table of one plot."""
    plot, words = await _plot(request)
    return csv_file(table_csv(plot, words), f"{plot.name}.csv")


async def _plot(request: web.Request) -> Tuple[Plot, Words]:
    words = Words(request[VISIT].language)
    for plot in plots_of(await _numbers(request), words):
        if plot.name == request.match_info["plot"]:
            return plot, words
    raise PageError(404, "not_found")


async def _numbers(request: web.Request) -> Numbers:
    step = request.query.get("step", "day")
    if step not in STEPS:
        raise PageError(400, "bad_filter")
    today = dt.datetime.now(CAMPUS_TIME).date()
    until = _day(request.query.get("to")) or today
    since = _day(request.query.get("from")) or until - dt.timedelta(days=SPANS[step] - 1)
    if step == "intake" and not request.query.get("from"):
        since = first_day_of_intake(since)
    if not 0 <= (until - since).days <= LONGEST_SPAN:
        raise PageError(400, "bad_filter")
    return await in_review(request, read_numbers, since, until, step=step)


def _day(text: Optional[str]) -> Optional[dt.date]:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise PageError(400, "bad_filter") from None
