"""Tables of the messaging channels, beside Rasa's own in the database of conversations."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text

metadata = MetaData()

UPDATE = Table(
    "channel_update",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("key", String(64), nullable=False),
    Column("conversation_id", String(255)),
    Column("position", Float, nullable=False),
    Column("subject", String(64)),
    Column("body", Text),  # NULL: answered
    Column("arrived_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("channel", "key", name="uq_channel_update_key"),
)
# Only what waits is ever looked for by conversation.
_WAITING = {"sqlite_where": text("body IS NOT NULL"), "postgresql_where": text("body IS NOT NULL")}
Index("ix_channel_update_waiting", UPDATE.c.conversation_id, UPDATE.c.position, **_WAITING)

OUTGOING = Table(
    "channel_outgoing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("conversation_id", String(255), nullable=False),
    Column("message", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("parts_sent", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("held", Boolean(name="held"), nullable=False),
    Column("leased_until", Float),
    Column("created_at", Float, nullable=False),
)
Index("ix_channel_outgoing_conversation", OUTGOING.c.conversation_id, OUTGOING.c.id)

CHAT = Table(
    "channel_chat",
    metadata,
    Column("conversation_id", String(255), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("last_seen", Float, nullable=False),
    Column("unreachable_since", Float),
    Column("unreachable_reason", String(200)),
    Column("linked_to", String(255)),
)

LINK_CODE = Table(
    "channel_link_code",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("expires_at", Float, nullable=False),
)
