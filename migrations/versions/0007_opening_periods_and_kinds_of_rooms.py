"""When desks are open, and what kind of room students search by.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statuses = sa.Enum(
        "published", "draft", "withdrawn", "sample", name="status", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "opening_period",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("contact_code", sa.String(40), sa.ForeignKey("contact.code"), nullable=False, index=True),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("opens", sa.String(5), nullable=False),
        sa.Column("closes", sa.String(5), nullable=False),
        sa.Column("status", statuses, nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        sa.CheckConstraint("opens LIKE '__:__' AND closes LIKE '__:__' AND opens < closes", name="hours"),
    )
    op.add_column("room_type", sa.Column("kind", sa.String(20)))
    op.create_index("ix_residence_position_code", "residence", ["position", "code"])
    op.create_index(
        "ix_residence_price_kind_period_amount_min", "residence_price", ["kind", "period", "amount_min"]
    )


def downgrade() -> None:
    op.drop_index("ix_residence_price_kind_period_amount_min", "residence_price")
    op.drop_index("ix_residence_position_code", "residence")
    # Not in a batch: that would drop the table, which rents refer to.
    op.drop_column("room_type", "kind")
    op.drop_table("opening_period")
