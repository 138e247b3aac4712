"""The queue on DBOS: embedded in one process on SQLite, or shared by many on PostgreSQL."""

import asyncio
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy.exc import SQLAlchemyError

from copilot.jobs import store, unfinished
from copilot.jobs.config import JobsConfig
from copilot.jobs.errors import JobFinishedError, JobNotFoundError
from copilot.jobs.folder_lock import folder_lock
from copilot.jobs.queue import Handler, QueueName
from copilot.jobs.runner import Runner
from copilot.jobs.unfinished import Unfinished
from copilot.jobs.upkeep import Upkeep
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId

if TYPE_CHECKING:
    from copilot.jobs.dbos_engine import DbosEngine

__all__ = ["DbosQueue", "JobsConfig"]

_log = logging.getLogger(__name__)


class DbosQueue:
    """See ``Queue``.

    Args:
        db: Where the rows of the jobs are.
        engine: The open engine.
        runner: What runs jobs here; None where they are only queued.
        embedded: Whether this is the one process that runs jobs.
    """

    def __init__(
        self, db: Database, engine: "DbosEngine", runner: Runner | None, *, embedded: bool
    ) -> None:
        self._db = db
        self._engine = engine
        self._runner = runner
        self._embedded = embedded
        self._timers: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: JobsConfig,
        *,
        db: Database,
        database_url: str,
        data_dir: Path,
        handlers: Mapping[str, Handler],
        run_jobs: bool,
    ) -> AsyncIterator[Self]:
        """Open the queue until exit, and run its jobs if asked to.

        Handlers may still be added to ``handlers`` after this returns, before the next ``await``.
        At exit running steps get ``config.grace_s``; what is unfinished goes on at the next start
        or, on PostgreSQL, in another worker.

        Args:
            config: Concurrency, attempts and waits.
            db: Where the rows of the jobs are.
            database_url: The URL of ``db``: on PostgreSQL the engine keeps its tables there too.
            data_dir: The folder of the engine's own file in the embedded mode.
            handlers: By kind of job.
            run_jobs: Whether this process does the work, or only queues it.

        Raises:
            ConfigurationError: Another process runs jobs in ``data_dir``.
        """
        async with AsyncExitStack() as stack:
            if db.is_sqlite and run_jobs:
                stack.enter_context(folder_lock(data_dir / "jobs.lock"))
            url = f"sqlite:///{data_dir / 'jobs.db'}" if db.is_sqlite else database_url
            engine_type = await asyncio.to_thread(_load_engine)
            engine = await stack.enter_async_context(engine_type.open(url))
            if not run_jobs:
                yield cls(db, engine, None, embedded=db.is_sqlite)
                return
            queue = cls(db, engine, None, embedded=db.is_sqlite)
            runner = Runner(config, db, handlers, engine.step, queue._retry_later)
            queue._runner = runner
            executor_id = "local" if db.is_sqlite else _executor_id()
            upkeep = Upkeep(config, db, engine, queue.drive, executor_id)
            if not db.is_sqlite:
                await stack.enter_async_context(upkeep.alive())
            await stack.enter_async_context(
                engine.running(
                    runner.run_job,
                    executor_id=executor_id,
                    concurrency={
                        "interactive": config.interactive_concurrency,
                        "bulk": config.bulk_concurrency,
                    },
                    poll_interval_s=config.poll_interval_s or (5.0 if db.is_sqlite else 1.0),
                    max_crashes=config.max_crashes,
                )
            )
            stack.push_async_callback(queue._stop, runner)
            await stack.enter_async_context(upkeep.running())
            # At the caller's next await, so that handlers which need this queue are known by then.
            asyncio.get_running_loop().call_soon(runner.open)
            yield queue

    async def enqueue(
        self,
        tenant: TenantId,
        kind: str,
        subject_id: str,
        *,
        queue: QueueName = "interactive",
        job_id: str | None = None,
    ) -> str:
        """See ``Queue.enqueue``."""
        if job_id is None:
            async with self._db.write() as session:
                job_id = await store.add(session, tenant, kind, subject_id, queue=queue)
        job = Unfinished(job_id, tenant, kind, subject_id, queue, "queued", start_over=False)
        try:
            await self._start(job)
        except SQLAlchemyError:
            # The job's row is committed, so its promise holds: the next sweep starts it.
            _log.exception("job %s (%s) could not be started yet", job_id, kind)
        return job_id

    async def cancel(self, tenant: TenantId, job_id: str) -> None:
        """See ``Queue.cancel``."""
        async with self._db.write() as session:
            await store.cancel(session, tenant, job_id)

    async def retry(self, tenant: TenantId, job_id: str) -> None:
        """See ``Queue.retry``."""
        async with self._db.write() as session:
            await store.requeue(session, tenant, job_id)
        if (await self._engine.states([job_id]))[job_id] in {"waiting", "running"}:
            # A cancelled run that has not noticed yet: what it does from now on is not kept.
            await self._engine.end(job_id)
        await self._drive_one(tenant, job_id)

    async def forget(self, tenant: TenantId, job_id: str) -> None:
        """See ``Queue.forget``."""
        try:
            with suppress(JobFinishedError):
                async with self._db.write() as session:
                    await store.cancel(session, tenant, job_id)
        except JobNotFoundError:
            return
        # The row goes last: without it nobody would know of records left behind by a crash here.
        await self._engine.delete([job_id])
        async with self._db.write() as session:
            await store.delete(session, tenant, job_id)

    async def drive(self, job: Unfinished, state: str) -> None:
        """Make the engine do ``job``, whose row says it is to be done, if it does not already.

        Args:
            job: The job.
            state: Where the engine says it stands.
        """
        if state == "absent":
            await self._start(job)
        elif state in {"ended", "crashed"}:
            await self._engine.rewind(job.queue, job.id, start_over=job.start_over)

    async def _start(self, job: Unfinished) -> None:
        inputs = (job.kind, job.tenant, job.subject_id, job.id)
        runner = self._runner
        # Embedded, waiting for a slot in memory is quicker than polling for it. Among several
        # workers a job that would have to wait here may find another one idle.
        if runner is not None and (
            self._embedded or (job.queue == "interactive" and runner.has_room(job.queue))
        ):
            await self._engine.start(job.id, *inputs)
        else:
            await self._engine.enqueue(job.queue, job.id, *inputs)

    def _retry_later(
        self, tenant: TenantId, job_id: str, wait_s: float, run: asyncio.Task[object]
    ) -> None:
        async def wait() -> None:
            await asyncio.sleep(wait_s)
            # The run that asked for this may still be writing down its end.
            await asyncio.wait({run})
            await self._drive_one(tenant, job_id)

        task = asyncio.create_task(wait())
        self._timers.add(task)
        task.add_done_callback(self._timers.discard)

    async def _drive_one(self, tenant: TenantId, job_id: str) -> None:
        async with self._db.read() as session:
            job = await unfinished.one(session, tenant, job_id)
        if job is not None:
            await self.drive(job, (await self._engine.states([job_id]))[job_id])

    async def _stop(self, runner: Runner) -> None:
        await runner.stop()
        for timer in self._timers:
            timer.cancel()


def _load_engine() -> "type[DbosEngine]":
    from copilot.jobs.dbos_engine import DbosEngine

    return DbosEngine


def _executor_id() -> str:
    return f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}"
