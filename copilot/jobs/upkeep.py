"""What keeps promises when processes die: signs of life, sweeps for lost jobs, retention."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from copilot.jobs import executors
from copilot.jobs.config import JobsConfig
from copilot.jobs.queue import JobError
from copilot.jobs.unfinished import Unfinished, give_up, unfinished
from copilot.kernel.clock import now
from copilot.kernel.db import Database

if TYPE_CHECKING:
    from copilot.jobs.dbos_engine import DbosEngine

Drive = Callable[[Unfinished, str], Awaitable[None]]
"""Makes the engine do a job, given where the engine says it stands."""

_ON_ITS_WAY_S = 10.0
_RETENTION_EVERY_S = 3600.0
_PAGE = 500
_log = logging.getLogger(__name__)


class Upkeep:
    """The regular work of a process that runs jobs.

    Args:
        config: How often what is done.
        db: Where the rows of jobs and processes are.
        engine: The open engine.
        drive: Makes the engine do a job.
        executor_id: This process among those that run jobs.
    """

    def __init__(
        self,
        config: JobsConfig,
        db: Database,
        engine: "DbosEngine",
        drive: Drive,
        executor_id: str,
    ) -> None:
        self._config = config
        self._db = db
        self._engine = engine
        self._drive = drive
        self._executor_id = executor_id

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Tell the other workers that this one is alive, until exit."""

        async def beat() -> None:
            async with self._db.write() as session:
                await executors.beat(session, self._executor_id)

        # Before any work is taken: a process nobody has heard of counts as dead.
        await beat()
        async with _regularly("heartbeat", self._config.heartbeat_s, beat):
            yield
        with suppress(OperationalError):  # the others will notice by themselves
            async with self._db.write() as session:
                await executors.leave(session, self._executor_id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start what was never started, then look after everything regularly until exit."""
        await self.sweep(untouched_s=0)
        async with (
            _regularly("sweep", self._config.sweep_interval_s, self.sweep),
            _regularly("retention", _RETENTION_EVERY_S, self.forget_ended),
        ):
            if self._db.is_sqlite:
                yield
                return
            async with _regularly("takeover", self._config.heartbeat_s, self.take_over):
                yield

    async def take_over(self) -> None:
        """Queue the runs of workers that have gone silent. All workers may do so at once."""
        async with self._db.read() as session:
            living = await executors.living(session, within_s=self._config.dead_after_s)
        lost = await self._engine.executors_at_work() - living - {self._executor_id}
        if lost:
            taken = await self._engine.recover(lost)
            _log.warning("took %d jobs over from silent workers: %s", taken, ", ".join(lost))
        async with self._db.write() as session:
            await executors.bury(session, silent_s=10 * self._config.dead_after_s)

    async def sweep(self, *, untouched_s: float = _ON_ITS_WAY_S) -> None:
        """Compare the jobs that are to be done with what the engine does, and fix the difference.

        Args:
            untouched_s: Jobs changed more recently are on their way, and left alone.
        """
        since = now() - timedelta(seconds=untouched_s)
        after = ""
        while True:
            async with self._db.read() as session:
                jobs = await unfinished(session, untouched_since=since, after=after, limit=_PAGE)
            if not jobs:
                return
            states = await self._engine.states([job.id for job in jobs])
            for job in jobs:
                try:
                    await self._mend(job, states[job.id])
                except Exception:  # noqa: BLE001 - one job must not keep the others waiting
                    _log.exception("job %s (%s) cannot be driven on", job.id, job.kind)
            after = jobs[-1].id

    async def forget_ended(self) -> None:
        """Delete the engine's records of jobs that ended longer ago than they are kept."""
        before = now() - timedelta(days=self._config.retention_days)
        deleted = await self._engine.delete_ended(before)
        if deleted:
            _log.info("deleted the steps of %d finished jobs", deleted)

    async def _mend(self, job: Unfinished, state: str) -> None:
        # One that was only waiting its turn when the process died did not take it down.
        if state == "crashed" and job.status == "running":
            await self._give_up(job)
        else:
            await self._drive(job, state)

    async def _give_up(self, job: Unfinished) -> None:
        told = JobError(
            code="job_crashed",
            detail=(
                "The process running this job died too often while doing so. Look at what the job "
                "works on, then run it again."
            ),
        )
        _log.error("job %s (%s) took its process down too often", job.id, job.kind)
        async with self._db.write() as session:
            await give_up(session, job.tenant, job.id, told)


@asynccontextmanager
async def _regularly(
    name: str, every_s: float, work: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    async def repeat() -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await work()
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("the %s of the job engine failed", name)

    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
