"""Jobs as people ask for, see, stop and repeat them."""

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update

from copilot.jobs.errors import (
    JobFinishedError,
    JobNotFoundError,
    JobNotRetryableError,
    StepsChangedError,
)
from copilot.jobs.queue import Job, JobError, JobStatus, QueueName
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page, decode_cursor, encode_cursor
from copilot.kernel.text import storable


async def add(
    session: WriteSession,
    tenant: TenantId,
    kind: str,
    subject_id: str,
    *,
    queue: QueueName = "interactive",
    run_after: datetime | None = None,
) -> str:
    """Store a queued job in the transaction that accepts its work; returns the job's id.

    Give the id to ``Queue.enqueue`` once that transaction is committed. If the process dies in
    between, the job is found and started later.

    Args:
        session: Of that transaction.
        tenant: Whose work it is.
        kind: Which handler does it.
        subject_id: What it works on.
        queue: Where it waits.
        run_after: When it is to be found, if :func:`release` does not let it go before.
    """
    job_id = new_id("job")
    at = now()
    session.add(
        JobRow(
            id=job_id,
            tenant_id=tenant,
            kind=kind,
            subject_id=subject_id,
            queue=queue,
            status="queued",
            run_after=run_after,
            created_at=at,
            updated_at=at,
        )
    )
    await session.flush()
    return job_id


async def release(session: WriteSession, tenant: TenantId, job_id: str) -> None:
    """Let a job that was to wait begin now; then give its id to ``Queue.enqueue``."""
    await session.execute(
        update(JobRow)
        .where(JobRow.tenant_id == tenant, JobRow.id == job_id)
        .values(run_after=None, updated_at=now())
    )


async def get(session: ReadSession, tenant: TenantId, job_id: str) -> Job:
    """The job ``job_id``.

    Raises:
        JobNotFoundError: The tenant has no such job.
    """
    return _job(await _row(session, tenant, job_id))


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    status: JobStatus | None = None,
    kind: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Job]:
    """Jobs, the latest first. Dead letters are those with the status ``failed``.

    Raises:
        InvalidInputError: The cursor is not one that this gave.
    """
    rows = select(JobRow).where(JobRow.tenant_id == tenant)
    if status is not None:
        rows = rows.where(JobRow.status == status)
    if kind is not None:
        rows = rows.where(JobRow.kind == storable(kind))
    if cursor is not None:
        (last,) = decode_cursor(cursor, parts=1)
        rows = rows.where(JobRow.id < storable(last))
    found = list(await session.scalars(rows.order_by(JobRow.id.desc()).limit(limit + 1)))
    more = len(found) > limit
    page = found[:limit]
    return Page(
        items=[_job(row) for row in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


async def cancel(session: WriteSession, tenant: TenantId, job_id: str) -> bool:
    """Mark a job cancelled; its run notices at its next step. False if it was so already.

    Raises:
        JobNotFoundError: The tenant has no such job.
        JobFinishedError: It has succeeded or failed.
    """
    row = await _row(session, tenant, job_id, lock=True)
    if row.status == "cancelled":
        return False
    if row.status not in {"queued", "running"}:
        raise JobFinishedError(f"The job has {row.status}: there is nothing left to cancel.")
    row.status = "cancelled"
    row.run_after = None
    row.updated_at = now()
    return True


async def requeue(session: WriteSession, tenant: TenantId, job_id: str) -> None:
    """Mark a failed or cancelled job queued again, with all its attempts before it.

    Raises:
        JobNotFoundError: The tenant has no such job.
        JobNotRetryableError: It is neither failed nor cancelled.
    """
    row = await _row(session, tenant, job_id, lock=True)
    if row.status not in {"failed", "cancelled"}:
        raise JobNotRetryableError(
            f"The job is {row.status}: only failed and cancelled jobs can be run again."
        )
    row.status = "queued"
    row.failures = 0
    row.run_after = None
    if row.error_code != StepsChangedError.code:  # by which the engine knows to start it over
        row.error_code = row.error_detail = None
    row.updated_at = now()


async def delete(session: WriteSession, tenant: TenantId, job_id: str) -> None:
    """Delete the job; it is no error if there is none."""
    await session.execute(
        delete_rows(JobRow).where(JobRow.tenant_id == tenant, JobRow.id == job_id)
    )


async def _row(
    session: ReadSession, tenant: TenantId, job_id: str, *, lock: bool = False
) -> JobRow:
    query = select(JobRow).where(JobRow.tenant_id == tenant, JobRow.id == storable(job_id))
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise JobNotFoundError(f"There is no job {job_id!r}.")
    return row


def _job(row: JobRow) -> Job:
    error = None
    if row.error_code is not None:
        error = JobError(code=row.error_code, detail=row.error_detail or "")
    return Job.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "subject_id": row.subject_id,
            "status": row.status,
            "progress": row.progress,
            "attempts": row.attempts,
            "error": error,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )
