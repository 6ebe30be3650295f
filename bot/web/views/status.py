"""Is the process alive, can the assistant answer, what are the figures, how is the API described?"""

from aiohttp import web

from bot.web.health import OK
from bot.web.keys import DESCRIPTION, HEALTH, METRICS


async def show_alive(request: web.Request) -> web.Response:
    """Say that this process answers."""
    return web.json_response({"status": "alive"})


async def show_ready(request: web.Request) -> web.Response:
    """Say whether the assistant can answer, and what is missing if not."""
    checks = await request.app[HEALTH].check()
    missing = [name for name, verdict in checks.items() if verdict != OK]
    if not missing:
        return web.json_response({"checks": checks})
    error = {"code": "not_ready", "message": f"The assistant cannot answer: see {', '.join(missing)}."}
    return web.json_response({"error": error, "checks": checks}, status=503, headers={"Retry-After": "5"})


async def show_metrics(request: web.Request) -> web.Response:
    """Return the figures for Prometheus."""
    return web.Response(
        body=request.app[METRICS].render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


async def show_description(request: web.Request) -> web.Response:
    """Return the OpenAPI description of the chat API."""
    return web.json_response(request.app[DESCRIPTION])
