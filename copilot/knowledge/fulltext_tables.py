"""What full-text search stands on: kept exact by the database itself, whoever writes the rows.

SQLite has an FTS5 table beside each searched one, without a copy of the text, and triggers. Its
rows go by a number of their own, because the rowid of a table with a text key may change under
VACUUM. PostgreSQL has a generated column and a GIN index. The tenant is one of the words, so that
a search reads nothing of the others.
"""

from typing import Any

from sqlalchemy import Connection, event

from copilot.knowledge.tables import ArticleRow, PassageRow

SEARCHED = {"passages": "passage", "articles": "article"}
"""Searched tables, and what the names of the tables beside them begin with."""

# A table without its text must be told the old words to forget them.
_FORGET = """
    INSERT INTO ONE_words(ONE_words, rowid, tenant, title, text)
    SELECT 'delete', number, replace(old.tenant_id, '_', ''), old.title, old.text
    FROM ONE_numbers WHERE id = old.id;
    DELETE FROM ONE_numbers WHERE id = old.id;
"""
_ADD = """
    INSERT INTO ONE_numbers(id) VALUES (new.id);
    INSERT INTO ONE_words(rowid, tenant, title, text)
    SELECT number, replace(new.tenant_id, '_', ''), new.title, new.text
    FROM ONE_numbers WHERE id = new.id;
"""
_SQLITE = (
    "CREATE TABLE ONE_numbers (number INTEGER PRIMARY KEY, id VARCHAR(40) NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE ONE_words USING fts5(
        tenant, title, text,
        content='', tokenize='unicode61 remove_diacritics 0'
    )""",
    f"CREATE TRIGGER ONE_words_added AFTER INSERT ON ALL BEGIN {_ADD} END",
    f"CREATE TRIGGER ONE_words_removed AFTER DELETE ON ALL BEGIN {_FORGET} END",
    f"""CREATE TRIGGER ONE_words_changed AFTER UPDATE OF id, tenant_id, title, text ON ALL
    WHEN (old.id, old.tenant_id, old.title, old.text)
        IS NOT (new.id, new.tenant_id, new.title, new.text)
    BEGIN {_FORGET} {_ADD} END""",
)

# PostgreSQL's parser reads "KK-20418" as a negative number and "a.b/c" as an address.
_SIGNS = '-_/.:@#+,;()[]{}<>=*&|!?$~^"`\\«»„“”’‘–—…'
_PLAIN = f"'{_SIGNS}', '{' ' * len(_SIGNS)}'"
# No more is read than a tsvector, 1 MB at most, can hold.
_POSTGRESQL = (
    f"""ALTER TABLE ALL ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', translate(left(title, 4000), {_PLAIN})), 'A')
        || to_tsvector('simple', translate(left(text, 100000), {_PLAIN}))
        || to_tsvector('simple', 'tenant' || replace(tenant_id, '_', ''))
    ) STORED""",
    "CREATE INDEX ix_ALL_words ON ALL USING gin (words)",
)


def statements(dialect: str, table: str) -> list[str]:
    """What makes ``table`` searchable on ``sqlite`` or ``postgresql``."""
    made = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return [one.replace("ALL", table).replace("ONE", SEARCHED[table]) for one in made]


def is_ours(name: str | None, kind: str, table: str | None = None) -> bool:
    """Whether a table, column or index of the database is of full-text search, not of the models.

    Args:
        name: Its name.
        kind: ``table``, ``column`` or ``index``.
        table: The table that it is of.
    """
    if kind == "table":
        parts = (name or "").split("_")
        return parts[0] in SEARCHED.values() and parts[1:2] in (["words"], ["numbers"])
    return table in SEARCHED and name in {"words", f"ix_{table}_words"}


def _create(table: Any, connection: Connection, **_: object) -> None:
    for statement in statements(connection.dialect.name, table.name):
        connection.exec_driver_sql(statement)


for _row in (PassageRow, ArticleRow):
    event.listen(_row.__table__, "after_create", _create)
