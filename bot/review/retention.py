"""Erases one student's conversation everywhere, erases what is too old, hands out what is kept of one student.

Everywhere: the tracker store, the log with all that hangs on it, the feedback, and the examples that were made from
the student's messages.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from sqlalchemy import select

from bot.review.audit import record
from bot.review.database import session_scope
from bot.review.erasure import certify_erasure, erase_from_log
from bot.review.log_models import Conversation
from bot.review.models import Feedback
from bot.review.projection.tracker_log import TrackerLog
from bot.review.transcripts import read_transcript

PURGE_BATCH = 500


@dataclass(frozen=True)
class Erased:
    """What was erased; the audit keeps the same, with a digest instead of the id."""

    events: int
    messages: int
    feedback: int

    @property
    def anything(self) -> bool:
        """Tell whether there was something."""
        return bool(self.events or self.messages or self.feedback)


class Archive:
    """Both databases that hold conversations."""

    def __init__(self, tracker_url: str, review_url: str):
        self._tracker = TrackerLog(tracker_url)
        self._review_url = review_url

    def erase(self, actor: str, conversation_id: str, reason: str = "asked for") -> Erased:
        """Erase a conversation everywhere, and write the certificate into the audit."""
        # The log first, with its note of the erasure: what the projector reads meanwhile is not written any more.
        first = erase_from_log(self._review_url, conversation_id)
        events = self._tracker.erase(conversation_id)
        rest = erase_from_log(self._review_url, conversation_id)
        erased = Erased(events, first["messages"] + rest["messages"], first["feedback"] + rest["feedback"])
        certify_erasure(
            self._review_url, actor, conversation_id, reason,
            events=erased.events, messages=erased.messages, feedback=erased.feedback,
        )  # fmt: skip
        return erased

    def purge(self, actor: str, months: int, announce: Callable[[int], None] = lambda _: None) -> int:
        """Erase the conversations whose last message is older than so many months; return how many."""
        if months <= 0:
            return 0
        limit = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=round(months * 30.44))
        total = 0
        while True:
            with session_scope(self._review_url) as session:
                query = select(Conversation.id).where(Conversation.last_activity < limit).limit(PURGE_BATCH)
                old = list(session.execute(query).scalars())
            for conversation_id in old:
                self.erase(actor, conversation_id, reason=f"older than {months} months")
            total += len(old)
            if not old:
                return total
            announce(total)

    def export(self, actor: str, conversation_id: str) -> Optional[Dict[str, Any]]:
        """Return everything that is kept of one student's conversation, unmasked; that is recorded. None: nothing."""
        events = self._tracker.read_conversation(conversation_id)
        with session_scope(self._review_url, writing=True) as session:
            transcript = read_transcript(session, conversation_id, unmasked=True)
            feedback = session.execute(select(Feedback).where(Feedback.conversation_id == conversation_id)).scalars()
            opinions = [
                {
                    "message_id": row.message_id, "helpful": row.helpful, "comment": row.comment,
                    "given_at": row.given_at.isoformat(),
                }
                for row in feedback
            ]  # fmt: skip
            if not events and transcript is None and not opinions:
                return None
            record(session, actor, "conversation.export", conversation_id[:200])
            session.commit()
        return {
            "conversation_id": conversation_id,
            "messages": _messages(transcript),
            "notes_of_staff": [note.text for note in transcript.notes] if transcript else [],
            "tags": list(transcript.tags) if transcript else [],
            "feedback": opinions,
            "events": events,
        }

    def close(self) -> None:
        """Close the connections to the tracker store."""
        self._tracker.close()


def _messages(transcript: Any) -> List[Dict[str, Any]]:
    if transcript is None:
        return []
    return [
        {"time": message.time.isoformat(), "sender": message.sender, "text": message.text}
        for message in transcript.messages
    ]
