"""Jobs of all tenants that are not finished: what the engine compares with its own records."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import or_, select, update

from copilot.jobs.errors import StepsChangedError
from copilot.jobs.queue import JobError, JobStatus, QueueName
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId


class Unfinished(NamedTuple):
    """A job that is queued or running, with all that is needed to start it."""

    id: str
    tenant: TenantId
    kind: str
    subject_id: str
    queue: QueueName
    status: JobStatus
    start_over: bool


async def unfinished(
    session: ReadSession, *, untouched_since: datetime, after: str = "", limit: int = 500
) -> Sequence[Unfinished]:
    """Queued and running jobs that nothing has written to since a time, in order of their ids.

    Args:
        session: Any session.
        untouched_since: Jobs changed after this are left alone: they are on their way.
        after: The last id of the page before.
        limit: The longest page.
    """
    rows = await session.scalars(
        select(JobRow)
        .where(
            JobRow.status.in_(("queued", "running")),
            JobRow.updated_at <= untouched_since,
            or_(JobRow.run_after.is_(None), JobRow.run_after <= now()),
            JobRow.id > after,
        )
        .order_by(JobRow.id)
        .limit(limit)
    )
    return [_unfinished(row) for row in rows]


async def one(session: ReadSession, tenant: TenantId, job_id: str) -> Unfinished | None:
    """The job, if it is queued or running."""
    row = await session.scalar(
        select(JobRow).where(
            JobRow.tenant_id == tenant,
            JobRow.id == job_id,
            JobRow.status.in_(("queued", "running")),
        )
    )
    return None if row is None else _unfinished(row)


async def give_up(session: WriteSession, tenant: TenantId, job_id: str, error: JobError) -> None:
    """Mark an unfinished job failed, whoever had it."""
    await session.execute(
        update(JobRow)
        .where(
            JobRow.tenant_id == tenant,
            JobRow.id == job_id,
            JobRow.status.in_(("queued", "running")),
        )
        .values(status="failed", error_code=error.code, error_detail=error.detail, updated_at=now())
    )


def _unfinished(row: JobRow) -> Unfinished:
    return Unfinished(
        id=row.id,
        tenant=TenantId(row.tenant_id),
        kind=row.kind,
        subject_id=row.subject_id,
        queue=cast("QueueName", row.queue),
        status=cast("JobStatus", row.status),
        start_over=row.error_code == StepsChangedError.code,
    )
