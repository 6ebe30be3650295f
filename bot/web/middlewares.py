"""What happens around every view: request id, log line, figures, limits per address, CORS, errors as JSON."""

import logging
import re
import secrets
import time
from typing import Awaitable, Callable

from aiohttp import web

from bot.errors import DatabaseUnavailableError
from bot.web.errors import ApiError
from bot.web.keys import METRICS, RATE_LIMITS, REQUEST_ID, SETTINGS
from bot.web.policies import page_policy
from bot.web.rate_limits import Limit, client_address
from bot.web.views.pages import not_found_page

logger = logging.getLogger(__name__)
access_log = logging.getLogger("bot.web.access")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STAFF_PAGES = re.compile(r"/staff(?!/static/)(?:/.*)?")
STAFF_HEADERS = {
    # Forms post to the console itself; their origin is checked, which "no-referrer" would hide.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, log it without query, token or text, and count it."""
    request[REQUEST_ID] = secrets.token_hex(8)
    started = time.perf_counter()
    response = await handler(request)
    seconds = time.perf_counter() - started
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "none"
    access_log.info("%s %s %s %d %.0f ms", request[REQUEST_ID], request.method, route, response.status, seconds * 1000)
    request.app[METRICS].count_request(request.method if route != "none" else "any", route, response.status, seconds)
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into an error of the API; nobody outside sees a stack trace."""
    try:
        return await handler(request)
    except ApiError as error:
        return _error(request, error)
    except DatabaseUnavailableError:
        logger.exception("A database does not answer.")
        return _error(
            request, ApiError(503, "database_unavailable", "The assistant is away at the moment.", retry_after=5)
        )
    except web.HTTPException as error:
        if error.status == 404 and "text/html" in request.headers.get("Accept", ""):
            return not_found_page(request)
        response = _error(request, ApiError(error.status, CODES.get(error.status, "http_error"), error.reason))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        logger.exception("Request %s failed.", request[REQUEST_ID])
        return _error(request, ApiError(500, "internal_error", "The assistant failed; the fault has been logged."))


@web.middleware
async def limit_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse an address that calls the API far more often than people do."""
    if request.path.startswith("/api/"):
        await request.app[RATE_LIMITS].count(Limit.ADDRESS, client_address(request))
    return await handler(request)


@web.middleware
async def answer_preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell a browser what another site's page may send; `set_headers` says to which sites this applies."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers and _origin_allowed(request):
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, DELETE",
                "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
                "Access-Control-Max-Age": "3600",
            },
        )
    return await handler(request)


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Set what every response bears; called before the headers are sent, streams and files included."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if STAFF_PAGES.fullmatch(request.path):
        response.headers.update(STAFF_HEADERS)
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "")
    # Pages and files are asked for again each time (and answered with 304), so that all parts are of one version.
    response.headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "no-cache")
    if _origin_allowed(request):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-ID"
    if request.app[SETTINGS].allowed_origins:
        response.headers["Vary"] = ", ".join(filter(None, ("Origin", response.headers.get("Vary"))))


def _origin_allowed(request: web.Request) -> bool:
    return request.headers.get("Origin") in request.app[SETTINGS].allowed_origins


def _error(request: web.Request, error: ApiError) -> web.Response:
    request.app[METRICS].count_error(error.code)
    response = web.json_response({"error": {"code": error.code, "message": str(error)}}, status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


MIDDLEWARES = (observe, answer_errors, answer_preflight, limit_addresses)
