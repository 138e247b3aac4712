"""conversations: who waits since when, what is unread, the latest score"""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

import copilot.kernel.db

revision = '0016'
down_revision = '0014'
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    op.add_column('conversations', sa.Column('waiting_since', copilot.kernel.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column('conversations', sa.Column('last_author_role', sa.String(length=16), nullable=True))
    op.add_column('conversations', sa.Column('news_version', sa.Integer(), server_default='0', nullable=False))
    op.add_column('conversations', sa.Column('cfs', sa.Integer(), nullable=True))
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_status', ['tenant_id', 'status', 'last_contact_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversations_tenant_id_conversations_waiting_since'), ['tenant_id', 'waiting_since'], unique=False)
    op.create_table('conversation_reads',
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('read_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_conversation_reads_agent_id_agents'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_reads_conversation_id_conversations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agent_id', 'conversation_id', name=op.f('pk_conversation_reads'))
    )
    with op.batch_alter_table('conversation_reads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_reads_conversation_id'), ['conversation_id'], unique=False)
    _tell_who_waits()
    _keep_latest_scores()


_conversations = sa.table('conversations', sa.column('id', sa.String()), sa.column('version', sa.Integer()),
                          sa.column('waiting_since', copilot.kernel.db.UtcDateTime(timezone=True)),
                          sa.column('last_author_role', sa.String()), sa.column('news_version', sa.Integer()),
                          sa.column('cfs', sa.Integer()))


def _tell_who_waits() -> None:
    """As copilot.conversations.waiting tells it; unread is what waits now."""
    messages = sa.table('messages', sa.column('conversation_id', sa.String()), sa.column('seq', sa.Integer()),
                        sa.column('author_role', sa.String()), sa.column('visibility', sa.String()),
                        sa.column('sent_at', copilot.kernel.db.UtcDateTime(timezone=True)),
                        sa.column('start_s', sa.Float()))
    connection = op.get_bind()
    last = ''
    while True:
        wanted = sa.select(_conversations.c.id, _conversations.c.version).where(_conversations.c.id > last)
        versions = {row.id: row.version for row in connection.execute(wanted.order_by(_conversations.c.id).limit(_BATCH))}
        if not versions:
            return
        rows = connection.execute(
            sa.select(messages)
            .where(messages.c.conversation_id.in_(versions), messages.c.visibility == 'public',
                   messages.c.author_role != 'system')
            .order_by(messages.c.conversation_id, messages.c.seq)).all()
        for one, group in groupby(rows, key=lambda row: row.conversation_id):
            said = list(group)
            talked = any(row.start_s is not None and row.author_role == 'agent' for row in said)
            since = None
            for row in said:
                if row.author_role != 'customer':
                    since = None
                elif since is None and not (row.start_s is not None and talked):
                    since = row.sent_at
            connection.execute(sa.update(_conversations).where(_conversations.c.id == one).values(
                waiting_since=since, last_author_role=said[-1].author_role,
                news_version=versions[one] if since is not None else 0))
        last = list(versions)[-1]


def _keep_latest_scores() -> None:
    feedback = sa.table('feedback', sa.column('id', sa.String()), sa.column('kind', sa.String()),
                        sa.column('score', sa.Integer()), sa.column('conversation_id', sa.String()),
                        sa.column('created_at', copilot.kernel.db.UtcDateTime(timezone=True)))
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(feedback.c.conversation_id, feedback.c.score)
        .where(feedback.c.kind == 'cfs', feedback.c.conversation_id.is_not(None))
        .order_by(feedback.c.created_at, feedback.c.id))
    latest = {row.conversation_id: row.score for row in rows}
    for one, score in latest.items():
        connection.execute(sa.update(_conversations).where(_conversations.c.id == one).values(cfs=score))


def downgrade() -> None:
    op.drop_table('conversation_reads')
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversations_tenant_id_conversations_waiting_since'))
        batch_op.drop_index('ix_conversations_status')
        batch_op.drop_column('cfs')
        batch_op.drop_column('news_version')
        batch_op.drop_column('last_author_role')
        batch_op.drop_column('waiting_since')
