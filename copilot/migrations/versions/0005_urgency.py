"""urgency"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('index_outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bulk', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_index(batch_op.f('ix_index_outbox_marked_at'))
        batch_op.create_index(batch_op.f('ix_index_outbox_bulk_index_outbox_marked_at'), ['bulk', 'marked_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('index_outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_index_outbox_bulk_index_outbox_marked_at'))
        batch_op.create_index(batch_op.f('ix_index_outbox_marked_at'), ['marked_at'], unique=False)
        batch_op.drop_column('bulk')
