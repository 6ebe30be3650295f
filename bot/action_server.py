"""The action server: Rasa's SDK behind aiohttp, `python -m bot.action_server`.

The SDK finds and runs the actions. Its own HTTP server answers every address of the machine and every origin, and took
half of the processor time of a call; this one listens on the loopback only, for Rasa.
"""

import argparse
import gc
import logging
from typing import Any

import uvloop
from aiohttp import web
from rasa_sdk.executor import ActionExecutor, ActionNotFoundException
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.settings import Settings

logger = logging.getLogger(__name__)
PACKAGE = "actions"
_EXECUTOR: "web.AppKey[ActionExecutor]" = web.AppKey("executor", ActionExecutor)
_LARGEST_CALL = 16 * 1024**2
"""Bytes; far above the longest message with all slots."""


def create_app(package: str = PACKAGE) -> web.Application:
    """Return the application with all actions of `package`; their modules are imported."""
    app = web.Application(client_max_size=_LARGEST_CALL)
    app[_EXECUTOR] = ActionExecutor()
    app[_EXECUTOR].register_package(package)
    app.router.add_get("/health", _health)
    app.router.add_get("/actions", _list)
    app.router.add_post("/webhook", _run)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _list(request: web.Request) -> web.Response:
    return web.json_response([{"name": name} for name in request.app[_EXECUTOR].actions])


async def _run(request: web.Request) -> web.Response:
    """Run an action; the statuses are those that Rasa expects of the SDK's own server."""
    try:
        call: Any = await request.json()
    except ValueError:
        call = None
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict) or not call.get("next_action"):
        return web.json_response({"error": "The body must be an action call with next_action and tracker."}, status=400)
    name = call["next_action"]
    try:
        return web.json_response(await request.app[_EXECUTOR].run(call))
    except ActionExecutionRejection as rejection:
        return web.json_response({"error": rejection.message, "action_name": name}, status=400)
    except ActionNotFoundException as unknown:
        logger.error("%s", unknown)
        return web.json_response({"error": unknown.message, "action_name": name}, status=404)
    except Exception:
        logger.exception("The action %s failed.", name)
        return web.json_response({"error": f"{name} failed: see the log of the action server."}, status=500)


def main() -> None:
    """Serve until a signal ends the process."""
    parser = argparse.ArgumentParser(description="Run the assistant's actions for Rasa.")
    parser.add_argument("--port", type=int, help="default: ACTIONS_PORT")
    port = parser.parse_args().port or Settings.from_environment().actions_port
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    uvloop.install()
    try:
        app = create_app()
        # What is loaded now stays for good: looking through it for garbage would hold up a message now and then.
        gc.collect()
        gc.freeze()
        web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)
    except OSError as error:
        raise SystemExit(f"Cannot listen on port {port}: {error.strerror}. Set ACTIONS_PORT to a free one.") from error


if __name__ == "__main__":
    main()
