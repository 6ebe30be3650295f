"""What messaging channels keep in the database of conversations, so that a restart loses and repeats nothing.

What came in (to be answered once), what is to go out (in order, until the platform has taken it), what is known of
each chat, and the codes that link a chat to the widget. Methods block: call them in a thread.
"""

import datetime as dt
import json
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Iterable, Iterator, List, NamedTuple, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

from bot.messaging.arrivals import digest, keep_arrivals
from bot.messaging.platforms.base import Inbound, Message
from bot.messaging.tables import CHAT, LINK_CODE, OUTGOING, UPDATE, metadata

LEASE_SECONDS = 45.0
KNOWN_SECONDS = 8 * 24 * 3600.0
"""How long a delivery is remembered; platforms repeat theirs for a week at most."""
HELD_SECONDS = 30 * 24 * 3600.0
"""How long a message waits for the student to write again."""
QUIET_SECONDS = 24 * 3600.0
"""After so long without a word, a chat that the log does not know is one that was erased there."""


# Built once: SQLAlchemy takes longer to put a query together than the database to answer it.
_CONVERSATION = sa.bindparam("conversation")
_NEXT = (
    sa.select(UPDATE.c.id, UPDATE.c.body, UPDATE.c.attempts, UPDATE.c.arrived_at)
    .where(UPDATE.c.conversation_id == _CONVERSATION, UPDATE.c.body.is_not(None))
    .order_by(UPDATE.c.position, UPDATE.c.id)
    .limit(1)
)
_OF_UPDATE = UPDATE.update().where(UPDATE.c.id == sa.bindparam("update"))
_TRY, _ANSWER = _OF_UPDATE.values(attempts=UPDATE.c.attempts + 1), _OF_UPDATE.values(body=None, subject=None)
_ENQUEUE = OUTGOING.insert()
_OLDEST = (
    sa.select(OUTGOING)
    .where(OUTGOING.c.conversation_id == _CONVERSATION, OUTGOING.c.held.is_(False))
    .order_by(OUTGOING.c.id)
    .limit(1)
)
_OF_OUTGOING = OUTGOING.c.id == sa.bindparam("outgoing")
_UNTIL = sa.bindparam("until")
_FREE = OUTGOING.c.leased_until.is_(None) | (OUTGOING.c.leased_until < sa.bindparam("now"))
_LEASE = OUTGOING.update().where(_OF_OUTGOING, _FREE).values(leased_until=_UNTIL)
_PROGRESS = (
    OUTGOING.update().where(_OF_OUTGOING).values(parts_sent=sa.bindparam("parts"), attempts=0, leased_until=_UNTIL)
)
_RENEW = OUTGOING.update().where(_OF_OUTGOING, OUTGOING.c.leased_until < _UNTIL).values(leased_until=_UNTIL)
_RELEASE = OUTGOING.update().where(_OF_OUTGOING, OUTGOING.c.leased_until <= _UNTIL).values(leased_until=None)
_DROP = OUTGOING.delete().where(_OF_OUTGOING)


class Update(NamedTuple):
    """Something that came in and waits for its turn."""

    id: int
    inbound: Inbound
    attempts: int
    arrived_at: float


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


_CHAT = sa.select(*(CHAT.c[name] for name in Chat._fields)).where(CHAT.c.conversation_id == _CONVERSATION)


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
        with self._writing() as connection:
            return keep_arrivals(connection, channel, list(inbound), time.time())

    def next_update(self, conversation_id: str) -> Optional[Update]:
        """Return what is to be answered next in the conversation, and count the attempt."""
        with self._writing() as connection:
            row = connection.execute(_NEXT, {"conversation": conversation_id}).first()
            if row is None:
                return None
            connection.execute(_TRY, {"update": row.id})
        return Update(row.id, Inbound(*json.loads(row.body)), row.attempts + 1, row.arrived_at)

    def finish(
        self, update_id: int, channel: str, conversation_id: str, replies: Sequence[Message], language: str
    ) -> None:
        """Forget what was said, keep the replies for sending: both or neither."""
        with self._writing() as connection:
            connection.execute(_ANSWER, {"update": update_id})
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
        with self._writing() as connection:
            row = connection.execute(_OLDEST, {"conversation": conversation_id}).first()
            if row is None:
                return None
            lease = {"outgoing": row.id, "now": now, "until": now + LEASE_SECONDS}
            if not connection.execute(_LEASE, lease).rowcount:
                return None
        message = json.loads(row.message)
        return Outgoing(row.id, message, row.language, row.parts_sent, row.attempts, row.created_at)

    def note_progress(self, outgoing_id: int, parts_sent: int) -> None:
        """Remember how many parts of a message the platform has taken."""
        progress = {"outgoing": outgoing_id, "parts": parts_sent, "until": time.time() + LEASE_SECONDS}
        with self._writing() as connection:
            connection.execute(_PROGRESS, progress)

    def renew(self, outgoing_ids: Iterable[int]) -> None:
        """Keep messages reserved that are being sent for long."""
        self._lease(_RENEW, outgoing_ids)

    def release(self, outgoing_ids: Iterable[int]) -> None:
        """Let others send messages that were reserved; those that the platform wants to have later stay reserved."""
        self._lease(_RELEASE, outgoing_ids)

    def note_attempt(self, outgoing_id: int, attempts: int, wait_seconds: float) -> None:
        """Remember a failed attempt; the message stays reserved while its sender waits."""
        values = {"attempts": attempts, "leased_until": time.time() + wait_seconds + LEASE_SECONDS}
        with self._writing() as connection:
            connection.execute(OUTGOING.update().where(OUTGOING.c.id == outgoing_id).values(**values))

    def hold(self, conversation_id: str, known_at: float) -> bool:
        """Keep the conversation's messages until the student writes again; False where that was after `known_at`."""
        with self._writing() as connection:
            if _last_seen(connection, conversation_id) > known_at:
                return False
            of_conversation = OUTGOING.c.conversation_id == conversation_id
            connection.execute(OUTGOING.update().where(of_conversation).values(held=True, leased_until=None))
        return True

    def drop(self, outgoing_id: int) -> None:
        """Delete a message that was sent or cannot be."""
        with self._writing() as connection:
            connection.execute(_DROP, {"outgoing": outgoing_id})

    def mark_unreachable(self, conversation_id: str, reason: str, known_at: float) -> None:
        """Remember that nothing could be sent to the chat at `known_at`, and drop what waited then.

        Who has written since can be reached again.
        """
        with self._writing() as connection:
            waited = (OUTGOING.c.conversation_id == conversation_id) & (OUTGOING.c.created_at <= known_at)
            connection.execute(OUTGOING.delete().where(waited))
            if _last_seen(connection, conversation_id) <= known_at:
                marked = {"unreachable_since": time.time(), "unreachable_reason": reason[:200]}
                connection.execute(CHAT.update().where(CHAT.c.conversation_id == conversation_id).values(**marked))

    # --- chats

    def chat(self, conversation_id: str) -> Optional[Chat]:
        """Return what is known of a chat."""
        with self._reading() as connection:
            row = connection.execute(_CHAT, {"conversation": conversation_id}).first()
        return Chat(*row) if row else None

    def begin_erasing(self, update: Update) -> None:
        """Remember that all is to be erased: after a crash half of it is gone, and the words alone do not tell."""
        with self._writing() as connection:
            _become(connection, update, update.inbound._replace(kind="erase", text="", choice=""))

    def erase(self, conversation_id: str, ordered: float) -> None:
        """Delete what is kept of a conversation up to the student's order; what was written after it begins a new one.

        Of deliveries stays a digest, so that repeats are not answered.
        """
        with self._writing() as connection:
            for table in (OUTGOING, CHAT, LINK_CODE):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))
            before = UPDATE.c.body.is_(None) | (UPDATE.c.position <= ordered)
            emptied = UPDATE.update().where(UPDATE.c.conversation_id == conversation_id, before)
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
                gone = sa.select(CHAT.c.conversation_id).where(CHAT.c.last_seen < now - QUIET_SECONDS, ~spoken)
                connection.execute(OUTGOING.delete().where(OUTGOING.c.conversation_id.in_(gone)))
                answered = UPDATE.c.conversation_id.in_(gone) & UPDATE.c.body.is_(None)
                connection.execute(UPDATE.update().where(answered).values(conversation_id=None))
                connection.execute(CHAT.delete().where(CHAT.c.conversation_id.in_(gone)))

    # --- codes

    def keep_code(self, code: str, conversation_id: str, expires_at: dt.datetime) -> None:
        """Keep a code for a conversation in place of any before."""
        row = {"code": digest(code), "conversation_id": conversation_id, "expires_at": expires_at.timestamp()}
        with self._writing() as connection:
            connection.execute(LINK_CODE.delete().where(LINK_CODE.c.conversation_id == conversation_id))
            connection.execute(LINK_CODE.insert().values(**row))

    def redeem_code(self, code: str, conversation_id: str, update: Update) -> Optional[str]:
        """Return the conversation that a code stands for, and link the chat to it; a code works once.

        From then on the update is the order to link: after a crash the code is gone, and must not be asked for again.
        """
        of_code = LINK_CODE.c.code == digest(code)
        with self._writing() as connection:
            row = connection.execute(sa.select(LINK_CODE).where(of_code)).first()
            if row is None or not connection.execute(LINK_CODE.delete().where(of_code)).rowcount:
                return None
            if row.expires_at < time.time():
                return None
            linked = CHAT.update().where(CHAT.c.conversation_id == conversation_id)
            connection.execute(linked.values(linked_to=row.conversation_id))
            _become(connection, update, update.inbound._replace(kind="linked", text=row.conversation_id))
        return row.conversation_id

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    # --- inside

    def _enqueue(
        self, connection: Connection, channel: str, conversation_id: str, messages: Sequence[Message], language: str
    ) -> None:
        rows = [
            {
                "channel": channel, "conversation_id": conversation_id, "message": json.dumps(message),
                "language": language, "parts_sent": 0, "attempts": 0, "held": False, "created_at": time.time(),
            }
            for message in messages
        ]  # fmt: skip
        if rows:
            connection.execute(_ENQUEUE, rows)

    def _lease(self, statement: Any, outgoing_ids: Iterable[int]) -> None:
        until = time.time() + LEASE_SECONDS
        rows = [{"outgoing": outgoing_id, "until": until} for outgoing_id in outgoing_ids]
        if rows:
            with self._writing() as connection:
                connection.execute(statement, rows)

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
                engine = _make_engine(self._url)
                metadata.create_all(engine)
                self._engine = engine
            return self._engine


def _become(connection: Connection, update: Update, inbound: Inbound) -> None:
    """Let an update that is being answered mean something else from now on, also after a crash."""
    connection.execute(UPDATE.update().where(UPDATE.c.id == update.id).values(body=json.dumps(inbound)))


def _last_seen(connection: Connection, conversation_id: str) -> float:
    """Return when the student last wrote; what comes in meanwhile waits until the transaction is done."""
    seen = sa.select(CHAT.c.last_seen).where(CHAT.c.conversation_id == conversation_id).with_for_update()
    return connection.execute(seen).scalar() or 0.0


def _make_engine(url: str) -> Engine:
    if sa.engine.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, future=True, pool_pre_ping=True)
    # Kept open: to open and set up a connection takes longer than what is done with it.
    engine = sa.create_engine(url, future=True, poolclass=QueuePool, connect_args={"check_same_thread": False})
    _prepare_sqlite(engine)
    return engine


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
