"""A worker on PostgreSQL whose jobs take a while, for the tests with several processes.

Arguments: database URL, data folder, the worker's name. Each step writes who did it.
"""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text

from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import JobContext
from copilot.kernel.db import Database

STEPS = 6
STEP_S = 0.4
CONFIG = JobsConfig(poll_interval_s=0.2, heartbeat_s=0.3, dead_after_s=8, sweep_interval_s=1)


async def main(url: str, folder: str, name: str) -> None:
    async with Database.open(url) as db:

        async def handler(context: JobContext) -> None:
            async def work(step: int) -> int:
                await asyncio.sleep(STEP_S)
                async with db.write() as session:
                    await session.execute(
                        text("INSERT INTO done VALUES (:job, :step, :name)"),
                        {"job": context.job_id, "step": step, "name": name},
                    )
                return step

            for number in range(STEPS):
                await context.step(f"step {number}", lambda n=number: work(n))

        async with DbosQueue.open(
            CONFIG,
            db=db,
            database_url=url,
            data_dir=Path(folder),
            handlers={"call": handler},
            run_jobs=True,
        ):
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
