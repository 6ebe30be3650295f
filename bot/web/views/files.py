"""Files that the assistant has offered: calendar, table, page to print. The address itself is the permission."""

import asyncio
from urllib.parse import quote

from aiohttp import web

from bot.files.making import UnknownFileError, make_file
from bot.tokens import TokenError, verify_file
from bot.web.errors import ApiError
from bot.web.keys import RATE_LIMITS, SETTINGS
from bot.web.rate_limits import Limit, client_address


async def show_file(request: web.Request) -> web.Response:
    """Make the file that the signed address names, from the facts of today; nothing of it is stored."""
    await request.app[RATE_LIMITS].count(Limit.ADDRESS, client_address(request))
    try:
        kind, criteria = verify_file(request.match_info["token"], request.app[SETTINGS].secret_key)
        made = await asyncio.get_running_loop().run_in_executor(None, make_file, kind, criteria)
    except TokenError as error:
        raise ApiError(404, error.code, str(error)) from None
    except UnknownFileError as error:
        raise ApiError(404, "link_invalid", str(error)) from None
    name = request.match_info["name"]
    manner = "inline" if made.is_page else "attachment"
    return web.Response(
        body=made.content,
        content_type=made.mime,
        charset="utf-8",
        headers={
            "Content-Disposition": f"{manner}; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        },
    )
