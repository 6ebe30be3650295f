"""The figures of a year are read from one index; answers are counted by outcome alone too."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_tally_day', 'tally')
    op.create_index('ix_tally_day', 'tally', ['measure', 'day', 'topic', 'language', 'outcome', 'count'])
    tally = sa.table(
        'tally', sa.column('measure'), sa.column('day', sa.Date()), sa.column('hour'), sa.column('channel'),
        sa.column('language'), sa.column('topic'), sa.column('outcome'), sa.column('count', sa.Integer()),
    )
    none = sa.literal('')
    by_outcome = (
        sa.select(
            sa.literal('outcome'), tally.c.day, sa.literal(0), none, none, none, tally.c.outcome,
            sa.func.sum(tally.c.count),
        )
        .where(tally.c.measure == 'answer')
        .group_by(tally.c.day, tally.c.outcome)
    )
    columns = ['measure', 'day', 'hour', 'channel', 'language', 'topic', 'outcome', 'count']
    op.execute(tally.insert().from_select(columns, by_outcome))


def downgrade() -> None:
    op.execute("DELETE FROM tally WHERE measure = 'outcome'")
    op.drop_index('ix_tally_day', 'tally')
    op.create_index('ix_tally_day', 'tally', ['measure', 'day'])
