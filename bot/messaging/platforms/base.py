"""What the assistant needs of a messaging platform, whichever it is."""

import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

import aiohttp

Message = Dict[str, Any]
TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)


class RefusedWebhookError(Exception):
    """A webhook call that is forged (401, 403) or malformed (400); nothing of it reaches the dialogue."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class PlatformError(Exception):
    """The platform did not take a call."""


class TryLaterError(PlatformError):
    """Too many calls, or the platform is in trouble: the same call again later."""

    def __init__(self, reason: str, seconds: Optional[float] = None):
        super().__init__(reason)
        self.seconds = seconds
        """After which the platform asks to be called again."""


class UnreachableError(PlatformError):
    """The student has blocked the assistant, left, or deleted the account: nothing more can be sent."""


class WindowClosedError(PlatformError):
    """The platform lets the assistant answer only for some time after the student's last message."""


class TokenRevokedError(PlatformError):
    """The platform no longer takes the assistant's token: an operator has to act."""


class BadCallError(PlatformError):
    """The platform does not take this call, now or later."""


class Inbound(NamedTuple):
    """What a student did on a platform, in the words of all of them."""

    key: str
    """By which a repeated delivery is recognised."""
    chat: str
    """Where it came from and answers go: the platform's id of the chat."""
    kind: str
    """text, choice, location, other (no text), edit, start, gone (blocked), back (unblocked). Within the assistant:
    erase, once confirmed; linked, once the code was redeemed."""
    order: float = 0.0
    """Ascending in the order in which the student did it."""
    text: str = ""
    """Words; of a choice its title, where the platform tells; of `start` what the link carried."""
    choice: str = ""
    """Reference of the choice that was pressed."""
    subject: str = ""
    """The platform's id of the message, to which an edit refers."""
    language: str = ""
    """Language of the student's device, where the platform tells."""
    receipt: str = ""
    """What the platform wants to be told when a press was received."""


class Reading(NamedTuple):
    """A webhook call as understood."""

    inbound: Sequence[Inbound] = ()
    answer: Optional[str] = None
    """Body to answer with where the platform asks for one."""


@dataclass(frozen=True)
class Call:
    """One call of a platform's API."""

    method: str
    payload: Mapping[str, Any]
    plain: Optional[Mapping[str, Any]] = None
    """What to send instead where the platform does not take the formatting."""
    file: Optional["File"] = None


@dataclass(frozen=True)
class File:
    """A file of the assistant's own, to be sent as a document."""

    name: str
    mime: str
    url: str
    """Relative to the assistant's own address."""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Labels:
    """Words around a message, in its language."""

    body: str
    """Text of the message with its cards and sources, in Markdown."""
    choose: str
    """Asks to choose, where choices need a message of their own."""
    choose_by_mark: str
    """Asks to answer with a number or letter."""
    options: str
    """On a button that opens a list of choices."""


class Platform(ABC):
    """A messaging platform with the credentials of this assistant."""

    name: str
    secrets: Sequence[str] = ()
    """Never to be logged."""
    calls_per_second: float
    takes_orders = True
    """Whether a word behind a slash reaches the assistant as it is written."""
    window_seconds: Optional[float] = None
    """How long after the student's last message the assistant may write."""
    window_template: Optional[Call] = None

    @abstractmethod
    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise RefusedWebhookError unless the platform itself has sent the call."""

    @abstractmethod
    def read(self, body: bytes, content_type: str) -> Reading:
        """Return what a checked webhook call tells; raise RefusedWebhookError 400 where it is malformed."""

    @abstractmethod
    def render(self, chat: str, message: Message, labels: Labels) -> List[Call]:
        """Return the calls that show a message, all within the platform's limits."""

    @abstractmethod
    async def perform(self, session: aiohttp.ClientSession, call: Call) -> Any:
        """Make a call; raise PlatformError."""

    def verify_subscription(self, query: Mapping[str, str]) -> str:
        """Return what to answer to the platform's GET that sets up the webhook; refuse by default."""
        raise RefusedWebhookError(404, "This platform sends no such call.")

    def receipt(self, receipt: str) -> Optional[Call]:
        """Return the call that tells the platform that a press was received."""
        return None

    def window_notice(self, chat: str, language: str) -> Optional[Call]:
        """Return the call that invites the student to write, once the window is closed; None where there is none."""
        return None

    def link_address(self, code: str) -> Optional[str]:
        """Return an address that opens the chat and sends the code, where there is such a thing."""
        return None

    async def register(self, session: aiohttp.ClientSession, url: str) -> str:
        """Tell the platform the webhook's address; return what was done, or what an operator has to do by hand."""
        return f"Enter {url} as the webhook's address in the platform's own settings (docs/channels.md)."


def signature_matches(given: str, secret: str, signed: bytes) -> bool:
    """Compare an HMAC-SHA256 in hexadecimal in constant time."""
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def object_of(body: bytes) -> Dict[str, Any]:
    """Return the JSON object in a body; raise RefusedWebhookError."""
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise RefusedWebhookError(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise RefusedWebhookError(400, "The body is not a JSON object.")
    return value


async def answer_of(response: aiohttp.ClientResponse) -> Dict[str, Any]:
    """Return the JSON object that a platform answers with; {} where it is none (a proxy's page, for example)."""
    try:
        value = json.loads(await response.text())
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def retry_after(response: aiohttp.ClientResponse) -> Optional[float]:
    """Return the seconds of a Retry-After header."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.replace(".", "", 1).isdigit() else None


def utf16_length(text: str) -> int:
    """Return the length as platforms count it that store UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
