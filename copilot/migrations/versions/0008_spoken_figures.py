"""spoken figures"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('written', sa.Text(), nullable=True))
    with op.batch_alter_table('call_segments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('figures', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('call_segments', schema=None) as batch_op:
        batch_op.drop_column('figures')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_column('written')
