"""The pages for people; all they need is under static/."""

from aiohttp import web

from bot.web.assets import ASK_EACH_TIME
from bot.web.keys import ASSETS


async def show_chat(request: web.Request) -> web.Response:
    """Show the chat page."""
    return _page(request, "chat/chat.html")


async def show_api(request: web.Request) -> web.Response:
    """Show the page that lists the chat API."""
    return _page(request, "api.html")


async def show_file(request: web.Request) -> web.Response:
    """Send a file of the pages."""
    return request.app[ASSETS].respond(request, request.match_info["name"], request.match_info.get("version"))


def not_found_page(request: web.Request) -> web.Response:
    """Return the page for an address that leads nowhere."""
    page = _page(request, "not_found.html")
    page.set_status(404)
    return page


def _page(request: web.Request, name: str) -> web.Response:
    return request.app[ASSETS][name].respond(request, ASK_EACH_TIME)
