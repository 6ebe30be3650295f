"""Personal plans: when a procedure is dealt with, who may leave it out, until when, and how a student says it is done.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure", sa.Column("phase", sa.String(20)))
    op.add_column("procedure", sa.Column("is_optional", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("procedure", sa.Column("done_words", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("deadline", sa.Column("months_after", sa.Integer))
    op.create_table(
        "procedure_deadline",
        sa.Column("procedure_code", sa.String(40), sa.ForeignKey("procedure.code"), primary_key=True),
        sa.Column("deadline_code", sa.String(40), sa.ForeignKey("deadline.code"), primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("procedure_deadline")
    op.drop_column("deadline", "months_after")
    for column in ("done_words", "is_optional", "phase"):
        op.drop_column("procedure", column)
