"""What a view needs from a request: the conversation that the token names, the body as a checked model."""

import json
from typing import Any, Type, TypeVar

from aiohttp import web
from pydantic import ValidationError

from bot.tokens import TokenError, bearer_token, verify_conversation
from bot.web.errors import ApiError
from bot.web.keys import RATE_LIMITS, SETTINGS
from bot.web.rate_limits import Limit
from bot.web.schemas import ApiModel

LARGEST_BODY = 64 * 1024
Model = TypeVar("Model", bound=ApiModel)


def conversation_of(request: web.Request) -> str:
    """Return the conversation that the bearer token names; raise ApiError 401."""
    token = bearer_token(request.headers.get("Authorization"))
    if token is None:
        raise ApiError(401, "token_missing", "Send the conversation's token as `Authorization: Bearer <token>`.")
    try:
        return verify_conversation(token, request.app[SETTINGS].secret_key)
    except TokenError as error:
        raise ApiError(401, error.code, str(error)) from None


async def limited_conversation_of(request: web.Request) -> str:
    """Return the conversation, and count the call against its limit."""
    conversation_id = conversation_of(request)
    await request.app[RATE_LIMITS].count(Limit.SENDING, conversation_id)
    return conversation_id


async def json_of(request: web.Request) -> Any:
    """Return the JSON object in the body; raise ApiError 400, 413 or 415."""
    if request.content_type != "application/json":
        raise ApiError(415, "wrong_content_type", "Send JSON with `Content-Type: application/json`.")
    body = await request.read()
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ApiError(400, "malformed_json", "The body is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise ApiError(400, "invalid_request", "The body must be a JSON object.")
    return value


def checked(model: Type[Model], value: Any) -> Model:
    """Return the body as a model; raise ApiError 400 naming the first field that is wrong."""
    try:
        return model.parse_obj(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ApiError(400, "invalid_request", f"{field}: {first['msg']}") from None
