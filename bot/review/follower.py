"""The process that keeps the log up with the conversations, tells the staff who waits, and erases what is too old."""

import logging
import signal
import subprocess
import sys
import threading
import time
from typing import Callable, Optional, Tuple

from bot.errors import BotError
from bot.review.database import session_scope
from bot.review.notices import notify_staff
from bot.review.projection.projector import Projector
from bot.review.retention import Archive
from bot.review.training_runs import TO_DO, list_runs
from bot.review.unanswered import Encode, add_missing_vectors
from bot.settings import Settings

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
PURGE_SECONDS = 24 * 3600.0
ACTOR = "review follow"


class Follower:
    """Does in turn what there is to do."""

    def __init__(self, projector: Projector, settings: Settings, encode: Callable[[], Encode]):
        self._projector = projector
        self._settings = settings
        self._encode = encode
        self._next_purge = 0.0
        self._training: Optional[subprocess.Popen] = None
        self._training_of: Optional[Tuple[int, str]] = None

    def step(self) -> float:
        """Do what there is to do; return how long to wait."""
        try:
            if self._projector.catch_up():
                self._look_after_new()
            self._start_training()
            if time.monotonic() >= self._next_purge:
                self._purge()
        except BotError:
            logger.exception("The log cannot follow the conversations; trying again.")
            return RETRY_SECONDS
        return POLL_SECONDS

    def _look_after_new(self) -> None:
        notify_staff(self._settings)
        add_missing_vectors(self._settings.review_database_url, self._encode)

    def _start_training(self) -> None:
        """Start what was asked for in the console: a process of its own, whose memory goes back when it ends."""
        if self._training is not None and self._training.poll() is None:
            return
        with session_scope(self._settings.review_database_url) as session:
            asked = next((run for run in list_runs(session, 5) if run.state in TO_DO), None)
        if asked is None or self._training_of == (asked.id, asked.state):
            return  # nothing, or it has failed before saying so
        step = TO_DO[asked.state]
        number = ["--run", str(asked.id)] if step == "train" else [str(asked.id)]
        self._training = subprocess.Popen([sys.executable, "-m", "bot", "review", step, *number])  # noqa: S603
        self._training_of = (asked.id, asked.state)

    def _purge(self) -> None:
        self._next_purge = time.monotonic() + PURGE_SECONDS
        archive = Archive(self._settings.tracker_database_url, self._settings.review_database_url)
        erased = archive.purge(ACTOR, self._settings.retention_months)
        archive.close()
        if erased:
            logger.info("%d conversations were older than %d months.", erased, self._settings.retention_months)


def follow(projector: Projector, settings: Settings, encode: Callable[[], Encode]) -> None:
    """Work until TERM or Ctrl-C; a database that is away is waited for."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follower = Follower(projector, settings, encode)
    logger.info("The log follows the conversations.")
    while not stop.is_set():
        stop.wait(follower.step())
    projector.close()
