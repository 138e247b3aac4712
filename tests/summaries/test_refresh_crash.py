"""Killed anywhere between a message and its summary, the next process renews it; two do it once."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from copilot.conversations.flow import put
from copilot.kernel.db import Base, Database
from copilot.kernel.ids import TenantId
from copilot.summaries import refreshes
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions
from tests.crashing import run_worker
from tests.summaries.threads import KETTLE, body

pytestmark = pytest.mark.slow

USUAL = SummaryOptions()
NEVER_ENDING_S = 120.0
MANY = 12


class Worker:
    """A running worker and what it has written."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.made: list[str] = []


@asynccontextmanager
async def worker(*arguments: str) -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.summaries.refresh_worker", *arguments, "work"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    found = Worker(process)
    assert process.stdout is not None
    first = (await asyncio.wait_for(process.stdout.readline(), NEVER_ENDING_S)).decode()
    # What was left over may be taken up before it says that it is ready.
    if first != "ready\n":
        found.made.append(first.strip())
    try:
        yield found
    finally:
        out, _ = await asyncio.wait_for(process.communicate(b""), NEVER_ENDING_S)
        found.made += [word for word in out.decode().split() if word != "ready"]


async def stored(db: Database, tenant: TenantId, name: str, count: int) -> str:
    async with db.write() as session:
        made, _ = await put(session, tenant, "test", name, body(KETTLE[:count]))
    return made.id


async def until_knows(db: Database, tenant: TenantId, conversation_id: str, version: int) -> None:
    async with asyncio.timeout(NEVER_ENDING_S):
        summariser = Summariser(db, None, None)
        while (await summariser.latest(tenant, conversation_id)).version < version:
            await asyncio.sleep(0.05)


@pytest.mark.timeout(600)
async def test_killed_anywhere_it_is_renewed_by_the_next(
    db: Database, tenant: TenantId, tmp_path: Path
) -> None:
    conversation_id = await stored(db, tenant, "kettle", 8)
    await Summariser(db, None, None).for_conversation(tenant, conversation_id, USUAL)
    url = db.engine.url.render_as_string(hide_password=False)
    told = (url, str(tmp_path), tenant, conversation_id)
    for place in ("put", "job", "renew"):
        code, _ = await run_worker("tests.summaries.refresh_worker", *told, place)
        assert code == -signal.SIGKILL, place
        latest = await Summariser(db, None, None).latest(tenant, conversation_id)
        assert latest.version == (9 if place == "renew" else 8), place
    async with worker(*told):
        await until_knows(db, tenant, conversation_id, 9)
        async with db.read() as session, asyncio.timeout(NEVER_ENDING_S):
            while await refreshes.on_their_way(session, tenant, [conversation_id]):
                await session.rollback()
                await asyncio.sleep(0.05)


@pytest.mark.timeout(600)
async def test_two_workers_renew_each_conversation_once(
    postgres_database_url: str, tenant: TenantId, tmp_path: Path
) -> None:
    async with Database.open(postgres_database_url) as db:
        async with db.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        names = [f"case-{number}" for number in range(MANY)]
        ids = [await stored(db, tenant, name, 3) for name in names]
        for one in ids:
            await Summariser(db, None, None).for_conversation(tenant, one, USUAL)
        told = (postgres_database_url, str(tmp_path), tenant, "-")
        async with worker(*told) as one, worker(*told) as two:
            async with db.write() as session:
                for name, conversation_id in zip(names, ids, strict=True):
                    await put(session, tenant, "test", name, body(KETTLE[:4]))
                    await refreshes.mark(
                        session, tenant, conversation_id, refreshes.SummariesConfig(quiet_s=0)
                    )
            for conversation_id in ids:
                await until_knows(db, tenant, conversation_id, 4)
        assert Counter(one.made + two.made) == {f"{name}:4": 1 for name in names}
