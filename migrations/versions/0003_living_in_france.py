"""Living in France: procedures, life on the campus, public holidays.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_facts(
        "procedure",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("topic", sa.String(40), nullable=False, index=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("contact_code", sa.String(40), sa.ForeignKey("contact.code")),
        sa.Column("url", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
    )
    _create_facts(
        "procedure_statement",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("procedure_code", sa.String(40), sa.ForeignKey("procedure.code"), nullable=False, index=True),
        _choice("aspect", "step", "document", "cost", "deadline", "rule", "note"),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        _choice("nationality", "any", "eu", "non_eu", "other_non_eu", "algeria"),
        _choice("stay", "any", "exchange", "degree"),
        sa.Column("amount", sa.Numeric(8, 2)),
        sa.Column("amount_max", sa.Numeric(8, 2)),
        sa.Column("currency", sa.String(3)),
        sa.Column("period", sa.String(20)),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="currency"),
        sa.CheckConstraint("(amount IS NULL) = (period IS NULL)", name="period"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("amount_max IS NULL OR amount_max >= amount", name="range"),
    )
    _create_facts(
        "procedure_dependency",
        sa.Column("procedure_code", sa.String(40), sa.ForeignKey("procedure.code"), primary_key=True),
        sa.Column("requires_code", sa.String(40), sa.ForeignKey("procedure.code"), primary_key=True),
        sa.Column("reason", sa.JSON),
        sa.CheckConstraint("procedure_code <> requires_code", name="order"),
    )
    _create_facts(
        "campus_statement",
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("aspect", sa.String(40), nullable=False, index=True),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    _create_facts(
        "public_holiday",
        sa.Column("date", sa.Date, primary_key=True),
        sa.Column("name", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for table in ("public_holiday", "campus_statement", "procedure_dependency", "procedure_statement", "procedure"):
        op.drop_table(table)


def _create_facts(name: str, *parts: object) -> None:
    """Create a table whose rows bear their provenance."""
    op.create_table(
        name,
        *parts,
        _choice("status", "published", "draft", "withdrawn", "sample"),
        sa.Column("as_of", sa.String(10)),
        sa.Column("verified_on", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("source_code", sa.String(80), sa.ForeignKey("source.code"), nullable=False),
    )


def _choice(name: str, *values: str) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, kind, nullable=False)
