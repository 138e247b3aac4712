"""Signs of life of the processes that run jobs on PostgreSQL.

All times are the database's own, so that clocks which disagree kill nobody.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from copilot.jobs.tables import ExecutorRow
from copilot.kernel.db import ReadSession, WriteSession


async def beat(session: WriteSession, executor_id: str) -> None:
    """Say that the process is alive."""
    row = insert(ExecutorRow).values(id=executor_id, last_seen=func.now())
    await session.execute(
        row.on_conflict_do_update(index_elements=[ExecutorRow.id], set_={"last_seen": func.now()})
    )


async def living(session: ReadSession, *, within_s: float) -> set[str]:
    """The processes that were heard of in the last ``within_s`` seconds."""
    rows = await session.scalars(
        select(ExecutorRow.id).where(
            ExecutorRow.last_seen >= func.now() - timedelta(seconds=within_s)
        )
    )
    return set(rows)


async def bury(session: WriteSession, *, silent_s: float) -> None:
    """Delete the rows of processes that have been silent for ``silent_s`` seconds."""
    await session.execute(
        delete(ExecutorRow).where(ExecutorRow.last_seen < func.now() - timedelta(seconds=silent_s))
    )


async def leave(session: WriteSession, executor_id: str) -> None:
    """Delete the row of a process that is ending."""
    await session.execute(delete(ExecutorRow).where(ExecutorRow.id == executor_id))
