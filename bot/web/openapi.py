"""The OpenAPI description of the chat API, made from the operations of routes.py and the models of schemas.py."""

from typing import Any, Dict, Iterable, Type

from pydantic.schema import schema

from bot.web import schemas
from bot.web.routes import OPERATIONS, Operation

REFERENCES = "#/components/schemas/"
PARAMETERS: Dict[str, Dict[str, Any]] = {
    "after": {"in": "query", "description": "Only messages later than this one."},
    "Last-Event-ID": {"in": "header", "description": "First send what came after this message."},
    "message_id": {"in": "path", "required": True, "description": "A message of the assistant or the staff."},
}
ERRORS = {
    400: "The request is malformed.",
    401: "The token is missing, not valid or expired.",
    404: "There is no such conversation (perhaps erased), message or offered choice.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    429: "Too many requests.",
    503: "The assistant is away.",
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}}


def describe(operations: Iterable[Operation] = OPERATIONS) -> Dict[str, Any]:
    """Return the description as the JSON that /openapi.json serves."""
    paths: Dict[str, Dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    models = [model for model in vars(schemas).values() if _is_model(model)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chat API of the welcome assistant",
            "version": "1.0.0",
            "description": "Open a conversation, keep its token, send what the student says. See docs/api.md.",
        },
        "paths": paths,
        "components": {
            "schemas": schema(models, ref_prefix=REFERENCES)["definitions"],
            "securitySchemes": {"conversation": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation) -> Dict[str, Any]:
    described: Dict[str, Any] = {
        "operationId": operation.view.__name__,
        "summary": operation.summary,
        "description": (operation.view.__doc__ or "").strip(),
        "responses": {str(status): _success(operation) for status in (operation.status, *operation.also)},
    }
    for status in operation.errors:
        model = schemas.NotReady if operation.path == "/readyz" else schemas.Failure
        described["responses"][str(status)] = {"description": ERRORS[status], "content": _content(model)}
        if status in (429, 503):
            described["responses"][str(status)]["headers"] = RETRY_AFTER
    if operation.request:
        models = [_reference(model) for model in operation.request]
        body = models[0] if len(models) == 1 else {"oneOf": models}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if operation.parameters:
        described["parameters"] = [
            {"name": name, "schema": {"type": "string", "pattern": schemas.MESSAGE_ID}, **PARAMETERS[name]}
            for name in operation.parameters
        ]
    if operation.secured:
        described["security"] = [{"conversation": []}]
    return described


def _success(operation: Operation) -> Dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done."}
    if operation.content_type == "text/event-stream":
        # Each event's data is a Message as JSON; the stream as a whole is text.
        return {
            "description": "Events whose data is a Message and whose id is the message's.",
            "content": {operation.content_type: {"schema": {"type": "string"}}},
        }
    if operation.response is None:
        kind = "object" if operation.content_type == "application/json" else "string"
        return {"description": "Done.", "content": {operation.content_type: {"schema": {"type": kind}}}}
    return {"description": (operation.response.__doc__ or "").strip(), "content": _content(operation.response)}


def _content(model: Type[schemas.ApiModel]) -> Dict[str, Any]:
    return {"application/json": {"schema": _reference(model)}}


def _reference(model: Type[schemas.ApiModel]) -> Dict[str, str]:
    return {"$ref": REFERENCES + model.__name__}


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, schemas.ApiModel) and value is not schemas.ApiModel
