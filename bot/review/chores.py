"""What follows from new messages and may take long: mails, vectors, forgotten conversations, the purge.

It is done in a thread of its own. A mail server that does not answer must not keep the log from following.
"""

import logging
import threading
import time
from typing import Callable

from bot.errors import BotError
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
    """Does them one after the other whenever something is new, and from time to time."""

    def __init__(self, settings: Settings, encode: Callable[[], Encode], give_back: GiveBack):
        self._settings = settings
        self._encode = encode
        self._give_back = give_back
        self._due = threading.Event()
        self._over = threading.Event()
        self._next_purge = 0.0
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._due.set()
        self._thread.start()

    def call(self) -> None:
        """Say that there is something new; returns at once."""
        self._due.set()

    def stop(self) -> None:
        """End after what is being done, or a little later than asked for where that takes long."""
        self._over.set()
        self._due.set()
        self._thread.join(RETRY_SECONDS)

    def do_all(self) -> None:
        """Do each of them once."""
        notify_staff(self._settings)
        give_back_forgotten(self._settings, self._give_back)
        add_missing_vectors(self._settings.review_database_url, self._encode)
        if time.monotonic() >= self._next_purge:
            self._purge()

    def _run(self) -> None:
        while True:
            self._due.wait(EVERY_SECONDS)
            self._due.clear()
            if self._over.is_set():
                return
            try:
                self.do_all()
            except BotError:
                logger.exception("What follows from new messages could not be done; trying again.")
                self._over.wait(RETRY_SECONDS)
                self._due.set()

    def _purge(self) -> None:
        self._next_purge = time.monotonic() + PURGE_SECONDS
        archive = Archive(self._settings.tracker_database_url, self._settings.review_database_url)
        erased = archive.purge(ACTOR, self._settings.retention_months)
        archive.close()
        if erased:
            logger.info("%d conversations were older than %d months.", erased, self._settings.retention_months)
