"""Waiting in tests for one transaction to wait for another."""

import asyncio

from sqlalchemy import text

from copilot.kernel.db import Database


async def someone_waits(db: Database) -> None:
    """Return when some transaction of this PostgreSQL database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()"
    )
    for _ in range(600):
        async with db.read() as session:
            if await session.scalar(waiting):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits")
