"""Killed with SIGKILL anywhere, a job ends with each of its effects exactly once."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot.jobs import store
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.jobs.crash_worker import STEPS

PLACES = [f"{when}:{step}" for step in range(1, STEPS + 1) for when in ("before", "inside")]
PLACES.append(f"after:{STEPS}")


class Workplace:
    """Runs the crash worker on one database."""

    def __init__(self, db: Database, tenant: TenantId, folder: Path) -> None:
        self.db = db
        self.tenant = tenant
        self._folder = folder

    async def accept(self) -> str:
        async with self.db.write() as session:
            await session.execute(text("CREATE TABLE tries (job_id TEXT, step INTEGER)"))
            await session.execute(text("CREATE TABLE effects (job_id TEXT, step INTEGER)"))
            return await store.add(session, self.tenant, "call", "cal_1")

    async def work(self, job_id: str, place: str, *, max_crashes: int = 3) -> tuple[int, list[str]]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.jobs.crash_worker",
            self.db.engine.url.render_as_string(hide_password=False),
            str(self._folder),
            self.tenant,
            job_id,
            place,
            str(max_crashes),
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode().split()

    async def counted(self, table: str) -> Counter[int]:
        async with self.db.read() as session:
            rows = await session.scalars(text(f"SELECT step FROM {table}"))
            return Counter(rows)


@pytest.fixture
def workplace(db: Database, tenant: TenantId, tmp_path: Path) -> Workplace:
    return Workplace(db, tenant, tmp_path)


async def test_killed_at_every_step_boundary_every_effect_happens_once(
    workplace: Workplace,
) -> None:
    job_id = await workplace.accept()
    for place in PLACES:
        code, _ = await workplace.work(job_id, place, max_crashes=20)
        assert code == -signal.SIGKILL, place
    code, out = await workplace.work(job_id, "never", max_crashes=20)
    assert (code, out) == (0, ["succeeded", str(len(PLACES) + 1), "-"])
    assert await workplace.counted("effects") == dict.fromkeys(range(1, STEPS + 1), 1)
    # Only a step that died between its effect and its record is called again.
    assert await workplace.counted("tries") == dict.fromkeys(range(1, STEPS + 1), 2)


async def test_a_job_that_kills_its_process_every_time_becomes_a_dead_letter(
    workplace: Workplace,
) -> None:
    job_id = await workplace.accept()
    crashes = 0
    while True:
        code, out = await workplace.work(job_id, "inside:2", max_crashes=1)
        if code == 0:
            break
        crashes += 1
        assert crashes < 10
    assert out[0] == "failed"
    assert out[2] == "job_crashed"
    assert crashes == 2
