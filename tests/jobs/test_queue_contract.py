"""What every queue promises, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from copilot.jobs import store
from copilot.jobs.errors import (
    JobCancelledError,
    JobFinishedError,
    JobNotFoundError,
    JobNotRetryableError,
)
from copilot.jobs.queue import JobContext, QueueName
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError, UnavailableError
from copilot.kernel.ids import TenantId, new_id
from tests.jobs.conftest import OpenQueue, ended, reached, until
from tests.timing import limit


def returns(value: object) -> Callable[[], Awaitable[object]]:
    async def work() -> object:
        return value

    return work


@pytest.mark.parametrize("queue_name", ["interactive", "bulk"])
async def test_a_job_runs_its_steps_in_order_and_succeeds(
    db: Database, tenant: TenantId, open_queue: OpenQueue, queue_name: QueueName
) -> None:
    seen: list[object] = []

    async def handler(context: JobContext) -> None:
        assert (context.tenant, context.subject_id) == (tenant, "cal_1")
        for name, value in (("count", 3), ("ids", ["a", "b"]), ("nothing", None)):
            seen.append(await context.step(name, returns(value)))

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1", queue=queue_name)
        job = await ended(db, tenant, job_id)
    assert (job.status, job.progress, job.attempts, job.error) == ("succeeded", 1.0, 1, None)
    assert seen == [3, ["a", "b"], None]


async def test_enqueueing_twice_runs_once(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    runs = 0

    async def handler(_context: JobContext) -> None:
        nonlocal runs
        runs += 1

    async with db.write() as session:
        job_id = await store.add(session, tenant, "call", "cal_1")
    async with open_queue({"call": handler}) as queue:
        await queue.enqueue(tenant, "call", "cal_1", job_id=job_id)
        await ended(db, tenant, job_id)
        assert await queue.enqueue(tenant, "call", "cal_1", job_id=job_id) == job_id
        await asyncio.sleep(0.5)
    assert runs == 1


async def test_a_job_may_enqueue_another(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    started: list[str] = []

    async def parent(context: JobContext) -> None:
        async def work() -> str:
            return await queue.enqueue(context.tenant, "child", context.subject_id)

        started.append(await context.step("enqueue", work))
        await context.step("after", returns(1))

    async def child(context: JobContext) -> None:
        await context.step("only", returns(1))

    async with open_queue({"parent": parent, "child": child}) as queue:
        job = await ended(db, tenant, await queue.enqueue(tenant, "parent", "x"))
        assert (job.status, job.error) == ("succeeded", None)
        assert (await ended(db, tenant, started[0])).status == "succeeded"


async def test_foreseen_failure_is_permanent_and_told(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async def handler(context: JobContext) -> None:
        async def work() -> None:
            raise InvalidInputError("The recording is empty.")

        await context.step("decode", work)

    async with open_queue({"call": handler}) as queue:
        job = await ended(db, tenant, await queue.enqueue(tenant, "call", "cal_1"))
    assert (job.status, job.attempts) == ("failed", 1)
    assert job.error is not None
    assert (job.error.code, job.error.detail) == ("invalid_input", "The recording is empty.")


async def test_unknown_kind_is_a_dead_letter(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async with open_queue({}) as queue:
        job = await ended(db, tenant, await queue.enqueue(tenant, "nonsense", "x"))
    assert job.error is not None
    assert job.error.code == "job_kind_unknown"


@pytest.mark.parametrize("error", [OSError("reset by peer"), UnavailableError("Loading.")])
async def test_passing_trouble_is_tried_again_from_the_step_that_failed(
    db: Database, tenant: TenantId, open_queue: OpenQueue, error: Exception
) -> None:
    calls: list[str] = []

    async def handler(context: JobContext) -> None:
        async def first() -> int:
            calls.append("first")
            return 1

        async def second() -> int:
            calls.append("second")
            if calls.count("second") < 3:
                raise error
            return 2

        await context.step("first", first)
        await context.step("second", second)

    async with open_queue({"call": handler}) as queue:
        job = await ended(db, tenant, await queue.enqueue(tenant, "call", "cal_1"))
    assert (job.status, job.attempts, job.error) == ("succeeded", 3, None)
    assert calls == ["first", "second", "second", "second"]


async def test_dead_letter_is_listed_and_can_be_run_again(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    calls: list[str] = []
    broken = True

    async def handler(context: JobContext) -> None:
        async def first() -> int:
            calls.append("first")
            return 1

        async def second() -> int:
            calls.append("second")
            if broken:
                raise RuntimeError("what the customer wrote")
            return 2

        await context.step("first", first)
        await context.step("second", second)

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        job = await ended(db, tenant, job_id)
        assert (job.status, job.attempts) == ("failed", 3)
        assert job.error is not None
        assert job.error.code == "internal_error"
        assert "RuntimeError" in job.error.detail
        assert "customer" not in job.error.detail
        async with db.read() as session:
            letters = await store.find(session, tenant, status="failed")
        assert [one.id for one in letters.items] == [job_id]

        broken = False
        await queue.retry(tenant, job_id)
        again = await reached(db, tenant, job_id, {"succeeded"})
        assert again.error is None
        assert calls == ["first", *["second"] * 4]
        with pytest.raises(JobNotRetryableError):
            await queue.retry(tenant, job_id)


async def test_cancelled_job_stops_at_its_next_step(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    in_step, go_on, noticed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext) -> None:
        async def slow() -> int:
            in_step.set()
            await go_on.wait()
            return 1

        await context.step("slow", slow)
        try:
            await context.step("never", returns(1))
        except JobCancelledError:
            noticed.set()
            raise

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await in_step.wait()
        await queue.cancel(tenant, job_id)
        await queue.cancel(tenant, job_id)
        go_on.set()
        await noticed.wait()
        assert (await ended(db, tenant, job_id)).status == "cancelled"
        await queue.retry(tenant, job_id)
        assert (await reached(db, tenant, job_id, {"succeeded"})).attempts == 2
        with pytest.raises(JobFinishedError):
            await queue.cancel(tenant, job_id)


@pytest.mark.timed
async def test_cancel_is_noticed_within_two_seconds_by_a_step_that_reports_progress(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    stopped = asyncio.Event()

    async def handler(context: JobContext) -> None:
        async def long() -> None:
            try:
                for n in range(10_000):
                    await asyncio.sleep(0.01)
                    await context.progress(n / 10_000)
            except JobCancelledError:
                stopped.set()
                raise

        await context.step("long", long)

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")

        async def is_on_its_way() -> bool:
            return (await reached(db, tenant, job_id, {"running", "queued"})).progress > 0

        await until(is_on_its_way)
        await queue.cancel(tenant, job_id)
        async with asyncio.timeout(limit(2)):
            await stopped.wait()
        job = await ended(db, tenant, job_id)
    assert job.status == "cancelled"
    assert 0 < job.progress < 1


async def test_job_cancelled_while_queued_never_runs(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    ran: list[str] = []
    go_on = asyncio.Event()

    async def handler(context: JobContext) -> None:
        ran.append(context.subject_id)
        await go_on.wait()

    async with open_queue({"import": handler}, bulk_concurrency=1) as queue:
        first = await queue.enqueue(tenant, "import", "a", queue="bulk")
        second = await queue.enqueue(tenant, "import", "b", queue="bulk")
        await reached(db, tenant, first, {"running"})
        await queue.cancel(tenant, second)
        go_on.set()
        await ended(db, tenant, first)
        await asyncio.sleep(0.5)
    assert ran == ["a"]


async def test_retry_of_a_cancelled_run_that_is_still_in_its_step(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    entered: list[asyncio.Event] = []

    def entered_times(times: int) -> Callable[[], Awaitable[bool]]:
        async def check() -> bool:
            return len(entered) == times

        return check

    async def handler(context: JobContext) -> None:
        async def slow() -> int:
            go_on = asyncio.Event()
            entered.append(go_on)
            await go_on.wait()
            return len(entered)

        await context.step("slow", slow)

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await until(entered_times(1))
        await queue.cancel(tenant, job_id)
        await queue.retry(tenant, job_id)
        await until(entered_times(2))
        for event in entered:
            event.set()
        job = await ended(db, tenant, job_id)
    assert (job.status, job.attempts) == ("succeeded", 2)


@pytest.mark.parametrize(("queue_name", "most"), [("interactive", 2), ("bulk", 1)])
async def test_concurrency_is_bounded(
    db: Database, tenant: TenantId, open_queue: OpenQueue, queue_name: QueueName, most: int
) -> None:
    now_running = peak = 0

    async def handler(_context: JobContext) -> None:
        nonlocal now_running, peak
        now_running += 1
        peak = max(peak, now_running)
        await asyncio.sleep(0.1)
        now_running -= 1

    async with open_queue({"call": handler}, interactive_concurrency=2) as queue:
        jobs = [await queue.enqueue(tenant, "call", str(n), queue=queue_name) for n in range(5)]
        for job_id in jobs:
            await ended(db, tenant, job_id)
    assert peak == most


async def test_interactive_work_does_not_wait_behind_bulk_work(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    go_on = asyncio.Event()

    async def slow(_context: JobContext) -> None:
        await go_on.wait()

    async def quick(_context: JobContext) -> None: ...

    async with open_queue({"import": slow, "call": quick}) as queue:
        bulk = [await queue.enqueue(tenant, "import", str(n), queue="bulk") for n in range(3)]
        await reached(db, tenant, bulk[0], {"running"})
        call = await queue.enqueue(tenant, "call", "x")
        assert (await ended(db, tenant, call)).status == "succeeded"
        assert (await reached(db, tenant, bulk[0], {"running"})).attempts == 1
        go_on.set()
        for job_id in bulk:
            await ended(db, tenant, job_id)


async def test_other_tenants_see_and_touch_nothing(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    other = TenantId(new_id("ten"))

    async def handler(_context: JobContext) -> None:
        raise InvalidInputError("No.")

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await ended(db, tenant, job_id)
        for refused in (queue.cancel, queue.retry):
            with pytest.raises(JobNotFoundError):
                await refused(other, job_id)
        await queue.forget(other, job_id)
        async with db.read() as session:
            assert (await store.find(session, other)).items == []
            assert (await store.get(session, tenant, job_id)).status == "failed"
        assert (await queue._engine.states([job_id]))[job_id] != "absent"


async def test_forgotten_job_leaves_nothing(
    db: Database, tenant: TenantId, open_queue: OpenQueue
) -> None:
    async def handler(context: JobContext) -> None:
        await context.step("one", returns("msg_1"))

    async with open_queue({"call": handler}) as queue:
        job_id = await queue.enqueue(tenant, "call", "cal_1")
        await ended(db, tenant, job_id)
        await asyncio.sleep(0.2)
        await queue.forget(tenant, job_id)
        assert await queue._engine.states([job_id]) == {job_id: "absent"}
        async with db.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM jobs")) == 0
