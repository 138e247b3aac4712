"""Dropping rows whose time is over, beside others who do the same."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from copilot.kernel.db import Base, WriteSession


async def drop_until(
    session: WriteSession,
    row: type[Base],
    key: InstrumentedAttribute[str],
    column: InstrumentedAttribute[datetime],
    at: datetime,
) -> None:
    """Delete every ``row`` whose ``column`` is not after ``at``.

    Rows that another transaction holds are left to it: two that purge at once would otherwise
    wait for each other on PostgreSQL (SQLite has one writer and ignores the lock clause).
    """
    over = select(key).where(column <= at).with_for_update(skip_locked=True)
    await session.execute(
        delete(row).where(key.in_(over)).execution_options(synchronize_session=False)
    )
