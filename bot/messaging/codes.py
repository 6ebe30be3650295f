"""One-time codes by which a student links a chat on a messenger to the conversation in the widget."""

import datetime as dt
import secrets
from typing import NamedTuple

from bot.messaging.store import ChannelStore

LIFETIME = dt.timedelta(minutes=10)
_WITH_DIGIT = "23456789"
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for one another."""


class LinkCode(NamedTuple):
    """A code and until when it works."""

    code: str
    expires_at: dt.datetime


def make_code(store: ChannelStore, conversation_id: str) -> LinkCode:
    """Return a new code for a conversation; the one before no longer works."""
    # A digit at one place: a code is never a word that a student may write.
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    letters[secrets.randbelow(8)] = secrets.choice(_WITH_DIGIT)
    code = f"{''.join(letters[:4])}-{''.join(letters[4:])}"
    expires_at = dt.datetime.now(dt.timezone.utc).replace(microsecond=0) + LIFETIME
    store.keep_code(code, conversation_id, expires_at)
    return LinkCode(code, expires_at)
