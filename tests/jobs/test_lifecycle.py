"""Opening, closing, dying politely, and finding what others left behind."""

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from copilot.jobs import run_store, store
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import JobContext
from copilot.jobs.tables import JobRow
from copilot.jobs.unfinished import Unfinished
from copilot.jobs.upkeep import Upkeep
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import ConfigurationError, InvalidInputError
from copilot.kernel.ids import TenantId
from tests.jobs.conftest import OpenQueue, ended, reached, until
from tests.timing import limit


async def one_step(context: JobContext) -> None:
    async def work() -> int:
        return 1

    await context.step("only", work)


async def test_opens_closes_and_opens_again_in_one_process(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    for _ in range(3):
        async with open_queue({"call": one_step}) as queue:
            job = await ended(db, tenant, await queue.enqueue(tenant, "call", "cal_1"))
            assert job.status == "succeeded"
    # The loop's own threads were given back.
    assert await asyncio.to_thread(lambda: 1) == 1


@pytest.mark.timed
async def test_closing_is_quick_and_leaves_no_threads(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    await asyncio.to_thread(lambda: None)
    async with open_queue({"call": one_step}) as queue:
        await ended(db, tenant, await queue.enqueue(tenant, "call", "cal_1"))
        began = time.monotonic()
    assert time.monotonic() - began < limit(3)
    names = [one.name for one in threading.enumerate()]
    assert not [name for name in names if "queue-worker" in name or "dbos" in name]


async def test_one_process_runs_the_jobs_of_one_database(
    db: Database, open_queue: OpenQueue
) -> None:
    async with open_queue({}):
        with pytest.raises(ConfigurationError):
            async with open_queue({}):
                pass
    async with open_queue({}):
        pass


async def test_accepted_but_never_started_jobs_are_started_at_the_next_start(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with db.write() as session:
        first = await store.add(session, tenant, "call", "a")
        second = await store.add(session, tenant, "call", "b", queue="bulk")
    async with open_queue({"call": one_step}):
        for job_id in (first, second):
            assert (await ended(db, tenant, job_id)).status == "succeeded"


async def test_accepted_but_never_started_jobs_are_found_while_running(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with open_queue({"call": one_step}):
        async with db.write() as session:
            job_id = await store.add(session, tenant, "call", "a")
            long_ago = now() - timedelta(minutes=1)
            await session.execute(update(JobRow).values(updated_at=long_ago))
        assert (await ended(db, tenant, job_id)).status == "succeeded"


async def test_handlers_may_be_added_right_after_opening(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with db.write() as session:
        job_id = await store.add(session, tenant, "call", "a")
    handlers = {}
    async with open_queue(handlers):
        handlers["call"] = one_step
        assert (await ended(db, tenant, job_id)).status == "succeeded"


async def test_a_process_that_only_queues_leaves_the_work_to_others(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with open_queue({}, run_jobs=False) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        cancelled = await queue.enqueue(tenant, "call", "cal_2")
        await queue.cancel(tenant, cancelled)
        await asyncio.sleep(0.5)
        async with db.read() as session:
            assert (await store.get(session, tenant, job_id)).status == "queued"
    async with open_queue({"call": one_step}):
        assert (await ended(db, tenant, job_id)).status == "succeeded"
        assert (await ended(db, tenant, cancelled)).attempts == 0


async def test_closing_lets_the_running_step_finish_and_the_next_start_goes_on(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    calls: list[str] = []
    in_first = asyncio.Event()

    async def handler(context: JobContext) -> None:
        async def first() -> int:
            calls.append("first")
            in_first.set()
            await asyncio.sleep(0.4)
            calls.append("first done")
            return 1

        async def second() -> int:
            calls.append("second")
            return 2

        await context.step("first", first)
        await context.step("second", second)

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await in_first.wait()
    assert calls == ["first", "first done"]
    async with open_queue({"call": handler}):
        job = await ended(db, tenant, job_id)
    assert (job.status, job.attempts) == ("succeeded", 2)
    assert calls == ["first", "first done", "second"]


@pytest.mark.timed
async def test_closing_does_not_wait_for_ever(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext) -> None:
        async def work() -> None:
            entered.set()
            await go_on.wait()

        await context.step("only", work)

    async with open_queue({"call": handler}, grace_s=0.2) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        waiting = [await queue.enqueue(tenant, "call", str(n)) for n in range(6)]
        await entered.wait()
        began = time.monotonic()
    assert time.monotonic() - began < limit(4)
    go_on.set()
    async with open_queue({"call": handler}):
        for one in (job_id, *waiting):
            assert (await ended(db, tenant, one)).status == "succeeded"


async def test_waiting_for_another_attempt_survives_a_restart(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    broken = True

    async def handler(_context: JobContext) -> None:
        if broken:
            raise OSError("no route to host")

    async with open_queue({"call": handler}, backoff_s=60) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")

        async def has_failed_once() -> bool:
            job = await reached(db, tenant, job_id, {"queued", "running"})
            return job.error is not None

        await until(has_failed_once)
    broken = False
    async with open_queue({"call": handler}):
        await asyncio.sleep(0.7)
        assert (await reached(db, tenant, job_id, {"queued"})).attempts == 1
        async with db.write() as session:
            past = now() - timedelta(minutes=1)
            await session.execute(update(JobRow).values(run_after=past, updated_at=past))
        job = await ended(db, tenant, job_id)
    assert (job.status, job.attempts) == ("succeeded", 2)


async def test_steps_that_changed_with_an_upgrade_make_the_job_start_over(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    calls: list[str] = []
    in_second = asyncio.Event()

    def handler_of(*names: str):
        async def handler(context: JobContext) -> None:
            for name in names:

                async def work(name: str = name) -> int:
                    calls.append(name)
                    if name == "hang":
                        in_second.set()
                        await asyncio.sleep(60)
                    return 1

                await context.step(name, work)

        return handler

    async with open_queue({"call": handler_of("old", "hang")}, grace_s=0) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await in_second.wait()
    async with open_queue({"call": handler_of("new", "newer")}):
        job = await ended(db, tenant, job_id)
    assert (job.status, job.error) == ("succeeded", None)
    assert calls == ["old", "hang", "new", "newer"]


async def test_a_dead_letter_whose_steps_changed_starts_over_when_it_is_run_again(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    names = ["old", "breaks"]

    async def handler(context: JobContext) -> None:
        for name in names:

            async def work(name: str = name) -> int:
                if name == "breaks":
                    raise InvalidInputError("The file is empty.")
                return 1

            await context.step(name, work)

    async with open_queue({"call": handler}, max_attempts=1) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        assert (await ended(db, tenant, job_id)).status == "failed"
        names[:] = ["new", "newer"]
        await queue.retry(tenant, job_id)
        told = (await ended(db, tenant, job_id)).error
        assert told is not None
        assert told.code == "job_steps_changed"
        await queue.retry(tenant, job_id)
        job = await ended(db, tenant, job_id)
    assert (job.status, job.error) == ("succeeded", None)


async def test_one_job_that_cannot_be_driven_on_does_not_stop_the_others(
    db: Database, tenant: TenantId, open_queue: OpenQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with db.write() as session:
        broken = await store.add(session, tenant, "call", "a")
        sound = await store.add(session, tenant, "call", "b")
    drive = DbosQueue.drive

    async def breaks(self: DbosQueue, job: Unfinished, state: str) -> None:
        if job.id == broken:
            raise RuntimeError("its record is damaged")
        await drive(self, job, state)

    monkeypatch.setattr(DbosQueue, "drive", breaks)
    async with open_queue({"call": one_step}):
        assert (await ended(db, tenant, sound)).status == "succeeded"


async def test_progress_that_cannot_be_stored_does_not_end_the_work(
    db: Database, tenant: TenantId, open_queue: OpenQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> bool:
        raise OperationalError("UPDATE jobs", {}, Exception("database is locked"))

    async def handler(context: JobContext) -> None:
        await context.progress(0.5)

    monkeypatch.setattr(run_store, "progress", busy)
    async with open_queue({"call": handler}) as queue:
        job = await ended(db, tenant, await queue.enqueue(tenant, "call", "cal_1"))
    assert (job.status, job.attempts) == ("succeeded", 1)


def test_a_living_worker_must_not_count_as_dead() -> None:
    with pytest.raises(ValidationError, match="heartbeat_s"):
        JobsConfig(heartbeat_s=10, dead_after_s=15)


async def test_records_of_finished_jobs_are_deleted_after_their_time(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with open_queue({"call": one_step}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await ended(db, tenant, job_id)

        async def is_written_down() -> bool:
            return await queue._engine.states([job_id]) == {job_id: "ended"}

        await until(is_written_down)
        for days, state in ((1.0, "ended"), (1e-9, "absent")):
            config = JobsConfig(retention_days=days)
            await Upkeep(config, db, queue._engine, queue.drive, "local").forget_ended()
            assert await queue._engine.states([job_id]) == {job_id: state}
        async with db.read() as session:
            assert (await store.get(session, tenant, job_id)).status == "succeeded"


SECRET = "Kettle-Pohjoisranta-7781"


async def test_the_engine_keeps_no_text(
    db: Database, tenant: TenantId, open_queue: OpenQueue, tmp_path: Path
) -> None:
    async def reads(context: JobContext) -> None:
        async def work() -> str:
            return "msg_1" if SECRET else ""

        async def fails() -> None:
            raise RuntimeError(f"could not parse {SECRET}")

        await context.step("read", work)
        await context.step("parse", fails)

    async def returns_text(context: JobContext) -> None:
        async def work() -> str:
            return SECRET * 20

        await context.step("read", work)

    async with open_queue({"call": reads, "bad": returns_text}, max_attempts=1) as queue:
        for kind in ("call", "bad"):
            job = await ended(db, tenant, await queue.enqueue(tenant, kind, "cal_1"))
            assert job.status == "failed"
        await asyncio.sleep(0.3)
        engine_text = await _everything_in_the_engine(db, tmp_path)
    assert "msg_1" in engine_text
    assert "cal_1" in engine_text
    assert SECRET not in engine_text
    assert "pickle" not in engine_text


async def _everything_in_the_engine(db: Database, folder: Path) -> str:
    if db.is_sqlite:
        return "".join(
            path.read_bytes().decode("latin-1") for path in sorted(folder.glob("jobs.db*"))
        )
    async with db.read() as session:
        tables = await session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'dbos'")
        )
        rows: list[str] = []
        for table in list(tables):
            found = await session.scalars(text(f'SELECT t::text FROM dbos."{table}" t'))
            rows.extend(found)
    return "\n".join(rows)


async def test_embedded_jobs_have_a_file_of_their_own(
    tmp_path: Path, db: Database, open_queue: OpenQueue
) -> None:
    async with open_queue({}):
        assert (tmp_path / "jobs.db").exists() == db.is_sqlite
