"""What a run of a job writes about itself.

Every write names the attempt it belongs to and changes nothing when the job has been cancelled,
deleted or given to another process meanwhile, so that a run which lost its job cannot speak for it.
"""

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, select, update

from copilot.jobs.queue import JobError, QueueName
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId

_LONGEST_DETAIL = 1000


class Run(NamedTuple):
    """One attempt at a job."""

    tenant: TenantId
    job_id: str
    attempt: int
    failures: int


async def queue_of(session: ReadSession, tenant: TenantId, job_id: str) -> QueueName | None:
    """The queue of a job that is still to be done, or None."""
    queue = await session.scalar(
        select(JobRow.queue).where(
            JobRow.tenant_id == tenant,
            JobRow.id == job_id,
            JobRow.status.in_(("queued", "running")),
        )
    )
    return cast("QueueName | None", queue)


async def begin(session: WriteSession, tenant: TenantId, job_id: str) -> Run | None:
    """Start the next attempt at the job; None if it is no longer to be done."""
    row = await session.scalar(
        select(JobRow)
        .where(
            JobRow.tenant_id == tenant,
            JobRow.id == job_id,
            JobRow.status.in_(("queued", "running")),
        )
        .with_for_update()
    )
    if row is None:
        return None
    row.status = "running"
    row.attempts += 1
    row.run_after = None
    row.updated_at = now()
    return Run(tenant, job_id, row.attempts, row.failures)


async def is_current(session: ReadSession, tenant: TenantId, run: Run) -> bool:
    """Whether ``run`` still has its job."""
    found = await session.scalar(
        select(JobRow.attempts).where(
            JobRow.tenant_id == tenant, JobRow.id == run.job_id, JobRow.status == "running"
        )
    )
    return found == run.attempt


async def progress(session: WriteSession, tenant: TenantId, run: Run, share: float) -> bool:
    """Store how far the job is (0 to 1); False if ``run`` has lost it."""
    return await _change(session, tenant, run, progress=share)


async def succeed(session: WriteSession, tenant: TenantId, run: Run) -> bool:
    """Mark the job done; False if ``run`` has lost it."""
    return await _change(
        session, tenant, run, status="succeeded", progress=1.0, error_code=None, error_detail=None
    )


async def fail(session: WriteSession, tenant: TenantId, run: Run, error: JobError) -> bool:
    """Mark the job failed for good; False if ``run`` has lost it."""
    return await _change(
        session,
        tenant,
        run,
        status="failed",
        error_code=error.code,
        error_detail=error.detail[:_LONGEST_DETAIL],
    )


async def retry_at(
    session: WriteSession, tenant: TenantId, run: Run, error: JobError, at: datetime
) -> bool:
    """Queue the job for another attempt at ``at``; False if ``run`` has lost it."""
    return await _change(
        session,
        tenant,
        run,
        status="queued",
        failures=run.failures + 1,
        error_code=error.code,
        error_detail=error.detail[:_LONGEST_DETAIL],
        run_after=at,
    )


async def _change(session: WriteSession, tenant: TenantId, run: Run, **values: object) -> bool:
    result = await session.execute(
        update(JobRow)
        .where(
            JobRow.tenant_id == tenant,
            JobRow.id == run.job_id,
            JobRow.status == "running",
            JobRow.attempts == run.attempt,
        )
        .values(updated_at=now(), **values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1
