"""SQLite by few changes of threads: the same results, transactions and locks as the driver's."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from copilot.kernel.db import Database, sqlite_url
from tests.timing import limit


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(sqlite_url(tmp_path / "x.db")) as db:
        async with db.write() as session:
            await session.execute(text("CREATE TABLE marks (a integer PRIMARY KEY, b text)"))
        yield db


async def fill(db: Database, count: int) -> None:
    async with db.write() as session:
        rows = [{"a": number, "b": f"row {number}"} for number in range(count)]
        if rows:
            await session.execute(text("INSERT INTO marks VALUES (:a, :b)"), rows)


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
async def test_results_of_any_length_come_whole(sqlite: Database, count: int) -> None:
    await fill(sqlite, count)
    async with sqlite.read() as session:
        found = (await session.scalars(text("SELECT a FROM marks ORDER BY a"))).all()
        first = (await session.execute(text("SELECT b FROM marks ORDER BY a"))).first()
    assert found == list(range(count))
    assert first == (("row 0",) if count else None)


async def test_a_stream_can_be_read_on_and_left(sqlite: Database) -> None:
    await fill(sqlite, 1000)
    wanted = text("SELECT a FROM marks ORDER BY a").execution_options(yield_per=10)
    async with sqlite.read() as session:
        streamed = [one async for one in await session.stream_scalars(wanted)]
        left = await session.stream_scalars(wanted)
        assert await anext(left) == 0
        await left.close()
        assert (await session.scalar(text("SELECT count(*) FROM marks"))) == 1000
    assert streamed == list(range(1000))


async def test_changes_are_counted_and_returned(sqlite: Database) -> None:
    await fill(sqlite, 300)
    async with sqlite.write() as session:
        changed: Any = await session.execute(text("UPDATE marks SET b = 'x' WHERE a < 7"))
        gone = await session.scalars(text("DELETE FROM marks WHERE a < 250 RETURNING a"))
        assert changed.rowcount == 7
        assert sorted(gone.all()) == list(range(250))
    async with sqlite.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM marks")) == 50


async def test_what_a_reader_saw_first_it_sees_until_it_ends(sqlite: Database) -> None:
    count = text("SELECT count(*) FROM marks")
    async with sqlite.read() as session:
        assert await session.scalar(count) == 0
        await fill(sqlite, 3)
        assert await session.scalar(count) == 0
        await session.rollback()
        assert await session.scalar(count) == 3


async def test_an_error_leaves_a_connection_that_works(sqlite: Database) -> None:
    await fill(sqlite, 1)

    async def again() -> None:
        async with sqlite.write() as session:
            await session.execute(text("INSERT INTO marks VALUES (5, 'five')"))
            await session.execute(text("INSERT INTO marks VALUES (0, 'twice')"))

    with pytest.raises(IntegrityError):
        await again()
    async with sqlite.read() as session:
        assert (await session.scalars(text("SELECT a FROM marks"))).all() == [0]


async def test_a_writer_that_gave_up_waiting_leaves_no_lock(sqlite: Database) -> None:
    async with sqlite.write() as session:
        await session.execute(text("INSERT INTO marks VALUES (1, 'one')"))
        # It waits in its thread for the lock when its caller leaves, and gets it after that.
        late = asyncio.create_task(fill(sqlite, 1))
        await asyncio.sleep(0.05)
        late.cancel()
        with pytest.raises(asyncio.CancelledError):
            await late
    async with asyncio.timeout(5):
        async with sqlite.write() as session:
            await session.execute(text("INSERT INTO marks VALUES (2, 'two')"))
    async with sqlite.read() as session:
        assert (await session.scalars(text("SELECT a FROM marks ORDER BY a"))).all() == [1, 2]


async def test_a_statement_changes_threads_once(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, work: Callable[..., Any], *given: Any) -> Any:
        nonlocal asked
        asked += 1
        return await execute(self, work, *given)  # type: ignore[no-untyped-call]

    await fill(sqlite, 20)
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with sqlite.read() as session:
        for _ in range(3):
            await session.execute(text("SELECT * FROM marks"))
    assert asked == 3 + 1  # and once to end the transaction
    async with sqlite.read():
        pass
    assert asked == 3 + 1


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is given back by chance, as in a busy service for a while."""
    gc.disable()
    yield
    gc.enable()


ONE, MANY = {"a": 1, "b": ""}, [{"a": 2, "b": ""}, {"a": 2, "b": ""}]


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("failing", [ONE, MANY, None])
async def test_who_leaves_a_transaction_on_a_connection_that_saw_an_error_locks_nobody_out(
    sqlite: Database, failing: Any
) -> None:
    await fill(sqlite, 2000)
    insert, problem = text("INSERT INTO marks VALUES (:a, :b)"), None
    if failing:
        with pytest.raises(IntegrityError) as told:
            async with sqlite.write() as session:
                await session.execute(insert, failing)
        problem = told.value  # held as long as somebody looks at it, with all that it refers to

    async def leaver() -> None:
        async with sqlite.write() as session:
            await session.execute(insert, {"a": 5000, "b": ""})
            begun.set()
            await session.execute(text("SELECT count(*) FROM marks a, marks b"))

    begun = asyncio.Event()
    leaving = asyncio.create_task(leaver())
    await begun.wait()
    await asyncio.sleep(0.02)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    async with asyncio.timeout(limit(8)):  # a writer waits 10 s for a lock
        async with sqlite.write() as session:
            await session.execute(insert, {"a": 6000, "b": ""})
    async with sqlite.read() as session:
        found = (await session.scalars(text("SELECT a FROM marks WHERE a >= 5000"))).all()
    assert (problem is not None) is bool(failing)
    assert found == [6000]


async def test_brief_statements_are_one_transaction_with_the_lock_from_the_first(
    sqlite: Database,
) -> None:
    async with sqlite.write_statements() as connection:
        await connection.execute(text("INSERT INTO marks VALUES (1, 'a')"))
        async with sqlite.read_statement() as other:
            assert (await other.scalar(text("SELECT count(*) FROM marks"))) == 0
        waiting = asyncio.create_task(fill_some(sqlite, 2))
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done, "another writer waits"
    await waiting
    with pytest.raises(IntegrityError):
        await fill_some(sqlite, 3, 1)
    async with sqlite.write_statements():
        pass  # nothing began, and nothing has to end
    async with sqlite.read_statement() as connection:
        found = (await connection.execute(text("SELECT a FROM marks ORDER BY a"))).all()
    assert [one.a for one in found] == [1, 2]


async def fill_some(db: Database, *numbers: int) -> None:
    async with db.write_statements() as connection:
        for number in numbers:
            await connection.execute(text("INSERT INTO marks VALUES (:a, 'b')"), {"a": number})
