"""The pages for people; all they need is under static/."""

from pathlib import Path

from aiohttp import web

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"


async def show_chat(request: web.Request) -> web.FileResponse:
    """Show the chat page."""
    return web.FileResponse(STATIC_FOLDER / "chat.html")


async def show_api(request: web.Request) -> web.FileResponse:
    """Show the page that lists the chat API."""
    return web.FileResponse(STATIC_FOLDER / "api.html")


def not_found_page() -> web.Response:
    """Return the page for an address that leads nowhere."""
    text = (STATIC_FOLDER / "not_found.html").read_text(encoding="utf-8")
    return web.Response(text=text, status=404, content_type="text/html")
