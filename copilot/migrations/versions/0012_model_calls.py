"""the ledger of what left for language models"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('model_calls',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('task', sa.String(length=32), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.Column('customer_id', sa.String(length=40), nullable=True),
    sa.Column('call_id', sa.String(length=40), nullable=True),
    sa.Column('principal_id', sa.String(length=64), nullable=True),
    sa.Column('engine', sa.String(length=255), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('local', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('sent', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('has_text', sa.Boolean(), nullable=False),
    sa.Column('masked', sa.JSON(), nullable=False),
    sa.Column('characters', sa.Integer(), nullable=False),
    sa.Column('prompt_tokens', sa.Integer(), nullable=True),
    sa.Column('answer_tokens', sa.Integer(), nullable=True),
    sa.Column('estimated', sa.Boolean(), nullable=False),
    sa.Column('cost', sa.String(length=32), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_calls'))
    )
    with op.batch_alter_table('model_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_model_calls_tenant_id_model_calls_sent_at'), ['tenant_id', 'sent_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_model_calls_tenant_id_model_calls_conversation_id'), ['tenant_id', 'conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_model_calls_tenant_id_model_calls_customer_id'), ['tenant_id', 'customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_model_calls_tenant_id_model_calls_call_id'), ['tenant_id', 'call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_model_calls_has_text_model_calls_sent_at'), ['has_text', 'sent_at'], unique=False)


def downgrade() -> None:
    op.drop_table('model_calls')
