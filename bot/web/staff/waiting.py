"""What is new: how many students wait for a person, and whether an open page has to fetch its parts again."""

from dataclasses import asdict

from aiohttp import web

from bot.review.facets import WAITING
from bot.review.inbox import count_facet
from bot.review.news import read_news
from bot.web.staff.database import in_review


async def count_waiting(request: web.Request) -> int:
    """Return how many conversations wait for a person."""
    return await in_review(request, count_facet, WAITING)


async def show_news(request: web.Request) -> web.Response:
    """Tell the page's script."""
    news = await in_review(request, read_news, request.query.get("conversation", ""))
    return web.json_response(asdict(news))
