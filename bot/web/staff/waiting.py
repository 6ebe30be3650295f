"""How many students wait for a person: in the title of every page, asked again by its script."""

from aiohttp import web

from bot.review.facets import WAITING
from bot.review.inbox import count_facet
from bot.web.staff.database import in_review


async def count_waiting(request: web.Request) -> int:
    """Return how many conversations wait for a person."""
    return await in_review(request, count_facet, WAITING)


async def show_waiting(request: web.Request) -> web.Response:
    """Tell the page's script."""
    return web.json_response({"waiting": await count_waiting(request)})
