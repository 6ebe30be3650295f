"""The widget: the script that a host page embeds, the conversation in its frame, a page that shows both."""

from aiohttp import web

from bot.web.keys import ASSETS, SETTINGS
from bot.web.policies import demo_policy, frame_policy

LOADER_CACHE = "public, max-age=3600, stale-while-revalidate=604800"
FRAME_CACHE = "private, max-age=300, stale-while-revalidate=86400"
"""The frame names the files of its version; for five minutes a browser need not ask for a newer one."""


async def show_loader(request: web.Request) -> web.Response:
    """Send the script that puts the widget on a page of another site."""
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return request.app[ASSETS]["widget/loader.js"].respond(request, LOADER_CACHE, headers)


async def show_frame(request: web.Request) -> web.Response:
    """Show the chat to pages of the allowed origins, in a frame."""
    headers = {
        "Content-Security-Policy": frame_policy(request.app[SETTINGS].allowed_origins),
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return request.app[ASSETS]["chat/chat.html"].respond(request, FRAME_CACHE, headers)


async def show_demo(request: web.Request) -> web.Response:
    """Show a page such as the school's, with the widget on it."""
    headers = {"Content-Security-Policy": demo_policy()}
    return request.app[ASSETS]["widget/demo.html"].respond(request, "no-cache", headers)
