"""Killed with SIGKILL anywhere, a job ends with each of its effects exactly once."""

import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot.jobs import store
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.crashing import places, run_worker
from tests.jobs.crash_worker import STEPS

PLACES = places(STEPS)


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
        return await run_worker(
            "tests.jobs.crash_worker",
            self.db.engine.url.render_as_string(hide_password=False),
            *(str(self._folder), self.tenant, job_id, place, str(max_crashes)),
        )

    async def counted(self, table: str) -> Counter[int]:
        async with self.db.read() as session:
            rows = await session.scalars(text(f"SELECT step FROM {table}"))
            return Counter(rows)


@pytest.fixture
def workplace(db: Database, tenant: TenantId, tmp_path: Path) -> Workplace:
    return Workplace(db, tenant, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
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


@pytest.mark.slow
@pytest.mark.timeout(900)
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


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_job_that_waited_its_turn_is_not_blamed_for_the_crashes_of_another(
    workplace: Workplace,
) -> None:
    job_id = await workplace.accept()
    async with workplace.db.write() as session:
        behind = [
            await store.add(session, workplace.tenant, "call", f"cal_{n}") for n in range(2, 8)
        ]
    code = -signal.SIGKILL
    while code:
        code, out = await workplace.work(job_id, "inside:2", max_crashes=1)
    assert out[0] == "failed"
    code, _ = await workplace.work(behind[-1], "never", max_crashes=1)
    assert code == 0
    async with workplace.db.read() as session:
        jobs = [await store.get(session, workplace.tenant, one) for one in behind]
    assert [one.error for one in jobs] == [None] * len(behind)
