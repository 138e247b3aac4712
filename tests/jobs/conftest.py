"""A queue on each database, and waiting for jobs."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from copilot.jobs import store
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler, Job
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId

NEVER_ENDING_S = 90.0
"""What takes so long never ends, on whatever machine."""
OpenQueue = Callable[..., AbstractAsyncContextManager[DbosQueue]]
QUICK = JobsConfig(
    poll_interval_s=0.1, backoff_s=0.05, grace_s=1, progress_interval_s=0.05, sweep_interval_s=0.3
)


@pytest.fixture
def open_queue(db: Database, tmp_path: Path) -> OpenQueue:
    """Opens the queue of the test's database: ``open_queue(handlers, run_jobs=…, **settings)``."""

    @asynccontextmanager
    async def opened(
        handlers: dict[str, Handler], *, run_jobs: bool = True, **settings: object
    ) -> AsyncIterator[DbosQueue]:
        async with DbosQueue.open(
            QUICK.model_copy(update=settings),
            db=db,
            database_url=db.engine.url.render_as_string(hide_password=False),
            data_dir=tmp_path,
            handlers=handlers,
            run_jobs=run_jobs,
        ) as queue:
            yield queue

    return opened


async def ended(
    db: Database, tenant: TenantId, job_id: str, *, within_s: float = NEVER_ENDING_S
) -> Job:
    """The job once it has ended."""
    return await reached(
        db, tenant, job_id, {"succeeded", "failed", "cancelled"}, within_s=within_s
    )


async def reached(
    db: Database,
    tenant: TenantId,
    job_id: str,
    statuses: set[str],
    *,
    within_s: float = NEVER_ENDING_S,
) -> Job:
    """The job once it has one of ``statuses``."""
    deadline = time.monotonic() + within_s
    while True:
        async with db.read() as session:
            job = await store.get(session, tenant, job_id)
        if job.status in statuses:
            return job
        assert time.monotonic() < deadline, job
        await asyncio.sleep(0.02)


async def until(
    condition: Callable[[], Awaitable[bool]], *, within_s: float = NEVER_ENDING_S
) -> None:
    """Wait for ``condition``."""
    async with asyncio.timeout(within_s):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)
