"""The public door, put together; the only place that wires its parts."""

import asyncio
import logging
from contextlib import suppress
from typing import AsyncIterator, Dict, Mapping

import aiohttp
from aiohttp import web

from bot.errors import DatabaseUnavailableError
from bot.languages import SUPPORTED_LANGUAGES
from bot.messaging.intake import Intake
from bot.messaging.store import ChannelStore
from bot.mobility.database import session_scope
from bot.mobility.institution import home_institution
from bot.review.feedback import FeedbackStore
from bot.settings import Settings
from bot.tokens import WEB_TO_CHANNEL, internal_token
from bot.web.assets import Assets
from bot.web.health import Health
from bot.web.keys import (
    ASSETS,
    CLIENT,
    DESCRIPTION,
    FEEDBACK,
    HEALTH,
    INTAKES,
    METRICS,
    RASA,
    RATE_LIMITS,
    SETTINGS,
    STREAMS,
)
from bot.web.metrics import Metrics
from bot.web.middlewares import MIDDLEWARES, set_headers
from bot.web.openapi import describe
from bot.web.rasa_client import RasaClient
from bot.web.rate_limits import RateLimits
from bot.web.requests import LARGEST_BODY
from bot.web.routes import add_routes
from bot.web.streams import RedisStreams, Streams

logger = logging.getLogger(__name__)


def create_app(settings: Settings) -> web.Application:
    """Return the application; it opens its connections when it starts. Raises SettingsError without a secret key."""
    internal_token(settings.secret_key, WEB_TO_CHANNEL)
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=LARGEST_BODY)
    app[SETTINGS] = settings
    app[ASSETS] = Assets(
        values={
            "retention_months": settings.retention_months, "messengers": " ".join(settings.channels),
            **_school(settings),
        }
    )  # fmt: skip
    app[METRICS] = Metrics()
    app[DESCRIPTION] = describe()
    app[FEEDBACK] = FeedbackStore(settings.review_database_url)
    app[RATE_LIMITS] = RateLimits(enabled=settings.rate_limits, redis_url=settings.redis_url)
    app[STREAMS] = RedisStreams(settings.redis_url) if settings.redis_url else Streams()
    app.on_response_prepare.append(set_headers)
    app.on_shutdown.append(_end_streams)
    app.cleanup_ctx.extend((_clients, _intakes, _streams, _feedback))
    add_routes(app)
    return app


def _school(settings: Settings) -> Dict[str, object]:
    """Return the school's name for the pages; nothing while no facts are loaded."""
    names: Mapping[str, str] = {}
    try:
        with session_scope(settings.mobility_database_url) as session:
            home = home_institution(session)
            names = home.name if home else names
    except DatabaseUnavailableError as error:
        logger.warning("The pages do not name the school: %s", error)
    return {f"school_{language}": names.get(language, "") for language in SUPPORTED_LANGUAGES}


async def _clients(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    async with aiohttp.ClientSession() as session:
        app[CLIENT] = session
        app[RASA] = RasaClient(session, settings.rasa_url, internal_token(settings.secret_key, WEB_TO_CHANNEL))
        app[HEALTH] = Health(
            session=session,
            rasa=app[RASA],
            actions_url=settings.actions_url,
            mobility_database_url=settings.mobility_database_url,
            feedback=app[FEEDBACK],
        )
        yield


async def _intakes(app: web.Application) -> AsyncIterator[None]:
    credentials = app[SETTINGS].credentials
    store = ChannelStore(app[SETTINGS].tracker_database_url)
    app[INTAKES] = {name: Intake(name, variables, store, app[RASA].wake) for name, variables in credentials.items()}
    yield
    store.close()


async def _streams(app: web.Application) -> AsyncIterator[None]:
    running = asyncio.create_task(app[STREAMS].run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _feedback(app: web.Application) -> AsyncIterator[None]:
    yield
    app[FEEDBACK].close()


async def _end_streams(app: web.Application) -> None:
    app[STREAMS].end_all()
