"""Run the public door: chat API, chat page, health and figures."""

import argparse
import errno
import logging

from bot.errors import ProcessError
from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the settings come from the environment."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop."""
    import uvloop
    from aiohttp import web

    from bot.web.app import create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    uvloop.install()  # a tenth of the processor time of a request less than asyncio's own loop
    try:
        # The access log of our own tells the same, without addresses' queries.
        web.run_app(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            shutdown_timeout=5,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ProcessError(f"Port {settings.port} is taken: free it, or set PORT to another.") from error
        raise ProcessError(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.") from error
    return 0
