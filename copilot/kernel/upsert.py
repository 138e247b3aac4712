"""Insert a row unless its unique key is taken, on SQLite and PostgreSQL alike."""

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

from copilot.kernel.db import Base, WriteSession


async def insert_if_new(session: WriteSession, row: type[Base], values: dict[str, Any]) -> bool:
    """Insert ``values`` into the table of ``row``; False when a unique key is already taken.

    On PostgreSQL a concurrent transaction that inserts the same key is waited for, so after False
    the other row can be read.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(row)
        .values(**values)
        .on_conflict_do_nothing()
        # Without it the count of an INSERT is -1 on PostgreSQL.
        .execution_options(preserve_rowcount=True)
    )
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount == 1
