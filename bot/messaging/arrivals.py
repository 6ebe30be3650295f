"""Keeps what came in, many messages with few statements: a platform waits for its acknowledgement meanwhile."""

import hashlib
import json
from functools import cache
from typing import Any, Dict, List, NamedTuple, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.messaging.platforms.base import Inbound
from bot.messaging.tables import CHAT, OUTGOING, UPDATE

Row = Dict[str, Any]
# Built once: SQLAlchemy takes longer to put a query together than the database to answer it.
_KNOWN = sa.select(UPDATE.c.key).where(
    UPDATE.c.channel == sa.bindparam("of_channel"), UPDATE.c.key.in_(sa.bindparam("keys", expanding=True))
)
_RELEASE = (
    OUTGOING.update()
    .where(OUTGOING.c.conversation_id == sa.bindparam("conversation"), OUTGOING.c.held.is_(True))
    .values(held=False)
)
_ORIGINAL = (
    sa.select(UPDATE.c.id, UPDATE.c.body)
    .where(
        UPDATE.c.conversation_id == sa.bindparam("conversation"), UPDATE.c.subject == sa.bindparam("of_subject"),
        UPDATE.c.body.is_not(None), UPDATE.c.key != sa.bindparam("own_key"),
        UPDATE.c.attempts == 0,  # what is being answered was read before: the edit is answered after it
    )
    .order_by(UPDATE.c.id)
    .limit(1)
)  # fmt: skip


class _Inserts(NamedTuple):
    update: Any
    chat: Any


def keep_arrivals(connection: Connection, channel: str, inbound: Sequence[Inbound], now: float) -> List[str]:
    """Keep what came in; return the conversations that have something new. What is known already is left out."""
    rows = {row["key"]: (row, item) for item in inbound for row in [_row(channel, item, now)]}
    known = connection.execute(_KNOWN, {"of_channel": channel, "keys": list(rows)}).scalars().all()
    for key in known:
        del rows[key]
    if not rows:
        return []
    inserts = _inserts(connection.dialect.name)
    connection.execute(inserts.update, [row for row, _ in rows.values()])
    amended = {row["key"] for row, item in rows.values() if item.kind == "edit" and _amend(connection, row, item)}
    chats = {row["conversation_id"]: item for row, item in rows.values()}
    # In one order everywhere, so that two doors never wait for each other.
    seen = [_chat(channel, conversation, chats[conversation].language, now) for conversation in sorted(chats)]
    connection.execute(inserts.chat, seen)
    connection.execute(_RELEASE, [{"conversation": conversation} for conversation in sorted(chats)])
    return list(dict.fromkeys(row["conversation_id"] for key, (row, _) in rows.items() if key not in amended))


def conversation_of(channel: str, chat: str) -> str:
    """Return the conversation's id for a platform's chat."""
    return f"{channel}-{chat}"


def digest(text: str) -> str:
    """Platforms' ids may hold a phone number, and codes are as good as a password: neither is kept as it is."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _row(channel: str, item: Inbound, now: float) -> Row:
    return {
        "channel": channel, "key": digest(item.key), "conversation_id": conversation_of(channel, item.chat),
        "position": item.order, "subject": digest(item.subject) if item.subject else None,
        "body": json.dumps(item), "arrived_at": now, "attempts": 0,
    }  # fmt: skip


def _chat(channel: str, conversation_id: str, language: str, now: float) -> Row:
    return {"conversation_id": conversation_id, "channel": channel, "language": language, "last_seen": now}


def _amend(connection: Connection, row: Row, item: Inbound) -> bool:
    """Put an edited text in place of the one that still waits; return whether one did."""
    named = {"conversation": row["conversation_id"], "of_subject": row["subject"], "own_key": row["key"]}
    original = connection.execute(_ORIGINAL, named).first()
    if original is None:
        return False
    amended = Inbound(*json.loads(original.body))._replace(text=item.text)
    connection.execute(UPDATE.update().where(UPDATE.c.id == original.id).values(body=json.dumps(amended)))
    own = (UPDATE.c.channel == row["channel"]) & (UPDATE.c.key == row["key"])
    connection.execute(UPDATE.update().where(own).values(body=None, subject=None))
    return True


@cache
def _inserts(dialect: str) -> _Inserts:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert
    chat = insert(CHAT)
    told = chat.excluded
    return _Inserts(
        insert(UPDATE).on_conflict_do_nothing(),
        chat.on_conflict_do_update(
            index_elements=[CHAT.c.conversation_id],
            set_={
                "last_seen": told.last_seen, "unreachable_since": None, "unreachable_reason": None,
                "language": sa.case((told.language != "", told.language), else_=CHAT.c.language),
            },
        ),
    )  # fmt: skip
