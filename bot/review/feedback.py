"""Students' feedback on the assistant's messages, in the review database."""

import datetime as dt
from contextlib import contextmanager
from typing import Iterator, Optional

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.review.database import get_engine, session_scope
from bot.review.erasure import erase_from_log
from bot.review.facets import refresh_conversation
from bot.review.models import Feedback


class FeedbackStore:
    """Keeps feedback; opens the database and makes its tables when first used. Methods block: call them in a thread."""

    def __init__(self, url: str):
        self._url = url

    def save(self, conversation_id: str, message_id: str, helpful: bool, comment: Optional[str]) -> None:
        """Keep feedback on a message in place of any given before."""
        feedback = {
            "conversation_id": conversation_id,
            "message_id": message_id,
            "helpful": helpful,
            "comment": comment,
            "given_at": dt.datetime.now(dt.timezone.utc),
        }
        try:
            self._merge(feedback)
        except IntegrityError:
            # The same feedback for the first time twice at once: now that the row exists, it is an update.
            self._merge(feedback)

    def find(self, conversation_id: str, message_id: str) -> Optional[Feedback]:
        """Return the feedback on a message, or None."""
        with session_scope(self._url) as session:
            return session.get(Feedback, (conversation_id, message_id))

    def erase(self, conversation_id: str) -> None:
        """Delete the feedback given in a conversation, with all that the log holds of it."""
        erase_from_log(self._url, conversation_id)

    def check(self) -> None:
        """Raise DatabaseUnavailableError when the database does not answer."""
        with session_scope(self._url) as session:
            session.execute(select(Feedback.message_id).limit(1)).first()

    def close(self) -> None:
        """Close the connections."""
        get_engine(self._url).dispose()

    def _merge(self, feedback: dict) -> None:
        with self._changes() as session:
            session.merge(Feedback(**feedback))
            session.flush()
            refresh_conversation(session, feedback["conversation_id"])

    @contextmanager
    def _changes(self) -> Iterator[Session]:
        with session_scope(self._url, writing=True) as session:
            yield session
            session.commit()
