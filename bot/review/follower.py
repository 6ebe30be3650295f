"""The process that keeps the log up with the conversations; what follows from new messages is done beside it."""

import datetime as dt
import logging
import signal
import subprocess
import sys
import threading
import time
from typing import Callable, Optional, Tuple

from bot.errors import BotError
from bot.review.chores import Chores
from bot.review.database import session_scope
from bot.review.forgotten import GiveBack
from bot.review.projection.projector import Projector
from bot.review.training_runs import TO_DO, Run, list_runs, set_state
from bot.review.unanswered import Encode
from bot.settings import Settings

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.1
"""A look costs microseconds on SQLite and one short query on PostgreSQL."""
GATHERING_SECONDS = 0.25
"""After news: what comes meanwhile is written together, which takes little longer than one message."""
TRAINING_SECONDS = 1.0
LONGEST_STEP = dt.timedelta(hours=1)
"""No step of a training takes so long: the machine was switched off meanwhile."""
RETRY_SECONDS = 5.0
ENDED = "The command of the training ended before it was done: the output of the assistant says why."


class Follower:
    """Does in turn what there is to do."""

    def __init__(self, projector: Projector, settings: Settings, chores: Chores):
        self._projector = projector
        self._settings = settings
        self._chores = chores
        self._next_training = 0.0
        self._training: Optional[subprocess.Popen] = None
        self._training_of: Optional[Tuple[int, str]] = None

    def step(self) -> float:
        """Do what there is to do; return how long to wait."""
        wait = POLL_SECONDS
        try:
            if self._projector.may_have_news() and self._projector.catch_up():
                self._chores.call()
                wait = GATHERING_SECONDS
            if time.monotonic() >= self._next_training:
                self._next_training = time.monotonic() + TRAINING_SECONDS
                self._start_training()
        except BotError:
            logger.exception("The log cannot follow the conversations; trying again.")
            return RETRY_SECONDS
        return wait

    def _start_training(self) -> None:
        """Start what was asked for in the console: a process of its own, whose memory goes back when it ends."""
        if self._training is not None and self._training.poll() is None:
            return
        with session_scope(self._settings.review_database_url) as session:
            runs = list_runs(session, 5)
        for run in runs:
            if run.running and self._has_ended(run):
                with session_scope(self._settings.review_database_url, writing=True) as session:
                    set_state(session, run.id, "failed", failure=ENDED)
                    session.commit()
                return
        asked = next((run for run in runs if run.state in TO_DO), None)
        if asked is None:
            return
        step = TO_DO[asked.state]
        number = ["--run", str(asked.id)] if step == "train" else [str(asked.id)]
        self._training = subprocess.Popen([sys.executable, "-m", "bot", "review", step, *number])  # noqa: S603
        self._training_of = (asked.id, asked.state)

    def _has_ended(self, run: Run) -> bool:
        """Tell whether the command of a run has ended, be it killed, without saying what became of it."""
        if run.state not in TO_DO and dt.datetime.now(dt.timezone.utc) - run.changed_at > LONGEST_STEP:
            return True
        if self._training_of is None or self._training_of[0] != run.id:
            return False
        return run.state == self._training_of[1] or run.state not in TO_DO


def follow(projector: Projector, settings: Settings, encode: Callable[[], Encode], give_back: GiveBack) -> None:
    """Work until TERM or Ctrl-C; a database that is away is waited for."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    chores = Chores(settings, encode, give_back)
    follower = Follower(projector, settings, chores)
    chores.start()
    logger.info("The log follows the conversations.")
    while not stop.is_set():
        stop.wait(follower.step())
    chores.stop()
    projector.close()
