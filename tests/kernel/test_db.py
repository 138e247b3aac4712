"""Sessions: committed or rolled back whole, writers wait for each other."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from copilot.kernel.db import Database, UtcDateTime, driver_url, sqlite_url
from copilot.kernel.errors import ConfigurationError


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


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_that_is_there(url: str, driver: str) -> None:
    parsed = driver_url(url)
    assert parsed.drivername == driver
    assert parsed.database in {"x.db", "d"}


@pytest.mark.parametrize(
    "url", ["", "no url", "mysql://u:p4ss@h/d", "postgresql+psycopg2://u:p4ss@h/d"]
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="COPILOT_DATABASE__URL") as caught:
        driver_url(url)
    assert "p4ss" not in str(caught.value)


async def test_an_error_does_not_repeat_what_was_written(marks: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with marks.write() as session:
            await session.execute(
                text("INSERT INTO marks (nothing) VALUES (:said)"), {"said": "my secret"}
            )
    assert "my secret" not in str(caught.value)


def test_times_are_stored_in_utc_and_never_naive(db: Database) -> None:
    column, dialect = UtcDateTime(), db.engine.dialect
    helsinki = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert column.process_bind_param(helsinki, dialect) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="without a zone"):
        column.process_bind_param(datetime(2026, 3, 1), dialect)  # noqa: DTZ001 - what is tested
