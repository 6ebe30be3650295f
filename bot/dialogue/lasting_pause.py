"""Keeps a conversation that staff hold in its session: a new one would let the assistant speak again.

Rasa begins a new session after an hour of silence and forgets the pause with the old one. A person may answer the next
morning.
"""

from typing import Any

from rasa.core.processor import MessageProcessor


def install() -> None:
    """Replace the question whether a session has ended; doing it twice changes nothing."""
    original = MessageProcessor._has_session_expired
    if getattr(original, "asks_for_pause", False):
        return

    def has_session_expired(self: MessageProcessor, tracker: Any) -> bool:
        return not tracker.is_paused() and original(self, tracker)

    has_session_expired.asks_for_pause = True  # type: ignore[attr-defined]
    MessageProcessor._has_session_expired = has_session_expired
