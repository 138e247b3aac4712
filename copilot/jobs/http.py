"""Routes of jobs: what is going on, how far it is, stop it, run it again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.jobs import queue as port
from copilot.jobs import store
from copilot.jobs.errors import JobFinishedError, JobNotFoundError, JobNotRetryableError
from copilot.jobs.queue import Job, JobStatus
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, database, problems, stopping
from copilot.kernel.ids import TenantId
from copilot.kernel.openapi import events_content
from copilot.kernel.paging import Page

router = APIRouter(prefix="/v1", tags=["jobs"])

Reader = Annotated[Principal, Depends(require("conversations:read"))]
Writer = Annotated[Principal, Depends(require("conversations:write"))]
JobId = Annotated[str, Path(description="The `job_id` that a 202 answer gave", max_length=64)]

_LOOK_EVERY_S = 0.5
_HEARTBEAT_S = 15.0


def job_queue(request: Request) -> port.Queue:
    """The queue."""
    queue: port.Queue = request.state.deps.queue
    return queue


Jobs = Annotated[port.Queue, Depends(job_queue)]


@router.get("/jobs", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_jobs(
    session: Reads,
    principal: Reader,
    status: Annotated[
        JobStatus | None, Query(description="`failed` lists those that were given up")
    ] = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Page[Job]:
    """Jobs, the latest first."""
    return await store.find(
        session, principal.tenant, status=status, kind=kind, limit=limit, cursor=cursor
    )


@router.get("/jobs/{job_id}", responses=problems(*AUTH_ERRORS, JobNotFoundError))
async def get_job(session: Reads, principal: Reader, job_id: JobId) -> Job:
    """One job: its status, how far it is, and why it failed if it did."""
    return await store.get(session, principal.tenant, job_id)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `job` with the job as JSON, at once and on every "
            "change; the stream ends when the job does",
            "content": events_content("job", data="Job"),
        },
        **problems(*AUTH_ERRORS, JobNotFoundError),
    },
)
async def job_events(
    db: Annotated[Database, Depends(database)],
    stop: Annotated[asyncio.Event, Depends(stopping)],
    principal: Reader,
    job_id: JobId,
) -> StreamingResponse:
    """The job as it changes, until it has ended."""
    first = await _read(db, principal.tenant, job_id)
    return StreamingResponse(
        job_changes(db, principal.tenant, first, stop),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


@router.post(
    "/jobs/{job_id}/cancel", responses=problems(*AUTH_ERRORS, JobNotFoundError, JobFinishedError)
)
async def cancel_job(
    db: Annotated[Database, Depends(database)], jobs: Jobs, principal: Writer, job_id: JobId
) -> Job:
    """Stop the job at its next step. Cancelling twice is no error."""
    await jobs.cancel(principal.tenant, job_id)
    return await _read(db, principal.tenant, job_id)


@router.post(
    "/jobs/{job_id}/retry", responses=problems(*AUTH_ERRORS, JobNotFoundError, JobNotRetryableError)
)
async def retry_job(
    db: Annotated[Database, Depends(database)], jobs: Jobs, principal: Writer, job_id: JobId
) -> Job:
    """Run a failed or cancelled job again; steps that were finished are not repeated."""
    await jobs.retry(principal.tenant, job_id)
    return await _read(db, principal.tenant, job_id)


async def job_changes(
    db: Database,
    tenant: TenantId,
    first: Job,
    stop: asyncio.Event,
    *,
    look_every_s: float = _LOOK_EVERY_S,
    heartbeat_s: float = _HEARTBEAT_S,
) -> AsyncIterator[str]:
    """``first`` and every later state of the job as server-sent events, until it has ended.

    Read from the database, because the job may run in another process. Ends at ``stop`` too.
    """
    shown: Job | None = None
    job = first
    spoke_at = time.monotonic()
    while True:
        if job != shown:
            shown = job
            spoke_at = time.monotonic()
            yield f"event: job\ndata: {job.model_dump_json()}\n\n"
        elif time.monotonic() - spoke_at >= heartbeat_s:
            spoke_at = time.monotonic()
            yield ": still here\n\n"
        if job.status not in {"queued", "running"}:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), look_every_s)
            return
        try:
            job = await _read(db, tenant, first.id)
        except JobNotFoundError:
            return


async def _read(db: Database, tenant: TenantId, job_id: str) -> Job:
    async with db.read() as session:
        return await store.get(session, tenant, job_id)
