"""The few answers whose choices nobody took are found by an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_answer_refused",
        "answer",
        ["event_id"],
        postgresql_where=sa.text("refused IS true"),
        sqlite_where=sa.text("refused IS 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_answer_refused", "answer")
