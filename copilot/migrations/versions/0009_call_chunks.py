"""call chunks"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_chunks',
    sa.Column('call_id', sa.String(length=40), nullable=False),
    sa.Column('engine', sa.String(length=200), nullable=False),
    sa.Column('channel', sa.Integer(), nullable=False),
    sa.Column('first_sample', sa.BigInteger(), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('heard', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_chunks_call_id_calls'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('call_id', 'engine', 'channel', 'first_sample', name=op.f('pk_call_chunks'))
    )
    with op.batch_alter_table('call_chunks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_chunks_tenant_id'), ['tenant_id'], unique=False)
    op.add_column('calls', sa.Column('warnings', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_column('warnings')
    op.drop_table('call_chunks')
