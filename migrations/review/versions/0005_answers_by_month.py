"""Answers are counted by month too: figures of years are sums of a few rows."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    month = "strftime('%Y-%m-01', day)" if op.get_bind().dialect.name == 'sqlite' else "date_trunc('month', day)::date"
    op.execute(sa.text(
        'INSERT INTO tally (measure, day, hour, channel, language, topic, outcome, count) '
        f"SELECT 'answer_month', {month}, 0, '', language, topic, outcome, sum(count) FROM tally "
        f"WHERE measure = 'answer' GROUP BY {month}, language, topic, outcome"
    ))


def downgrade() -> None:
    op.execute("DELETE FROM tally WHERE measure = 'answer_month'")
