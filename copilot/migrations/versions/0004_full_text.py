"""full-text search"""

from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

FORGET = """
    INSERT INTO ONE_words(ONE_words, rowid, tenant, title, text)
    SELECT 'delete', number, replace(old.tenant_id, '_', ''), old.title, old.text
    FROM ONE_numbers WHERE id = old.id;
    DELETE FROM ONE_numbers WHERE id = old.id;
"""
ADD = """
    INSERT INTO ONE_numbers(id) VALUES (new.id);
    INSERT INTO ONE_words(rowid, tenant, title, text)
    SELECT number, replace(new.tenant_id, '_', ''), new.title, new.text
    FROM ONE_numbers WHERE id = new.id;
"""
SQLITE = (
    "CREATE TABLE ONE_numbers (number INTEGER PRIMARY KEY, id VARCHAR(40) NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE ONE_words USING fts5(
        tenant, title, text,
        content='', tokenize='unicode61 remove_diacritics 0'
    )""",
    "INSERT INTO ONE_numbers(id) SELECT id FROM ALL",
    """INSERT INTO ONE_words(rowid, tenant, title, text)
    SELECT number, replace(tenant_id, '_', ''), title, text
    FROM ONE_numbers JOIN ALL USING (id)""",
    f"CREATE TRIGGER ONE_words_added AFTER INSERT ON ALL BEGIN {ADD} END",
    f"CREATE TRIGGER ONE_words_removed AFTER DELETE ON ALL BEGIN {FORGET} END",
    f"""CREATE TRIGGER ONE_words_changed AFTER UPDATE OF id, tenant_id, title, text ON ALL
    WHEN (old.id, old.tenant_id, old.title, old.text)
        IS NOT (new.id, new.tenant_id, new.title, new.text)
    BEGIN {FORGET} {ADD} END""",
)
SIGNS = "-_/.:@#+,;()[]{}<>=*&|!?$~^\"`\\«»„“”’‘–—…"
PLAIN = f"'{SIGNS}', '{' ' * len(SIGNS)}'"
POSTGRESQL = (
    f"""ALTER TABLE ALL ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', translate(left(title, 4000), {PLAIN})), 'A')
        || to_tsvector('simple', translate(left(text, 100000), {PLAIN}))
        || to_tsvector('simple', 'tenant' || replace(tenant_id, '_', ''))
    ) STORED""",
    "CREATE INDEX ix_ALL_words ON ALL USING gin (words)",
)
SEARCHED = (('passages', 'passage'), ('articles', 'article'))


def upgrade() -> None:
    connection = op.get_bind()
    for table, one in SEARCHED:
        for statement in SQLITE if connection.dialect.name == 'sqlite' else POSTGRESQL:
            connection.exec_driver_sql(statement.replace('ALL', table).replace('ONE', one))


def downgrade() -> None:
    for table, one in SEARCHED:
        if op.get_bind().dialect.name == 'sqlite':
            for trigger in ('added', 'removed', 'changed'):
                op.execute(f'DROP TRIGGER {one}_words_{trigger}')
            op.execute(f'DROP TABLE {one}_words')
            op.execute(f'DROP TABLE {one}_numbers')
        else:
            op.drop_index(f'ix_{table}_words', table_name=table)
            op.drop_column(table, 'words')
