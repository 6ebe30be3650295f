"""What follows from new messages and may take long: mails, vectors, forgotten conversations, the purge.

It is done in threads of its own. A mail server that does not answer must not keep the log from following, and a mail
must not wait until the network that makes the vectors is loaded.
"""

import logging
import threading
import time
from typing import Callable

from bot.review.forgotten import GiveBack, give_back_forgotten
from bot.review.notices import notify_staff
from bot.review.retention import Archive
from bot.review.unanswered import Encode, add_missing_vectors
from bot.settings import Settings

logger = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
"""So often it is looked for what has grown old, also when nobody writes."""
RETRY_SECONDS = 5.0
PURGE_SECONDS = 24 * 3600.0
ACTOR = "review follow"


class Chores:
    """Does them whenever something is new, and from time to time; mails do not wait for the others."""

    def __init__(self, settings: Settings, encode: Callable[[], Encode], give_back: GiveBack):
        self._settings = settings
        self._encode = encode
        self._give_back = give_back
        self._next_purge = 0.0
        self._workers = (
            _Worker("mails", lambda: notify_staff(settings)),
            _Worker("chores", self._do_others),
        )

    def start(self) -> None:
        """Begin."""
        for worker in self._workers:
            worker.start()

    def call(self) -> None:
        """Say that there is something new; returns at once."""
        for worker in self._workers:
            worker.call()

    def stop(self) -> None:
        """End after what is being done, or a little later than asked for where that takes long."""
        for worker in self._workers:
            worker.stop()

    def _do_others(self) -> None:
        give_back_forgotten(self._settings, self._give_back)
        add_missing_vectors(self._settings.review_database_url, self._encode)
        if time.monotonic() >= self._next_purge:
            self._purge()

    def _purge(self) -> None:
        self._next_purge = time.monotonic() + PURGE_SECONDS
        archive = Archive(self._settings.tracker_database_url, self._settings.review_database_url)
        erased = archive.purge(ACTOR, self._settings.retention_months)
        archive.close()
        if erased:
            logger.info("%d conversations were older than %d months.", erased, self._settings.retention_months)


class _Worker:
    """A thread that does one thing when called, and every `EVERY_SECONDS`; what fails is tried again."""

    def __init__(self, name: str, do: Callable[[], object]):
        self._do = do
        self._due = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._due.set()
        self._thread.start()

    def call(self) -> None:
        self._due.set()

    def stop(self) -> None:
        self._over.set()
        self._due.set()
        self._thread.join(RETRY_SECONDS)

    def _run(self) -> None:
        while True:
            self._due.wait(EVERY_SECONDS)
            self._due.clear()
            if self._over.is_set():
                return
            try:
                self._do()
            except Exception:  # whatever it is, the next message must find the thread alive
                logger.exception("What follows from new messages could not be done; trying again.")
                self._over.wait(RETRY_SECONDS)
                self._due.set()
