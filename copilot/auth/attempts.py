"""Sign-in attempts, counted in the database so that a limit holds over all processes.

A window opens with the first attempt and closes after its length; each attempt is counted before
the password is looked at, so that many at once cannot slip through.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite

from copilot.auth.expiry import drop_until
from copilot.auth.tables import SignInAttemptsRow as Row
from copilot.kernel.db import UtcDateTime, WriteSession


class Attempts(NamedTuple):
    """How many attempts the open window has seen, and when it closes."""

    seen: int
    closes_at: datetime


async def count(session: WriteSession, bucket: str, at: datetime, *, window: timedelta) -> Attempts:
    """Count one attempt for ``bucket``."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    closed = Row.started_at <= literal(at - window, UtcDateTime())
    statement = (
        dialect.insert(Row)
        .values(bucket=bucket, count=1, started_at=at)
        .on_conflict_do_update(
            index_elements=[Row.bucket],
            set_={
                "count": case((closed, 1), else_=Row.count + 1),
                "started_at": case((closed, literal(at, UtcDateTime())), else_=Row.started_at),
            },
        )
        .returning(Row.count, Row.started_at)
    )
    counted, started_at = (await session.execute(statement)).one()
    return Attempts(counted, started_at + window)


async def purge(session: WriteSession, at: datetime, *, window: timedelta) -> None:
    """Drop windows that have closed."""
    await drop_until(session, Row, Row.bucket, Row.started_at, at - window)


async def forget(session: WriteSession, bucket: str) -> None:
    """Start over for ``bucket``: someone proved who they are."""
    await session.execute(delete(Row).where(Row.bucket == bucket))


async def take_back(session: WriteSession, bucket: str) -> None:
    """Uncount one attempt: it was a right one, and many people may share a network address."""
    await session.execute(
        update(Row).where(Row.bucket == bucket, Row.count > 0).values(count=Row.count - 1)
    )
