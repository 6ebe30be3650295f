"""What stands between a request and a view of the console: session, same origin, permission, form token, errors."""

import logging
from dataclasses import dataclass
from hmac import compare_digest
from typing import Awaitable, Callable, Optional
from urllib.parse import quote

from aiohttp import web

from bot.errors import BotError, DatabaseUnavailableError
from bot.review.permissions import Permission
from bot.web.errors import ApiError
from bot.web.keys import REQUEST_ID
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import render, see_other
from bot.web.staff.visits import HOME, VISIT, is_same_origin, set_session_cookie, visit_of

logger = logging.getLogger(__name__)
View = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_UPLOAD = 20 * 1024 * 1024


@dataclass(frozen=True)
class Route:
    """One address of the console."""

    method: str
    path: str
    view: View
    permission: Optional[Permission] = None
    """What the role must allow; None: any account will do."""
    public: bool = False
    """Open before signing in."""
    upload: bool = False
    """Takes a file, larger than other forms may be."""
    data: bool = False
    """Called by a script: who is not signed in is refused instead of being led to the sign-in page."""


def guarded(route: Route) -> View:
    """Return the view behind all that protects it."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if route.upload:
            request = request.clone(client_max_size=LARGEST_UPLOAD)
        try:
            visit = request[VISIT] = await visit_of(request)
        except DatabaseUnavailableError:
            logger.exception("The review database does not answer.")
            return web.Response(status=503, text="The review database does not answer.", headers={"Retry-After": "5"})
        response = await _answer(request, route)
        if visit.is_new and not response.prepared and "staff_session" not in response.cookies:
            set_session_cookie(request, response, visit.session_id)
        return response

    handle.__name__ = route.view.__name__
    return handle


async def _answer(request: web.Request, route: Route) -> web.StreamResponse:
    try:
        refusal = await _refusal(request, route)
        return refusal if refusal is not None else await route.view(request)
    except PageError as error:
        return await _error_page(request, error)
    except ApiError as error:
        code = error.code if error.code in ("too_many_requests", "assistant_unavailable") else "failed"
        return await _error_page(request, PageError(error.status, code, retry_after=error.retry_after))
    except DatabaseUnavailableError:
        logger.exception("A database does not answer.")
        return await _error_page(request, PageError(503, "database_unavailable", retry_after=5))
    except web.HTTPRequestEntityTooLarge:
        return await _error_page(request, PageError(413, "too_large"))
    except web.HTTPException:
        raise
    except BotError as error:
        return await _error_page(request, PageError(400, "refused"), detail=str(error))
    except Exception:
        logger.exception("Request %s failed.", request.get(REQUEST_ID))
        return await _error_page(request, PageError(500, "failed"))


async def _refusal(request: web.Request, route: Route) -> Optional[web.StreamResponse]:
    """Return how to go on instead, raise PageError, or return None: the view may run."""
    visit, changes = request[VISIT], route.method != "GET"
    if "\0" in request.path or any("\0" in value for value in request.query.values()):
        raise PageError(400, "bad_request")  # PostgreSQL has no such sign
    if changes and not is_same_origin(request):
        raise PageError(403, "other_site")
    if not route.public:
        if visit.member is None:
            if route.data or changes:
                raise PageError(401, "signed_out")
            return see_other(f"{HOME}/login?next={quote(request.rel_url.raw_path_qs, safe='')}")
        if route.permission is not None and not visit.may(route.permission):
            raise PageError(403, "not_allowed")
    if changes:
        given = request.headers.get("X-Form-Token") or (await request.post()).get("form_token")
        if not isinstance(given, str) or not compare_digest(given.encode(), visit.csrf_token.encode()):
            raise PageError(403, "form_expired")
        if any(isinstance(value, str) and "\0" in value for value in (await request.post()).values()):
            raise PageError(400, "bad_request")
    return None


async def _error_page(request: web.Request, error: PageError, detail: str = "") -> web.Response:
    response = await render(request, "error.html", status=error.status, code=error.code, detail=detail)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
