"""Sessions: committed or rolled back whole, writers wait for each other."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot.kernel.db import Database, UtcDateTime, sqlite_url


async def count(db: Database) -> int:
    async with db.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM marks"))).scalar_one())


@pytest.fixture
async def marks(db: Database) -> Database:
    async with db.write() as session:
        await session.execute(text("CREATE TABLE marks (a integer)"))
    return db


async def test_an_error_rolls_everything_back(marks: Database) -> None:
    async def fail() -> None:
        async with marks.write() as session:
            await session.execute(text("INSERT INTO marks VALUES (1)"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail()
    assert await count(marks) == 0


async def test_writers_that_read_first_wait_for_each_other(marks: Database) -> None:
    async def write(number: int) -> None:
        async with marks.write() as session:
            await session.execute(text("SELECT count(*) FROM marks"))
            await asyncio.sleep(0.005)
            await session.execute(text("INSERT INTO marks VALUES (:n)"), {"n": number})

    await asyncio.gather(*(write(number) for number in range(30)))
    assert await count(marks) == 30


async def test_sqlite_is_tuned(tmp_path: Path) -> None:
    async with Database.open(sqlite_url(tmp_path / "x.db")) as db, db.read() as session:
        for pragma, value in (
            ("journal_mode", "wal"),
            ("foreign_keys", 1),
            ("busy_timeout", 10000),
        ):
            assert (await session.execute(text(f"PRAGMA {pragma}"))).scalar() == value


def test_times_are_stored_in_utc_and_never_naive(db: Database) -> None:
    column, dialect = UtcDateTime(), db.engine.dialect
    helsinki = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert column.process_bind_param(helsinki, dialect) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="without a zone"):
        column.process_bind_param(datetime(2026, 3, 1), dialect)  # noqa: DTZ001 - what is tested
