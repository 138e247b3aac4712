"""call notes"""

import sqlalchemy as sa
from alembic import op

import copilot.kernel.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_notes',
    sa.Column('call_id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('summary_id', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('engine', sa.String(length=200), nullable=False),
    sa.Column('degraded', sa.Boolean(), nullable=False),
    sa.Column('left_out', sa.Integer(), nullable=False),
    sa.Column('prompt_hash', sa.String(length=64), nullable=True),
    sa.Column('created_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('edited_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('edited_by', sa.String(length=200), nullable=True),
    sa.Column('approved_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.String(length=200), nullable=True),
    sa.Column('message_id', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_notes_call_id_calls'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_call_notes'))
    )
    with op.batch_alter_table('call_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_notes_tenant_id'), ['tenant_id'], unique=False)
    with op.batch_alter_table('call_segments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_segments_tenant_id_call_segments_corrected_at'), ['tenant_id', 'corrected_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('call_segments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_segments_tenant_id_call_segments_corrected_at'))
    op.drop_table('call_notes')
