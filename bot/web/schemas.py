"""The messages of the chat API as models: they check what comes in and describe what goes out (/openapi.json)."""

import unicodedata
from typing import Any, Dict, List, Literal, Optional, Type

from pydantic import BaseModel, Extra, Field, StrictBool, StrictStr, validator

from bot.languages import SUPPORTED_LANGUAGES
from bot.topics import TOPICS

LONGEST_TEXT = 4000
LONGEST_COMMENT = 2000
VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f]"
MESSAGE_ID = r"^[0-9]{18}$"
CLIENT_ID = r"^[0-9A-Za-z-]{8,64}$"


class ApiModel(BaseModel):
    """Refuses unknown fields, and says in its description which fields may be null (pydantic 1 leaves that out)."""

    class Config:
        """Of pydantic."""

        extra = Extra.forbid

        @staticmethod
        def schema_extra(schema: Dict[str, Any], model: Type[BaseModel]) -> None:
            """Complete the description."""
            for field in model.__fields__.values():
                if field.allow_none:
                    described = schema["properties"][field.alias]
                    schema["properties"][field.alias] = {"anyOf": [described, {"type": "null"}]}


class OpenRequest(ApiModel):
    """Opens a conversation."""

    language: Optional[StrictStr] = Field(
        None, enum=list(SUPPORTED_LANGUAGES), description="Of the greeting; null: the default."
    )

    @validator("language")
    def is_supported(cls, language: Optional[str]) -> Optional[str]:  # noqa: D102, N805
        if language is not None and language not in SUPPORTED_LANGUAGES:
            raise ValueError(f"must be one of {', '.join(SUPPORTED_LANGUAGES)}, or null")
        return language


class SendRequest(ApiModel):
    """What both kinds of sending share."""

    client_id: Optional[StrictStr] = Field(
        None, regex=CLIENT_ID, description="Chosen by the client. Sent again, it brings the same replies again."
    )


class TextRequest(SendRequest):
    """What the student writes, in any words."""

    text: StrictStr = Field(..., min_length=1, max_length=LONGEST_TEXT, pattern=VISIBLE)

    @validator("text", pre=True)
    def is_readable(cls, text: Any) -> Any:  # noqa: D102, N805
        return _cleaned(text, LONGEST_TEXT)


class ChoiceRequest(SendRequest):
    """A button that the assistant has offered in this conversation."""

    choice: StrictStr = Field(..., min_length=1, max_length=64)


class FeedbackRequest(ApiModel):
    """Whether a message helped."""

    helpful: StrictBool
    comment: Optional[StrictStr] = Field(None, max_length=LONGEST_COMMENT)

    @validator("comment", pre=True)
    def is_readable(cls, comment: Any) -> Any:  # noqa: D102, N805
        return _cleaned(comment, LONGEST_COMMENT, may_be_empty=True) or None if isinstance(comment, str) else comment


class Button(ApiModel):
    """A choice offered to the student."""

    title: str
    choice: str = Field(..., description="To be sent back when the student presses the button.")


class Fact(ApiModel):
    """One line of a card."""

    label: str
    value: str


class Card(ApiModel):
    """A record shown apart from the text."""

    title: str
    subtitle: str
    facts: List[Fact]
    url: Optional[str] = Field(...)


class Attachment(ApiModel):
    """A file that goes with a message."""

    name: str
    mime: str
    url: str


class Source(ApiModel):
    """Where a fact comes from and how old it is."""

    title: Optional[str] = Field(...)
    url: Optional[str] = Field(...)
    as_of: Optional[str] = Field(
        ..., description="YYYY, YYYY-MM, YYYY-MM-DD or YYYY-YYYY; null: the source bears no date."
    )
    verified_on: Optional[str] = Field(..., description="The day on which the source was last read.")
    sample: bool = Field(..., description="True: invented so that a feature can be seen, no real fact.")
    stale: bool = Field(..., description="True: past the age at which such a fact is checked anew.")


class Answer(ApiModel):
    """What kind of answer a message is."""

    topic: str = Field(..., enum=list(TOPICS))
    outcome: Literal["answered", "not_known", "clarify", "fallback", "handed_over", "small_talk"]
    language: str = Field(..., enum=list(SUPPORTED_LANGUAGES))
    sources: List[Source]


class Message(ApiModel):
    """One message of a conversation."""

    id: str = Field(..., regex=MESSAGE_ID, description="Later messages have greater ids.")
    time: str = Field(..., format="date-time")
    sender: Literal["student", "assistant", "staff"]
    text: str = Field(..., description="Plain text with links, bold and lists in Markdown.")
    language: Optional[str] = Field(..., description="Of the text, as a language tag; null: not known for sure.")
    buttons: List[Button]
    cards: List[Card]
    attachments: List[Attachment]
    answer: Optional[Answer] = Field(...)
    client_id: Optional[str] = Field(..., description="What the client gave the student's message.")


class Messages(ApiModel):
    """Messages, oldest first."""

    messages: List[Message]


class Replies(ApiModel):
    """What the student has sent, as it is kept, and the replies."""

    sent: Message
    messages: List[Message] = Field(..., description="Empty with status 202: a member of the staff will answer.")


class OpenedConversation(ApiModel):
    """A new conversation; the token is its only key."""

    conversation_id: str
    token: str
    messages: List[Message] = Field(..., min_items=1)


class LinkChannel(ApiModel):
    """A messenger to which the code can be sent."""

    name: str
    url: Optional[str] = Field(..., description="Opens the chat and sends the code; null: the student types it.")


class LinkCode(ApiModel):
    """A code that links a messenger to the conversation; works once."""

    code: str = Field(..., regex=r"^[2-9A-Z]{4}-[2-9A-Z]{4}$")
    expires_at: str = Field(..., format="date-time")
    channels: List[LinkChannel]


class ErrorDetail(ApiModel):
    """Why a request was refused."""

    code: str = Field(..., description="For programs.")
    message: str = Field(..., description="For people; in English.")


class Failure(ApiModel):
    """An error."""

    error: ErrorDetail


class Alive(ApiModel):
    """The process answers."""

    status: Literal["alive"]


class Readiness(ApiModel):
    """What the assistant needs, each `ok` or what is wrong with it."""

    checks: Dict[str, str]


class NotReady(Failure):
    """Which of the things that the assistant needs is missing."""

    checks: Dict[str, str]


def _cleaned(text: Any, longest: int, *, may_be_empty: bool = False) -> Any:
    """Drop control characters and halves of surrogate pairs, which no writer means and no database takes."""
    if not isinstance(text, str):
        return text
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if not kept and not may_be_empty:
        raise ValueError("holds nothing to read")
    if len(kept) > longest:
        raise ValueError(f"has {len(kept)} characters; at most {longest} are allowed")
    return kept
