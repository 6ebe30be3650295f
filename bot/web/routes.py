"""The map of the public door. Each operation is described here once: the router and /openapi.json both read it."""

from dataclasses import dataclass
from typing import Awaitable, Callable, List, Optional, Tuple, Type

from aiohttp import web

from bot.web import schemas
from bot.web.staff.routes import add_staff_routes
from bot.web.views import conversations, files, pages, status, streams, webhooks, widget

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
    also: Tuple[int, ...] = ()
    """Further statuses of success, with the same body."""
    response: Optional[Type[schemas.ApiModel]] = None
    content_type: str = "application/json"
    secured: bool = False
    parameters: Tuple[str, ...] = ()
    """Names of described parameters (openapi.PARAMETERS)."""

    @property
    def errors(self) -> List[int]:
        """Return every status with which it may refuse."""
        refusals = {413, 415} if self.request else set()
        refusals |= {400} if self.request or self.parameters else set()
        refusals |= {401, 404} if self.secured else set()
        refusals |= {429, 503} if self.path.startswith("/api/") else set()
        return sorted(refusals | ({503} if self.path == "/readyz" else set()))


# One screen is worth more here than one line per argument.
# fmt: off
OPERATIONS = (
    Operation("POST", "/api/conversations", conversations.open_conversation, "Open a conversation",
              request=(schemas.OpenRequest,), status=201, response=schemas.OpenedConversation),
    Operation("POST", "/api/messages", conversations.send_message, "Send words or a choice, receive the replies",
              request=(schemas.TextRequest, schemas.ChoiceRequest), response=schemas.Replies, secured=True,
              also=(202,)),
    Operation("GET", "/api/messages", conversations.list_messages, "Read the history, or what came after a message",
              response=schemas.Messages, secured=True, parameters=("after",)),
    Operation("GET", "/api/stream", streams.stream, "Receive what arrives by itself, as server-sent events",
              content_type="text/event-stream", secured=True, parameters=("Last-Event-ID",)),
    Operation("POST", "/api/messages/{message_id}/feedback", conversations.give_feedback, "Say if a message helped",
              request=(schemas.FeedbackRequest,), status=204, secured=True, parameters=("message_id",)),
    Operation("POST", "/api/conversations/current/link", conversations.make_link_code,
              "Get a code that links a messenger to the conversation", status=201, response=schemas.LinkCode,
              secured=True),
    Operation("DELETE", "/api/conversations/current", conversations.erase_conversation, "Erase everything, everywhere",
              status=204, secured=True),
    Operation("GET", "/healthz", status.show_alive, "Does this process answer?", response=schemas.Alive),
    Operation("GET", "/readyz", status.show_ready, "Can the assistant answer?", response=schemas.Readiness),
    Operation("GET", "/metrics", status.show_metrics, "Figures for Prometheus", content_type="text/plain"),
    Operation("GET", "/openapi.json", status.show_description, "This description"),
)
# fmt: on


def add_routes(app: web.Application) -> None:
    """Map every address."""
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, operation.view)
    app.router.add_get("/", pages.show_chat)
    app.router.add_get("/docs", pages.show_api)
    app.router.add_get(r"/files/{token}/{name:[\w.-]{1,60}}", files.show_file)
    app.router.add_get("/widget/loader.js", widget.show_loader)
    app.router.add_get("/widget/frame", widget.show_frame)
    app.router.add_get("/demo", widget.show_demo)
    app.router.add_get(r"/static/{version:[0-9a-f]{12}}/{name:.+}", pages.show_file)
    app.router.add_get(r"/static/{name:.+}", pages.show_file)
    add_staff_routes(app)
    app.router.add_post("/internal/messages", streams.take_message)
    app.router.add_get("/webhooks/{channel}/webhook", webhooks.verify)
    app.router.add_post("/webhooks/{channel}/webhook", webhooks.take)
