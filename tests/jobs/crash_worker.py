"""A process that does jobs of four steps, one by one, and kills itself in one of them.

Run by the crash tests. Arguments: database URL, data folder, tenant, job id, where to die (see
``tests.crashing``), and how many crashes a job may cause.
"""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text

from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import JobContext
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from tests.crashing import Doomed, until_ended

STEPS = 4


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
            doomed = Doomed(context, place if context.job_id == job_id else "never")

            async def effect(step: int) -> int:
                async with db.write() as session:
                    await session.execute(
                        text("INSERT INTO tries (job_id, step) VALUES (:job, :step)"),
                        {"job": context.job_id, "step": step},
                    )
                    await insert_once(session, context.job_id, step)
                return step

            for number in range(1, STEPS + 1):
                got = await doomed.step(f"step {number}", lambda n=number: effect(n))
                assert got == number

        config = JobsConfig(
            interactive_concurrency=1,
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
            job = await until_ended(db, TenantId(tenant), job_id)
    sys.stdout.write(f"{job.status} {job.attempts} {job.error.code if job.error else '-'}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
