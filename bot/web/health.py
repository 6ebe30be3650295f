"""Can the assistant answer, and if not, what is missing?"""

import asyncio
import logging
from typing import Awaitable, Callable, Dict

import aiohttp
from sqlalchemy import select

from bot.errors import BotError
from bot.mobility.database import session_scope
from bot.mobility.models import DataLoad
from bot.review.feedback import FeedbackStore
from bot.web.errors import ApiError
from bot.web.rasa_client import RasaClient

logger = logging.getLogger(__name__)
OK = "ok"
CHECK_SECONDS = 3


class Health:
    """Asks everything that an answer needs."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        rasa: RasaClient,
        actions_url: str,
        mobility_database_url: str,
        feedback: FeedbackStore,
    ):
        self._session = session
        self._rasa = rasa
        self._actions_url = actions_url
        self._mobility_database_url = mobility_database_url
        self._feedback = feedback

    async def check(self) -> Dict[str, str]:
        """Return `ok` or what is wrong, by part."""
        checks: Dict[str, Callable[[], Awaitable[None]]] = {
            "rasa": self._rasa.check,
            "actions": self._check_actions,
            "mobility_database": lambda: asyncio.to_thread(self._check_mobility_database),
            "review_database": lambda: asyncio.to_thread(self._feedback.check),
        }
        verdicts = await asyncio.gather(*(_verdict(name, check) for name, check in checks.items()))
        return dict(zip(checks, verdicts, strict=True))

    async def _check_actions(self) -> None:
        async with self._session.get(f"{self._actions_url}/health", raise_for_status=True):
            pass

    def _check_mobility_database(self) -> None:
        with session_scope(self._mobility_database_url) as session:
            if session.execute(select(DataLoad.id).limit(1)).first() is None:
                raise ApiError(503, "no_facts", "holds no facts")


async def _verdict(name: str, check: Callable[[], Awaitable[None]]) -> str:
    try:
        await asyncio.wait_for(check(), CHECK_SECONDS)
    except ApiError as error:
        return str(error)
    except (aiohttp.ClientError, asyncio.TimeoutError, BotError) as error:
        # The reason may name addresses and files, which are for the log only.
        logger.warning("Not ready: %s: %s", name, error)
        return "does not answer"
    return OK
