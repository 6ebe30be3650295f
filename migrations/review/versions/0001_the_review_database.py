"""The review database: conversation log, what staff add to it, accounts.

The first release made the table of feedback without a migration: it is kept.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WITH_ACCENTS, WITHOUT = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"


def upgrade() -> None:
    op.create_table('conversation',
    sa.Column('number', LARGE, nullable=False),
    sa.Column('id', sa.String(length=255), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_activity', sa.DateTime(timezone=True), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('student_messages', sa.Integer(), nullable=False),
    sa.Column('lowest_confidence', sa.Float(), nullable=True),
    sa.Column('preview', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_conversation')),
    sa.UniqueConstraint('id', name=op.f('uq_conversation_id'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_last_activity', ['last_activity', 'number'], unique=False)
        batch_op.create_index('ix_conversation_started_at', ['started_at'], unique=False)
        batch_op.create_index('ix_conversation_lowest_confidence', ['lowest_confidence'], unique=False)
        batch_op.create_index('ix_conversation_student_messages', ['student_messages'], unique=False)

    op.create_table('erasure',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_erasure'))
    )
    if sa.inspect(op.get_bind()).has_table('feedback'):
        if op.get_bind().dialect.name != 'sqlite':
            op.alter_column('feedback', 'conversation_id', type_=sa.String(length=255))
    else:
        op.create_table('feedback',
        sa.Column('conversation_id', sa.String(length=255), nullable=False),
        sa.Column('message_id', sa.String(length=20), nullable=False),
        sa.Column('helpful', sa.Boolean(name='helpful'), nullable=False),
        sa.Column('comment', sa.Text(), nullable=True),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('conversation_id', 'message_id', name=op.f('pk_feedback'))
        )
    op.create_index('ix_feedback_given_at', 'feedback', ['given_at'])
    op.create_index('ix_feedback_helpful', 'feedback', ['helpful', 'given_at'])
    op.create_table('gap',
    sa.Column('event_id', LARGE, autoincrement=False, nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_gap'))
    )
    op.create_table('position',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', LARGE, nullable=False),
    sa.Column('timestamp', sa.Float(), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position'))
    )
    op.create_table('staff_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_account')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_account_email'))
    )
    op.create_table('staff_audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=254), nullable=False),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_audit'))
    )
    with op.batch_alter_table('staff_audit', schema=None) as batch_op:
        batch_op.create_index('ix_staff_audit_at', ['at'], unique=False)
        batch_op.create_index('ix_staff_audit_subject', ['subject'], unique=False)

    op.create_table('tally',
    sa.Column('id', LARGE, nullable=False),
    sa.Column('measure', sa.String(length=30), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally')),
    sa.UniqueConstraint('measure', 'day', 'hour', 'channel', 'language', 'topic', 'outcome', name='uq_tally')
    )
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.create_index('ix_tally_day', ['measure', 'day'], unique=False)

    op.create_table('training_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('started_by', sa.String(length=254), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.Text(), nullable=True),
    sa.Column('former_model', sa.Text(), nullable=True),
    sa.Column('report', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_run'))
    )
    with op.batch_alter_table('training_run', schema=None) as batch_op:
        batch_op.create_index('ix_training_run_started_at', ['started_at'], unique=False)

    op.create_table('assignment',
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('assignee', sa.String(length=254), nullable=False),
    sa.Column('assigned_by', sa.String(length=254), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_assignment_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation', name=op.f('pk_assignment'))
    )
    op.create_table('draft',
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('author', sa.String(length=254), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_draft_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation', 'author', name=op.f('pk_draft'))
    )
    op.create_table('facet',
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('facet', sa.String(length=280), nullable=False),
    sa.Column('last_activity', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_facet_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation', 'facet', name=op.f('pk_facet'))
    )
    with op.batch_alter_table('facet', schema=None) as batch_op:
        batch_op.create_index('ix_facet_newest', ['facet', 'last_activity', 'conversation'], unique=False)

    op.create_table('handoff',
    sa.Column('event_id', LARGE, autoincrement=False, nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_by', sa.String(length=254), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('notified_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_handoff_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_handoff'))
    )
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handoff_conversation'), ['conversation'], unique=False)
        batch_op.create_index('ix_handoff_requested_at', ['requested_at'], unique=False)

    op.create_table('mark',
    sa.Column('event_id', LARGE, autoincrement=False, nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('intent', sa.String(length=80), nullable=False),
    sa.Column('marked_by', sa.String(length=254), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fixed', sa.Boolean(name='fixed'), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_mark_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_mark'))
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mark_conversation'), ['conversation'], unique=False)

    op.create_table('message',
    sa.Column('event_id', LARGE, autoincrement=False, nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('message_id', sa.String(length=20), nullable=False),
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sender', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('shown', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('intent', sa.String(length=80), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('details', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_message_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_message'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_conversation', ['conversation', 'event_id'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('author', sa.String(length=254), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_note_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_conversation'), ['conversation'], unique=False)

    op.create_table('review',
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.String(length=254), nullable=True),
    sa.Column('flagged', sa.Boolean(name='flagged'), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_review_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation', name=op.f('pk_review'))
    )
    op.create_table('settled',
    sa.Column('event_id', LARGE, autoincrement=False, nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('how', sa.String(length=20), nullable=False),
    sa.Column('settled_by', sa.String(length=254), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_settled_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_settled'))
    )
    with op.batch_alter_table('settled', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_settled_conversation'), ['conversation'], unique=False)

    op.create_table('staff_session',
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['staff_account.id'], name=op.f('fk_staff_session_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_staff_session'))
    )
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_session_account_id'), ['account_id'], unique=False)

    op.create_table('tag',
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('tag', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_tag_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation', 'tag', name=op.f('pk_tag'))
    )
    op.create_table('answer',
    sa.Column('event_id', LARGE, nullable=False),
    sa.Column('conversation', LARGE, nullable=False),
    sa.Column('question_id', LARGE, nullable=True),
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('response', sa.String(length=120), nullable=True),
    sa.Column('intent', sa.String(length=80), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('sources', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('latency', sa.Float(), nullable=True),
    sa.Column('refused', sa.Boolean(name='refused'), nullable=False),
    sa.ForeignKeyConstraint(['conversation'], ['conversation.number'], name=op.f('fk_answer_conversation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['message.event_id'], name=op.f('fk_answer_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_conversation'), ['conversation'], unique=False)
        batch_op.create_index('ix_answer_outcome', ['outcome', 'event_id'], unique=False)
        batch_op.create_index('ix_answer_time', ['time'], unique=False)


    op.create_table('question_vector',
    sa.Column('event_id', LARGE, nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['message.event_id'], name=op.f('fk_question_vector_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_question_vector'))
    )
    make_search()


def make_search() -> None:
    """Make the full-text index, which each of the databases has in a way of its own."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE message_search USING fts5"
            "(text, content='message', content_rowid='event_id', tokenize='unicode61 remove_diacritics 2')"
        )
        add = "INSERT INTO message_search(rowid, text) VALUES (new.event_id, new.text);"
        take = "INSERT INTO message_search(message_search, rowid, text) VALUES ('delete', old.event_id, old.text);"
        op.execute(f"CREATE TRIGGER message_added AFTER INSERT ON message BEGIN {add} END")
        op.execute(f"CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN {take} END")
        op.execute(f"CREATE TRIGGER message_changed AFTER UPDATE OF text ON message BEGIN {take} {add} END")
    else:
        folded = f"translate(lower(text), '{WITH_ACCENTS}', '{WITHOUT}')"
        op.execute(
            "ALTER TABLE message ADD COLUMN search tsvector "
            f"GENERATED ALWAYS AS (to_tsvector('simple', {folded})) STORED"
        )
        op.execute("CREATE INDEX ix_message_search ON message USING gin (search)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_search")
    op.drop_table('question_vector')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_time')
        batch_op.drop_index('ix_answer_outcome')
        batch_op.drop_index(batch_op.f('ix_answer_conversation'))

    op.drop_table('answer')
    op.drop_table('tag')
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_session_account_id'))

    op.drop_table('staff_session')
    with op.batch_alter_table('settled', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_settled_conversation'))

    op.drop_table('settled')
    op.drop_table('review')
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_conversation'))

    op.drop_table('note')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_conversation')

    op.drop_table('message')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mark_conversation'))

    op.drop_table('mark')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_requested_at')
        batch_op.drop_index(batch_op.f('ix_handoff_conversation'))

    op.drop_table('handoff')
    with op.batch_alter_table('facet', schema=None) as batch_op:
        batch_op.drop_index('ix_facet_newest')

    op.drop_table('facet')
    op.drop_table('draft')
    op.drop_table('assignment')
    with op.batch_alter_table('training_run', schema=None) as batch_op:
        batch_op.drop_index('ix_training_run_started_at')

    op.drop_table('training_run')
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.drop_index('ix_tally_day')

    op.drop_table('tally')
    with op.batch_alter_table('staff_audit', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_audit_subject')
        batch_op.drop_index('ix_staff_audit_at')

    op.drop_table('staff_audit')
    op.drop_table('staff_account')
    op.drop_table('position')
    op.drop_table('gap')
    op.drop_table('feedback')
    op.drop_table('erasure')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index('ix_conversation_student_messages')
        batch_op.drop_index('ix_conversation_lowest_confidence')
        batch_op.drop_index('ix_conversation_started_at')
        batch_op.drop_index('ix_conversation_last_activity')

    op.drop_table('conversation')
