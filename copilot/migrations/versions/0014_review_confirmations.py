"""reviews: what was confirmed, what became of each source, examples of style"""

import sqlalchemy as sa
from alembic import op

import copilot.kernel.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    op.add_column('reviews', sa.Column('confirmed', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('reviews', sa.Column('unsupported', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('reviews', sa.Column('sentence_count', sa.Integer(), server_default='0', nullable=False))
    op.add_column('reviews', sa.Column('kept_count', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reviews_tenant_id_reviews_created_at'), ['tenant_id', 'created_at'], unique=False)
    op.create_table('review_sources',
    sa.Column('review_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.String(length=255), nullable=False),
    sa.Column('part', sa.String(length=80), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('sentence_count', sa.Integer(), nullable=False),
    sa.Column('kept_count', sa.Integer(), nullable=False),
    sa.Column('changed_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_sources_review_id_reviews'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('review_id', 'kind', 'source_id', 'part', name=op.f('pk_review_sources'))
    )
    with op.batch_alter_table('review_sources', schema=None) as batch_op:
        batch_op.create_index('ix_review_sources_source', ['tenant_id', 'kind', 'source_id'], unique=False)
    op.create_table('review_examples',
    sa.Column('review_id', sa.String(length=40), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('sent', sa.Text(), nullable=False),
    sa.Column('created_at', copilot.kernel.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_examples_review_id_reviews'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('review_id', name=op.f('pk_review_examples'))
    )
    with op.batch_alter_table('review_examples', schema=None) as batch_op:
        batch_op.create_index('ix_review_examples_language', ['tenant_id', 'language', 'created_at'], unique=False)
    _count_sentences()


def _count_sentences() -> None:
    """Count what earlier reviews list; they do not tell greeting and closing apart."""
    reviews = sa.table('reviews', sa.column('id', sa.String()), sa.column('sentences', sa.JSON()),
                       sa.column('sentence_count', sa.Integer()), sa.column('kept_count', sa.Integer()))
    connection = op.get_bind()
    last = ''
    while True:
        wanted = sa.select(reviews.c.id, reviews.c.sentences).where(reviews.c.id > last)
        rows = connection.execute(wanted.order_by(reviews.c.id).limit(_BATCH)).all()
        if not rows:
            return
        for one in rows:
            kept = len(one.sentences.get('kept', []))
            total = kept + len(one.sentences.get('removed', []))
            connection.execute(sa.update(reviews).where(reviews.c.id == one.id)
                               .values(sentence_count=total, kept_count=kept))
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table('review_examples')
    op.drop_table('review_sources')
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reviews_tenant_id_reviews_created_at'))
        batch_op.drop_column('kept_count')
        batch_op.drop_column('sentence_count')
        batch_op.drop_column('unsupported')
        batch_op.drop_column('confirmed')
