"""Students' feedback on the assistant's messages, in the review database."""

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Iterator, Optional

from sqlalchemy import create_engine, delete, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import DatabaseUnavailableError
from bot.review.models import Feedback, metadata


class FeedbackStore:
    """Keeps feedback; opens the database and makes the table when first used. Methods block: call them in a thread."""

    def __init__(self, url: str):
        self._url = url
        self._engine: Optional[Engine] = None
        self._opening = Lock()

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
        with self._session() as session:
            return session.get(Feedback, (conversation_id, message_id))

    def erase(self, conversation_id: str) -> None:
        """Delete all feedback given in a conversation."""
        with self._session() as session:
            session.execute(delete(Feedback).where(Feedback.conversation_id == conversation_id))
            session.commit()

    def check(self) -> None:
        """Raise DatabaseUnavailableError when the database does not answer."""
        with self._session() as session:
            session.execute(select(Feedback.message_id).limit(1)).first()

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _merge(self, feedback: dict) -> None:
        with self._session() as session:
            session.merge(Feedback(**feedback))
            session.commit()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._opened(), future=True, expire_on_commit=False) as session:
                yield session
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailableError("The review database does not answer: check REVIEW_DATABASE_URL.") from error

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = create_engine(self._url, future=True, pool_pre_ping=True)
                if engine.dialect.name == "sqlite":
                    _prepare_sqlite(engine)
                metadata.create_all(engine)
                self._engine = engine
            return self._engine


def _prepare_sqlite(engine: Engine) -> None:
    if engine.url.database and engine.url.database != ":memory:":
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL").close()
        connection.execute("PRAGMA busy_timeout=5000").close()
