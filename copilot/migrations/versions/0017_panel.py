"""panel: the sites that may show it, and agents' grants"""

import sqlalchemy as sa
from alembic import op

import copilot.kernel.db

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('panel_origins',
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name=op.f('fk_panel_origins_tenant_id_tenants'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'origin', name=op.f('pk_panel_origins'))
    )
    op.create_table('panel_grants',
    sa.Column('challenge', sa.String(length=64), nullable=False),
    sa.Column('session_hash', sa.String(length=64), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('expires_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['session_hash'], ['sessions.hash'], name=op.f('fk_panel_grants_session_hash_sessions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('challenge', name=op.f('pk_panel_grants')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_panel_grants_token_hash'))
    )
    with op.batch_alter_table('panel_grants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_grants_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_panel_grants_session_hash'), ['session_hash'], unique=False)


def downgrade() -> None:
    op.drop_table('panel_grants')
    op.drop_table('panel_origins')
