"""retention and redaction of calls"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_retention',
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('audio_days', sa.Integer(), nullable=True),
    sa.Column('text_days', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', name=op.f('pk_call_retention'))
    )
    op.create_table('call_discarded_blobs',
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_call_discarded_blobs'))
    )
    with op.batch_alter_table('call_discarded_blobs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_discarded_blobs_due_at'), ['due_at'], unique=False)
    op.add_column('calls', sa.Column('audio_checksum', sa.String(length=64), nullable=True))
    op.add_column('calls', sa.Column('audio_expired_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('calls', sa.Column('redacted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('calls', sa.Column('redacted', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('conversations', sa.Column('redacted_version', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('redacted_version')
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_column('redacted')
        batch_op.drop_column('redacted_at')
        batch_op.drop_column('audio_expired_at')
        batch_op.drop_column('audio_checksum')
    op.drop_table('call_discarded_blobs')
    op.drop_table('call_retention')
