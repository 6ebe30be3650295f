"""The map of the public door. Each operation is described here once: the router and /openapi.json both read it."""

from dataclasses import dataclass
from typing import Awaitable, Callable, Optional, Tuple, Type

from aiohttp import web

from bot.web import schemas
from bot.web.views import conversations, pages, status, streams, webhooks
from bot.web.views.pages import STATIC_FOLDER

View = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Operation:
    """One operation of the chat API."""

    method: str
    path: str
    view: View
    summary: str
    request: Tuple[Type[schemas.ApiModel], ...] = ()
    """Models of the body: any one of them."""
    status: int = 200
    response: Optional[Type[schemas.ApiModel]] = None
    content_type: str = "application/json"
    errors: Tuple[int, ...] = ()
    secured: bool = False
    parameters: Tuple[str, ...] = ()
    """Names of described parameters (openapi.PARAMETERS)."""


BODY_ERRORS = (400, 413, 415)
OPERATIONS = (
    Operation(
        "POST",
        "/api/conversations",
        conversations.open_conversation,
        "Open a conversation",
        (schemas.OpenRequest,),
        201,
        schemas.OpenedConversation,
        errors=(*BODY_ERRORS, 429, 503),
    ),
    Operation(
        "POST",
        "/api/messages",
        conversations.send_message,
        "Send words or a choice, receive the replies",
        (schemas.TextRequest, schemas.ChoiceRequest),
        200,
        schemas.Replies,
        errors=(*BODY_ERRORS, 401, 404, 429, 503),
        secured=True,
    ),
    Operation(
        "GET",
        "/api/messages",
        conversations.list_messages,
        "Read the history, or what came after a message",
        response=schemas.Messages,
        errors=(400, 401, 404, 429, 503),
        secured=True,
        parameters=("after",),
    ),
    Operation(
        "GET",
        "/api/stream",
        streams.stream,
        "Receive what arrives by itself, as server-sent events",
        response=schemas.Message,
        content_type="text/event-stream",
        errors=(400, 401, 404, 429, 503),
        secured=True,
        parameters=("Last-Event-ID",),
    ),
    Operation(
        "POST",
        "/api/messages/{message_id}/feedback",
        conversations.give_feedback,
        "Say whether a message helped",
        (schemas.FeedbackRequest,),
        204,
        errors=(*BODY_ERRORS, 401, 404, 429, 503),
        secured=True,
        parameters=("message_id",),
    ),
    Operation(
        "DELETE",
        "/api/conversations/current",
        conversations.erase_conversation,
        "Erase the conversation everywhere",
        status=204,
        errors=(401, 404, 429, 503),
        secured=True,
    ),
    Operation("GET", "/healthz", status.show_alive, "Does this process answer?", response=schemas.Alive),
    Operation(
        "GET", "/readyz", status.show_ready, "Can the assistant answer?", response=schemas.Readiness, errors=(503,)
    ),
    Operation("GET", "/metrics", status.show_metrics, "Figures for Prometheus", content_type="text/plain"),
    Operation("GET", "/openapi.json", status.show_description, "This description"),
)


def add_routes(app: web.Application) -> None:
    """Map every address."""
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, operation.view)
    app.router.add_get("/", pages.show_chat)
    app.router.add_get("/docs", pages.show_api)
    app.router.add_static("/static", STATIC_FOLDER)
    app.router.add_post("/internal/messages", streams.take_message)
    app.router.add_route("*", r"/webhooks/{channel}/{rest:.*}", webhooks.pass_on)
