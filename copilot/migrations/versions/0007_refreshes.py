"""refreshes"""

import sqlalchemy as sa
from alembic import op

import copilot.kernel.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('summaries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('options', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('left_out', sa.Integer(), server_default='0', nullable=False))
    op.create_table('summary_refreshes',
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('due_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('latest_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'conversation_id', name=op.f('pk_summary_refreshes'))
    )
    with op.batch_alter_table('summary_refreshes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_summary_refreshes_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_summary_refreshes_tenant_id_summary_refreshes_due_at'), ['tenant_id', 'due_at'], unique=False)
    op.create_table('summary_notices',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('options_hash', sa.String(length=64), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('body', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('due_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_summary_notices_conversation_id_conversations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary_notices'))
    )
    with op.batch_alter_table('summary_notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_summary_notices_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_summary_notices_status_summary_notices_due_at'), ['status', 'due_at'], unique=False)
        batch_op.create_index('ix_summary_notices_status_tenant_id_due_at', ['status', 'tenant_id', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_summary_notices_tenant_id_summary_notices_created_at'), ['tenant_id', 'created_at'], unique=False)


def downgrade() -> None:
    op.drop_table('summary_notices')
    op.drop_table('summary_refreshes')
    with op.batch_alter_table('summaries', schema=None) as batch_op:
        batch_op.drop_column('left_out')
        batch_op.drop_column('options')
