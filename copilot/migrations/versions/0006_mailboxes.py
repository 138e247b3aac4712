"""mailboxes"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_folders',
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('port', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=320), nullable=False),
    sa.Column('folder', sa.String(length=500), nullable=False),
    sa.Column('uid_validity', sa.BigInteger(), nullable=False),
    sa.Column('last_uid', sa.BigInteger(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'host', 'port', 'username', 'folder', name=op.f('pk_mail_folders'))
    )
    op.create_table('mail_ids',
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('mail_id', sa.String(length=255), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_mail_ids_conversation_id_conversations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'mail_id', name=op.f('pk_mail_ids'))
    )
    with op.batch_alter_table('mail_ids', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_ids_conversation_id'), ['conversation_id'], unique=False)
    op.create_table('mail_threads',
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('opening', sa.String(length=16), nullable=False),
    sa.Column('sender', sa.String(length=16), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_mail_threads_conversation_id_conversations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_mail_threads'))
    )
    with op.batch_alter_table('mail_threads', schema=None) as batch_op:
        batch_op.create_index('ix_mail_threads_subject', ['tenant_id', 'subject', 'last_at'], unique=False)
    # Mails imported earlier: under their own ids, and each conversation under its root's.
    op.execute(
        "INSERT INTO mail_ids (tenant_id, mail_id, conversation_id) "
        "SELECT m.tenant_id, m.external_id, MIN(m.conversation_id) "
        "FROM messages m JOIN conversations c ON c.id = m.conversation_id "
        "WHERE c.source = 'mail' GROUP BY m.tenant_id, m.external_id"
    )
    op.execute(
        "INSERT INTO mail_ids (tenant_id, mail_id, conversation_id) "
        "SELECT tenant_id, external_id, id FROM conversations WHERE source = 'mail' "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.drop_table('mail_threads')
    op.drop_table('mail_ids')
    op.drop_table('mail_folders')
