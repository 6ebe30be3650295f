"""Vectors of questions compare across languages: those of other languages than English are worked out anew."""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM question_vector WHERE event_id IN (SELECT question_id FROM answer WHERE language <> 'en')")


def downgrade() -> None:
    upgrade()
