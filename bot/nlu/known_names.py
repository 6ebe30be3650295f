"""The names of the mobility database as the linker uses them, kept up to date while the assistant runs."""

import logging
import time
from typing import Callable, Optional

from bot.errors import DatabaseUnavailableError
from bot.mobility.database import session_scope
from bot.mobility.names import NameIndex, data_version, load_names
from bot.nlu.embedding.weights import general_words
from bot.nlu.gazetteer import TITLE_KINDS, Gazetteer

logger = logging.getLogger(__name__)


class KnownNames:
    """Gazetteer and title index, built anew when the database was loaded anew."""

    def __init__(self, database_url: str, refresh_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._database_url = database_url
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._checked_at: Optional[float] = None
        self._version: Optional[str] = None
        self._is_warned = False
        self._real_words = frozenset(general_words())
        self.gazetteer = Gazetteer(())
        self.titles = NameIndex(())

    def refresh(self) -> None:
        """Follow the database, looking at it at most every `refresh_seconds`; without it the last names stay."""
        now = self._clock()
        if self._checked_at is not None and now - self._checked_at < self._refresh_seconds:
            return
        self._checked_at = now
        try:
            self._follow()
            self._is_warned = False
        except DatabaseUnavailableError as error:
            if not self._is_warned:
                logger.warning("Names of courses, residences and departments are not recognised: %s", error)
            self._is_warned = True

    def _follow(self) -> None:
        with session_scope(self._database_url) as session:
            version = data_version(session)
            if version == self._version:
                return
            names = load_names(session)
        self.gazetteer = Gazetteer(names, self._real_words)
        self.titles = NameIndex(row for row in names if row.kind in TITLE_KINDS)
        self._version = version
