"""Several workers on one PostgreSQL: each job is done once, and the dead are replaced."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot.jobs.dbos_queue import DbosQueue
from copilot.kernel.db import Base, Database
from copilot.kernel.ids import TenantId
from tests.jobs.conftest import ended, until
from tests.jobs.worker import CONFIG, STEPS


@pytest.fixture
async def shared(postgres_database_url: str) -> AsyncIterator[Database]:
    async with Database.open(postgres_database_url) as db:
        async with db.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.execute(text("CREATE TABLE done (job TEXT, step INTEGER, name TEXT)"))
        yield db


@asynccontextmanager
async def worker(url: str, folder: Path, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.jobs.worker", url, str(folder), name),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 120) == b"ready\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            await asyncio.wait_for(process.communicate(b""), 90)


@asynccontextmanager
async def api(db: Database, url: str, folder: Path) -> AsyncIterator[DbosQueue]:
    async with DbosQueue.open(
        CONFIG, db=db, database_url=url, data_dir=folder, handlers={}, run_jobs=False
    ) as queue:
        yield queue


async def who(db: Database) -> list[tuple[str, int, str]]:
    async with db.read() as session:
        rows = await session.execute(text("SELECT job, step, name FROM done"))
        return [(row.job, row.step, row.name) for row in rows]


async def until_both_work(db: Database) -> None:
    async def both() -> bool:
        return {name for _, _, name in await who(db)} == {"first", "second"}

    await until(both)


@pytest.mark.slow
async def test_the_work_of_a_killed_worker_is_picked_up_by_another(
    shared: Database, postgres_database_url: str, tenant: TenantId, tmp_path: Path
) -> None:
    async with (
        api(shared, postgres_database_url, tmp_path) as queue,
        worker(postgres_database_url, tmp_path, "first") as first,
        worker(postgres_database_url, tmp_path, "second"),
    ):
        jobs = [await queue.enqueue(tenant, "call", str(n)) for n in range(8)]
        await until_both_work(shared)
        first.kill()
        killed_at = time.monotonic()
        await first.wait()
        attempts = [(await ended(shared, tenant, job, within_s=120)).attempts for job in jobs]
        # Eight seconds of silence, then the rest of the jobs.
        assert time.monotonic() - killed_at < 60
    assert set(attempts) == {1, 2}
    done = await who(shared)
    by = {job: {name for one, _, name in done if one == job} for job in jobs}
    assert {"first", "second"} in by.values()
    # One step per job may have been committed in the instant before its result was stored.
    assert {(job, step) for job, step, _ in done} == {(j, n) for j in jobs for n in range(STEPS)}
    assert max(Counter(job for job, _, _ in done).values()) <= STEPS + 1


@pytest.mark.slow
async def test_a_worker_that_ends_politely_hands_its_work_over_at_once(
    shared: Database, postgres_database_url: str, tenant: TenantId, tmp_path: Path
) -> None:
    async with (
        api(shared, postgres_database_url, tmp_path) as queue,
        worker(postgres_database_url, tmp_path, "first") as first,
        worker(postgres_database_url, tmp_path, "second"),
    ):
        jobs = [await queue.enqueue(tenant, "call", str(n)) for n in range(8)]
        await until_both_work(shared)
        await first.communicate(b"")
        async with shared.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM executors")) == 1
        for job in jobs:
            assert (await ended(shared, tenant, job)).status == "succeeded"
    done = await who(shared)
    assert Counter((job, step) for job, step, _ in done) == {
        (job, step): 1 for job in jobs for step in range(STEPS)
    }


@pytest.mark.slow
async def test_workers_share_the_work_and_each_job_is_done_once(
    shared: Database, postgres_database_url: str, tenant: TenantId, tmp_path: Path
) -> None:
    async with (
        api(shared, postgres_database_url, tmp_path) as queue,
        worker(postgres_database_url, tmp_path, "first"),
        worker(postgres_database_url, tmp_path, "second"),
    ):
        jobs = [await queue.enqueue(tenant, "call", str(n)) for n in range(12)]
        for job_id in jobs:
            assert (await ended(shared, tenant, job_id, within_s=120)).attempts == 1
    done = await who(shared)
    assert {name for _, _, name in done} == {"first", "second"}
    assert set(Counter((job, step) for job, step, _ in done).values()) == {1}
