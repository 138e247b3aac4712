"""Runs one job: waits for a slot, calls its handler, and writes down how it ended."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NoReturn

from copilot.jobs import run_store
from copilot.jobs.config import JobsConfig
from copilot.jobs.context import DurableContext, RecordStep, StoppingError
from copilot.jobs.errors import JobCancelledError, StepsChangedError, UnknownJobKindError
from copilot.jobs.queue import Handler, JobError, QueueName
from copilot.jobs.run_store import Run
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import CopilotError, RateLimitedError, UnavailableError
from copilot.kernel.ids import TenantId

RetryLater = Callable[[TenantId, str, float, asyncio.Task[object]], None]
"""Told the tenant and id of a job to start again, in how many seconds, and after which task."""

_log = logging.getLogger(__name__)


class Runner:
    """Runs jobs with bounded concurrency.

    Args:
        config: Concurrency, attempts and waits.
        db: Where the rows of the jobs are.
        handlers: By kind of job.
        record: The engine's steps.
        retry_later: How another attempt is asked for.
    """

    def __init__(
        self,
        config: JobsConfig,
        db: Database,
        handlers: Mapping[str, Handler],
        record: RecordStep,
        retry_later: RetryLater,
    ) -> None:
        self._config = config
        self._db = db
        self._handlers = handlers
        self._record = record
        self._retry_later = retry_later
        self._slots: dict[QueueName, asyncio.Semaphore] = {
            "interactive": asyncio.Semaphore(config.interactive_concurrency),
            "bulk": asyncio.Semaphore(config.bulk_concurrency),
        }
        self._ready = asyncio.Event()
        self._stopping = False
        self._tasks: set[asyncio.Task[object]] = set()
        self._waiting: set[asyncio.Task[object]] = set()

    def open(self) -> None:
        """Let jobs begin. Until then those the engine hands over wait."""
        self._ready.set()

    def has_room(self, queue: QueueName) -> bool:
        """Whether a job of ``queue`` could begin at once."""
        return not self._slots[queue].locked()

    async def run_job(self, kind: str, tenant: str, subject_id: str, job_id: str) -> None:
        """Run the job, or nothing if it is no longer to be done."""
        await self._run(kind, TenantId(tenant), subject_id, job_id)

    async def _run(self, kind: str, tenant: TenantId, subject_id: str, job_id: str) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await self._ready.wait()
        async with self._db.read() as session:
            queue = await run_store.queue_of(session, tenant, job_id)
        if queue is None:
            return
        self._waiting.add(task)
        async with self._slots[queue]:
            self._waiting.discard(task)
            if self._stopping:
                raise StoppingError
            await self._attempt(kind, tenant, subject_id, job_id)

    async def stop(self) -> None:
        """End all runs: at their next step, or after the grace period where they are."""
        self._stopping = True
        self._ready.set()
        for task in self._waiting & self._tasks:
            task.cancel()
        for timeout_s in (self._config.grace_s, 5.0):
            if self._tasks:
                _, late = await asyncio.wait(set(self._tasks), timeout=timeout_s)
                for task in late:
                    task.cancel()

    async def _attempt(self, kind: str, tenant: TenantId, subject_id: str, job_id: str) -> None:
        async with self._db.write() as session:
            run = await run_store.begin(session, tenant, job_id)
        if run is None:
            return
        context = DurableContext(
            self._db,
            self._record,
            run,
            subject_id,
            stopping=lambda: self._stopping,
            progress_interval_s=self._config.progress_interval_s,
        )
        try:
            await self._handler(kind)(context)
        except JobCancelledError:
            _log.info("job %s (%s) stopped: cancelled or taken over", job_id, kind)
        except (UnavailableError, RateLimitedError, StepsChangedError) as error:
            await self._retry(run, JobError(code=error.code, detail=error.detail), error)
        except CopilotError as error:
            _log.warning("job %s (%s) failed: %s", job_id, kind, error.code)
            await self._fail(run, JobError(code=error.code, detail=error.detail))
        except Exception as error:  # noqa: BLE001 - told in the log and by the job
            _log.exception("job %s (%s) was stopped by an unforeseen error", job_id, kind)
            await self._retry(run, _unforeseen(error), error)
        except asyncio.CancelledError:
            if self._stopping:
                raise
            _log.exception("job %s (%s) cancelled itself", job_id, kind)
            await self._fail(run, _unforeseen(RuntimeError()))
        else:
            async with self._db.write() as session:
                await run_store.succeed(session, tenant, run)

    def _handler(self, kind: str) -> Handler:
        def unknown(_context: object) -> NoReturn:
            raise UnknownJobKindError(f"No part of this version handles jobs of kind {kind!r}.")

        return self._handlers.get(kind, unknown)

    async def _retry(self, run: Run, told: JobError, error: Exception) -> None:
        if run.failures + 1 >= self._config.max_attempts:
            await self._fail(run, told)
            return
        wait_s = self._config.backoff_s * 2**run.failures
        if isinstance(error, CopilotError) and error.retry_after_s is not None:
            wait_s = max(wait_s, error.retry_after_s)
        async with self._db.write() as session:
            kept = await run_store.retry_at(
                session, run.tenant, run, told, now() + timedelta(seconds=wait_s)
            )
        task = asyncio.current_task()
        if kept and task is not None:
            self._retry_later(run.tenant, run.job_id, wait_s, task)

    async def _fail(self, run: Run, told: JobError) -> None:
        async with self._db.write() as session:
            await run_store.fail(session, run.tenant, run, told)


def _unforeseen(error: Exception) -> JobError:
    # The message may quote what a customer wrote; the log has it, the list of jobs need not.
    return JobError(
        code="internal_error",
        detail=f"An unforeseen error ({type(error).__name__}); the log has it under the job's id.",
    )
