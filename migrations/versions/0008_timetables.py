"""Times of the week at which courses are taught.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    status = sa.Enum(
        "published", "draft", "withdrawn", "sample", name="status", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "course_slot",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("course_code", sa.String(40), sa.ForeignKey("course.code"), nullable=False, index=True),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("starts_at", sa.String(5), nullable=False),
        sa.Column("ends_at", sa.String(5), nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("place", sa.Text),
        sa.Column("status", status, nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        sa.CheckConstraint("starts_at LIKE '__:__' AND ends_at LIKE '__:__' AND starts_at < ends_at", name="times"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="dates"),
    )


def downgrade() -> None:
    op.drop_table("course_slot")
