"""What an action answers with: a response key and data, never a sentence."""

import enum
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from bot.mobility.types import Provenance


class Outcome(str, enum.Enum):
    """How an answer turned out (chat API: `answer.outcome`)."""

    ANSWERED = "answered"
    NOT_KNOWN = "not_known"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    HANDED_OVER = "handed_over"
    SMALL_TALK = "small_talk"


@dataclass(frozen=True)
class Card:
    """A record shown apart from the text: a residence, a course, an event."""

    title: str
    subtitle: str = ""
    facts: Tuple[Tuple[str, str], ...] = ()
    """Pairs of label and value, already worded for the language."""
    url: Optional[str] = None

    def as_json(self) -> Mapping[str, Any]:
        """Return the card as the chat API shows it."""
        facts = [{"label": label, "value": value} for label, value in self.facts]
        return {"title": self.title, "subtitle": self.subtitle, "facts": facts, "url": self.url}


@dataclass(frozen=True)
class Attachment:
    """A file to download, made when it is asked for."""

    name: str
    mime: str
    url: str
    """Relative to the assistant's address."""

    def as_json(self) -> Mapping[str, str]:
        """Return the attachment as the chat API shows it."""
        return {"name": self.name, "mime": self.mime, "url": self.url}


@dataclass(frozen=True)
class Button:
    """A choice offered to the student; `intent` and `entities` are what pressing it means."""

    title: str
    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """One message of the assistant."""

    response: str
    """Key under `responses:` in data/responses/."""
    topic: str
    """One of the topics of bot/topics.py."""
    outcome: Outcome
    variables: Mapping[str, str] = field(default_factory=dict)
    provenance: Tuple[Provenance, ...] = ()
    """Of every fact that the message tells, the most important first."""
    desk_provenance: Tuple[Provenance, ...] = ()
    """Of the desks named for the rest: sources too, but no reason to warn of the age of an answer on something else."""
    cards: Tuple[Card, ...] = ()
    buttons: Tuple[Button, ...] = ()
    attachments: Tuple[Attachment, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Context to remember, by slot name; None forgets."""
