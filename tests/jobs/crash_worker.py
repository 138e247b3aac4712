"""A process that does one job of four steps and kills itself where it is told to.

Run by the crash tests. The killing wraps the job's context from outside, so that what is tested
is what runs in production. Arguments: database URL, data folder, tenant, job id, and where to
die: ``before:N`` (step N not begun), ``inside:N`` (its effect committed, its result not yet
stored), ``after:N`` (result stored), or ``never``; and how many crashes a job may cause.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from copilot.jobs import store
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import JobContext, Result
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId

STEPS = 4


class Doomed:
    """A job context that dies at one place."""

    def __init__(self, context: JobContext, place: str) -> None:
        self._context = context
        self._when, _, number = place.partition(":")
        self._at = int(number or 0)
        self._done = 0

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        self._done += 1
        here = self._done == self._at

        async def watched() -> Result:
            result = await work()
            if here and self._when == "inside":
                die()
            return result

        if here and self._when == "before":
            die()
        result = await self._context.step(name, watched)
        if here and self._when == "after":
            die()
        return result


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def insert_once(session: WriteSession, job_id: str, step: int) -> None:
    found = await session.scalar(
        text("SELECT count(*) FROM effects WHERE job_id = :job AND step = :step"),
        {"job": job_id, "step": step},
    )
    if not found:
        await session.execute(
            text("INSERT INTO effects (job_id, step) VALUES (:job, :step)"),
            {"job": job_id, "step": step},
        )


async def main(url: str, folder: str, tenant: str, job_id: str, place: str, crashes: str) -> None:
    async with Database.open(url) as db:

        async def handler(context: JobContext) -> None:
            doomed = Doomed(context, place)

            async def effect(step: int) -> int:
                async with db.write() as session:
                    await session.execute(
                        text("INSERT INTO tries (job_id, step) VALUES (:job, :step)"),
                        {"job": job_id, "step": step},
                    )
                    await insert_once(session, job_id, step)
                return step

            for number in range(1, STEPS + 1):
                got = await doomed.step(f"step {number}", lambda n=number: effect(n))
                assert got == number

        config = JobsConfig(
            poll_interval_s=0.1,
            sweep_interval_s=0.5,
            max_crashes=int(crashes),
            heartbeat_s=0.2,
            dead_after_s=1,
        )
        async with DbosQueue.open(
            config,
            db=db,
            database_url=url,
            data_dir=Path(folder),
            handlers={"call": handler},
            run_jobs=True,
        ) as queue:
            await queue.enqueue(TenantId(tenant), "call", "cal_1", job_id=job_id)
            while True:
                async with db.read() as session:
                    job = await store.get(session, TenantId(tenant), job_id)
                if job.status not in {"queued", "running"}:
                    break
                await asyncio.sleep(0.05)
    sys.stdout.write(f"{job.status} {job.attempts} {job.error.code if job.error else '-'}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
