"""Takes the messaging platforms' calls: what came in is kept before the platform is told so, whatever Rasa does."""

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailableError
from bot.messaging.intake import Intake
from bot.messaging.platforms.base import RefusedWebhookError
from bot.web.errors import ApiError
from bot.web.keys import INTAKES

LARGEST_WEBHOOK = 3 * 1024 * 1024
"""A platform may put many messages into one call; students' own clients may not."""


async def verify(request: web.Request) -> web.Response:
    """Answer the call by which a platform checks that the address is the assistant's."""
    try:
        return web.Response(text=_intake(request).verify(request.query))
    except RefusedWebhookError as refusal:
        raise _refused(refusal) from None


async def take(request: web.Request) -> web.Response:
    """Keep what a platform tells, then acknowledge it."""
    intake = _intake(request)
    body = await request.clone(client_max_size=LARGEST_WEBHOOK).read()
    try:
        return web.Response(text=await intake.take(request.headers, body))
    except RefusedWebhookError as refusal:
        raise _refused(refusal) from None
    except SQLAlchemyError as error:
        raise DatabaseUnavailableError("The database of conversations does not take a webhook.") from error


def _intake(request: web.Request) -> Intake:
    intake = request.app[INTAKES].get(request.match_info["channel"])
    if intake is None:
        raise ApiError(404, "not_found", "There is no such channel.")
    return intake


def _refused(refusal: RefusedWebhookError) -> ApiError:
    return ApiError(refusal.status, "webhook_refused", str(refusal))
