"""What messaging channels keep in the database of conversations, so that a restart loses and repeats nothing.

What came in (to be answered once), what is to go out (in order, until the platform has taken it), what is known of
each chat, and the codes that link a chat to the widget. Methods block: call them in a thread.
"""

import datetime as dt
import hashlib
import json
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot.channels.messaging.tables import CHAT, LINK_CODE, OUTGOING, UPDATE, metadata
from bot.channels.platforms.base import Inbound, Message

LEASE_SECONDS = 45.0
KNOWN_SECONDS = 8 * 24 * 3600.0
"""How long a delivery is remembered; platforms repeat theirs for a week at most."""
HELD_SECONDS = 30 * 24 * 3600.0
"""How long a message waits for the student to write again."""


class Update(NamedTuple):
    """Something that came in and waits for its turn."""

    id: int
    inbound: Inbound
    attempts: int


class Outgoing(NamedTuple):
    """A message that waits to be sent."""

    id: int
    message: Message
    language: str
    parts_sent: int
    attempts: int
    created_at: float


class Chat(NamedTuple):
    """What is known of a chat beside what was said in it."""

    conversation_id: str
    language: str
    last_seen: float
    unreachable_reason: Optional[str]
    linked_to: Optional[str]


def conversation_of(channel: str, chat: str) -> str:
    """Return the conversation's id for a platform's chat."""
    return f"{channel}-{chat}"


def chat_of(channel: str, conversation_id: str) -> str:
    """Return the platform's chat of a conversation."""
    return conversation_id[len(channel) + 1 :]


class ChannelStore:
    """Opens the database and makes the tables when first used."""

    def __init__(self, url: str):
        self._url = url
        self._engine: Optional[Engine] = None
        self._opening = Lock()

    # --- in

    def take(self, channel: str, inbound: Iterable[Inbound]) -> List[str]:
        """Keep what came in; return the conversations that have something new. What is known already is left out."""
        now, awake = time.time(), []
        with self._writing() as connection:
            for item in inbound:
                conversation_id = conversation_of(channel, item.chat)
                row = {
                    "channel": channel, "key": _digest(item.key), "conversation_id": conversation_id,
                    "position": item.order, "subject": _digest(item.subject) if item.subject else None,
                    "body": json.dumps(item), "arrived_at": now, "attempts": 0,
                }  # fmt: skip
                if not connection.execute(self._insert_new(UPDATE, row)).rowcount:
                    continue
                if item.kind == "edit" and self._amend(connection, row, item):
                    continue
                self._see(connection, channel, conversation_id, item, now)
                awake.append(conversation_id)
        return list(dict.fromkeys(awake))

    def next_update(self, conversation_id: str) -> Optional[Update]:
        """Return what is to be answered next in the conversation, and count the attempt."""
        waiting = sa.select(UPDATE).where(UPDATE.c.conversation_id == conversation_id, UPDATE.c.body.is_not(None))
        with self._writing() as connection:
            row = connection.execute(waiting.order_by(UPDATE.c.position, UPDATE.c.id).limit(1)).first()
            if row is None:
                return None
            connection.execute(UPDATE.update().where(UPDATE.c.id == row.id).values(attempts=row.attempts + 1))
        return Update(row.id, Inbound(*json.loads(row.body)), row.attempts + 1)

    def finish(
        self, update_id: int, channel: str, conversation_id: str, replies: Sequence[Message], language: str
    ) -> None:
        """Forget what was said, keep the replies for sending: both or neither."""
        with self._writing() as connection:
            connection.execute(UPDATE.update().where(UPDATE.c.id == update_id).values(body=None, subject=None))
            self._enqueue(connection, channel, conversation_id, replies, language)

    def waiting_conversations(self, channel: str) -> List[str]:
        """Return the conversations in which something waits for its turn or to be sent."""
        coming = sa.select(UPDATE.c.conversation_id).where(UPDATE.c.channel == channel, UPDATE.c.body.is_not(None))
        going = sa.select(OUTGOING.c.conversation_id).where(OUTGOING.c.channel == channel, OUTGOING.c.held.is_(False))
        with self._reading() as connection:
            return [row[0] for row in connection.execute(coming.union(going))]

    # --- out

    def enqueue(self, channel: str, conversation_id: str, messages: Sequence[Message], language: str) -> None:
        """Keep messages for sending."""
        with self._writing() as connection:
            self._enqueue(connection, channel, conversation_id, messages, language)

    def claim(self, conversation_id: str) -> Optional[Outgoing]:
        """Return the oldest message to be sent, reserved for the caller; None where there is none or another has it."""
        now = time.time()
        oldest = sa.select(OUTGOING).where(OUTGOING.c.conversation_id == conversation_id, OUTGOING.c.held.is_(False))
        with self._writing() as connection:
            row = connection.execute(oldest.order_by(OUTGOING.c.id).limit(1)).first()
            if row is None:
                return None
            free = (OUTGOING.c.id == row.id) & ((OUTGOING.c.leased_until.is_(None)) | (OUTGOING.c.leased_until < now))
            if not connection.execute(OUTGOING.update().where(free).values(leased_until=now + LEASE_SECONDS)).rowcount:
                return None
        message = json.loads(row.message)
        return Outgoing(row.id, message, row.language, row.parts_sent, row.attempts, row.created_at)

    def note_progress(self, outgoing_id: int, parts_sent: int) -> None:
        """Remember how many parts of a message the platform has taken."""
        self._set(outgoing_id, parts_sent=parts_sent, attempts=0, leased_until=time.time() + LEASE_SECONDS)

    def note_attempt(self, outgoing_id: int, attempts: int, wait_seconds: float) -> None:
        """Remember a failed attempt; the message stays reserved while its sender waits."""
        self._set(outgoing_id, attempts=attempts, leased_until=time.time() + wait_seconds + LEASE_SECONDS)

    def hold(self, conversation_id: str) -> None:
        """Keep the conversation's messages until the student writes again."""
        with self._writing() as connection:
            of_conversation = OUTGOING.c.conversation_id == conversation_id
            connection.execute(OUTGOING.update().where(of_conversation).values(held=True, leased_until=None))

    def drop(self, outgoing_id: int) -> None:
        """Delete a message that was sent or cannot be."""
        with self._writing() as connection:
            connection.execute(OUTGOING.delete().where(OUTGOING.c.id == outgoing_id))

    def mark_unreachable(self, conversation_id: str, reason: str) -> None:
        """Remember that nothing can be sent to the chat, and drop what waits."""
        with self._writing() as connection:
            connection.execute(OUTGOING.delete().where(OUTGOING.c.conversation_id == conversation_id))
            marked = {"unreachable_since": time.time(), "unreachable_reason": reason[:200]}
            connection.execute(CHAT.update().where(CHAT.c.conversation_id == conversation_id).values(**marked))

    # --- chats

    def chat(self, conversation_id: str) -> Optional[Chat]:
        """Return what is known of a chat."""
        columns = (CHAT.c[name] for name in Chat._fields)
        with self._reading() as connection:
            row = connection.execute(sa.select(*columns).where(CHAT.c.conversation_id == conversation_id)).first()
        return Chat(*row) if row else None

    def erase(self, conversation_id: str) -> None:
        """Delete all that is kept of a conversation; of deliveries stays a digest, so that repeats are not answered."""
        with self._writing() as connection:
            for table in (OUTGOING, CHAT, LINK_CODE):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))
            emptied = UPDATE.update().where(UPDATE.c.conversation_id == conversation_id)
            connection.execute(emptied.values(conversation_id=None, body=None, subject=None))

    def tidy(self) -> None:
        """Delete what is past its time, and what is left of chats whose conversation was erased elsewhere."""
        now = time.time()
        with self._writing() as connection:
            old = (UPDATE.c.arrived_at < now - KNOWN_SECONDS) & UPDATE.c.body.is_(None)
            connection.execute(UPDATE.delete().where(old))
            connection.execute(OUTGOING.delete().where(OUTGOING.c.created_at < now - HELD_SECONDS))
            connection.execute(LINK_CODE.delete().where(LINK_CODE.c.expires_at < now))
            if sa.inspect(connection).has_table("events"):
                events = sa.table("events", sa.column("sender_id"))
                spoken = sa.select(events.c.sender_id).where(events.c.sender_id == CHAT.c.conversation_id).exists()
                connection.execute(CHAT.delete().where(CHAT.c.last_seen < now - 24 * 3600, ~spoken))

    # --- codes

    def keep_code(self, code: str, conversation_id: str, expires_at: dt.datetime) -> None:
        """Keep a code for a conversation in place of any before."""
        row = {"code": _digest(code), "conversation_id": conversation_id, "expires_at": expires_at.timestamp()}
        with self._writing() as connection:
            connection.execute(LINK_CODE.delete().where(LINK_CODE.c.conversation_id == conversation_id))
            connection.execute(LINK_CODE.insert().values(**row))

    def redeem_code(self, code: str, conversation_id: str) -> Optional[str]:
        """Return the conversation that a code stands for, and link the chat to it; a code works once."""
        of_code = LINK_CODE.c.code == _digest(code)
        with self._writing() as connection:
            row = connection.execute(sa.select(LINK_CODE).where(of_code)).first()
            if row is None or not connection.execute(LINK_CODE.delete().where(of_code)).rowcount:
                return None
            if row.expires_at < time.time():
                return None
            linked = CHAT.update().where(CHAT.c.conversation_id == conversation_id)
            connection.execute(linked.values(linked_to=row.conversation_id))
        return row.conversation_id

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    # --- inside

    def _amend(self, connection: Connection, row: Dict[str, Any], item: Inbound) -> bool:
        """Put an edited text in place of the one that still waits; return whether one did."""
        waits = (
            (UPDATE.c.conversation_id == row["conversation_id"]) & (UPDATE.c.subject == row["subject"])
            & UPDATE.c.body.is_not(None) & (UPDATE.c.key != row["key"])
        )  # fmt: skip
        original = connection.execute(sa.select(UPDATE).where(waits).order_by(UPDATE.c.id).limit(1)).first()
        if original is None:
            return False
        amended = Inbound(*json.loads(original.body))._replace(text=item.text)
        connection.execute(UPDATE.update().where(UPDATE.c.id == original.id).values(body=json.dumps(amended)))
        own = (UPDATE.c.channel == row["channel"]) & (UPDATE.c.key == row["key"])
        connection.execute(UPDATE.update().where(own).values(body=None, subject=None))
        return True

    def _see(self, connection: Connection, channel: str, conversation_id: str, item: Inbound, now: float) -> None:
        seen: Dict[str, Any] = {"last_seen": now, "unreachable_since": None, "unreachable_reason": None}
        if item.language:
            seen["language"] = item.language
        row = {"conversation_id": conversation_id, "channel": channel, "language": item.language, **seen}
        if not connection.execute(self._insert_new(CHAT, row)).rowcount:
            connection.execute(CHAT.update().where(CHAT.c.conversation_id == conversation_id).values(**seen))
        held = (OUTGOING.c.conversation_id == conversation_id) & OUTGOING.c.held.is_(True)
        connection.execute(OUTGOING.update().where(held).values(held=False))

    def _enqueue(
        self, connection: Connection, channel: str, conversation_id: str, messages: Sequence[Message], language: str
    ) -> None:
        for message in messages:
            connection.execute(OUTGOING.insert().values(
                channel=channel, conversation_id=conversation_id, message=json.dumps(message), language=language,
                parts_sent=0, attempts=0, held=False, created_at=time.time(),
            ))  # fmt: skip

    def _set(self, outgoing_id: int, **values: Any) -> None:
        with self._writing() as connection:
            connection.execute(OUTGOING.update().where(OUTGOING.c.id == outgoing_id).values(**values))

    def _insert_new(self, table: sa.Table, row: Dict[str, Any]) -> Any:
        dialect = postgresql if self._opened().dialect.name == "postgresql" else sqlite
        return dialect.insert(table).values(**row).on_conflict_do_nothing()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._opened().begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._opened().connect() as connection:
            yield connection

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = sa.create_engine(self._url, future=True, pool_pre_ping=True)
                if engine.dialect.name == "sqlite":
                    _prepare_sqlite(engine)
                metadata.create_all(engine)
                self._engine = engine
            return self._engine


def _digest(text: str) -> str:
    """Platforms' ids may hold a phone number, and codes are as good as a password: neither is kept as it is."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _prepare_sqlite(engine: Engine) -> None:
    if engine.url.database and engine.url.database != ":memory:":
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # The driver begins a transaction too late: two that read first and then write would fail at once.
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
