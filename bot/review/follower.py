"""The process that keeps the log up with the conversations."""

import logging
import signal
import threading

from bot.errors import BotError
from bot.review.projection.projector import Projector
from bot.settings import Settings

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0


def follow(projector: Projector, settings: Settings) -> None:
    """Project what is new, twice a second, until TERM or Ctrl-C; a database that is away is waited for."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logger.info("The log follows the conversations.")
    while not stop.is_set():
        stop.wait(_step(projector))
    projector.close()


def _step(projector: Projector) -> float:
    """Do what there is to do; return how long to wait."""
    try:
        projector.catch_up()
    except BotError:
        logger.exception("The log cannot follow the conversations; trying again.")
        return RETRY_SECONDS
    return POLL_SECONDS


