"""What somebody waits for goes before bulk work, and nothing is missed meanwhile."""

import asyncio

import pytest
from sqlalchemy import select

from copilot.kernel.ids import TenantId
from copilot.knowledge.reconciling import Reconciled
from copilot.search import outbox
from copilot.search.tables import OutboxRow
from tests.knowledge.conftest import Parts
from tests.timing import limit


async def test_a_change_is_found_before_bulk_work_is_done(parts: Parts, tenant: TenantId) -> None:
    with outbox.bulk():
        for n in range(120):
            await parts.put(tenant, f"page{n}", f"About topic{n}. " + "Filler words. " * 90)
    await parts.put(tenant, "old", "A word about kettles.")
    await parts.embedding.query("warm")
    parts.embedder.may_run.clear()
    parts.embedder.running.clear()
    draining = asyncio.create_task(parts.indexer.drain())
    assert await asyncio.to_thread(parts.embedder.running.wait, 60)
    await parts.put(tenant, "new", "A word about umbrellas.")
    parts.indexer.wake()
    async with asyncio.timeout(limit(30)):
        while await claimed(parts) < 2:
            await asyncio.sleep(0.01)
    parts.embedder.may_run.set()
    await draining
    texts = parts.embedder.embedded
    place = next(n for n, text in enumerate(texts) if "umbrellas" in text)
    assert place <= 2 * 32
    assert len(texts) == 122


async def waiting(parts: Parts) -> list[str]:
    async with parts.db.read() as session:
        return list(await session.scalars(select(OutboxRow.source_id)))


async def claimed(parts: Parts) -> int:
    """How many changes that somebody waits for are being indexed."""
    async with parts.db.read() as session:
        where = ~OutboxRow.bulk & OutboxRow.claimed_by.is_not(None)
        return len(list(await session.scalars(select(OutboxRow.marks).where(where))))


async def test_what_is_changed_while_it_waits_its_turn_is_taken_up_anew_at_once(
    parts: Parts, tenant: TenantId
) -> None:
    with outbox.bulk():
        for n in range(60):
            await parts.put(tenant, f"page{n}", f"About topic{n}. " + "Filler words. " * 90)
    await parts.embedding.query("warm")
    parts.embedder.may_run.clear()
    parts.embedder.running.clear()
    draining = asyncio.create_task(parts.indexer.drain())
    assert await asyncio.to_thread(parts.embedder.running.wait, 60)
    await parts.put(tenant, "page31", "About umbrellas.", visibility="internal")
    parts.indexer.wake()
    async with asyncio.timeout(limit(30)):
        while not await claimed(parts):
            await asyncio.sleep(0.01)
    parts.embedder.may_run.set()
    await draining
    assert sum("umbrellas" in text for text in parts.embedder.embedded) == 1
    assert await waiting(parts) == []
    assert await parts.indexer.reconcile(tenant) == Reconciled()
    assert await parts.index.count() == 60


async def test_while_all_is_embedded_again_nothing_is_missed(
    parts: Parts, tenant: TenantId
) -> None:
    for n in range(60):
        await parts.put(tenant, f"page{n}", f"About topic{n} and how it is done.")
    await parts.indexer.drain()
    parts.embedder.embedded.clear()
    rebuilding = asyncio.create_task(parts.indexer.reindex(tenant))
    looked = 0
    while not rebuilding.done():
        for n in range(0, 60, 7):
            found = await parts.find(tenant, f"topic{n}", limit=60)
            assert any(f"topic{n} " in text for text in found)
            looked += 1
    assert await rebuilding == 60
    assert len(parts.embedder.embedded) == 60
    assert looked > 0


async def test_the_index_is_told_once_that_it_holds_everything(
    parts: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.put(tenant, "one", "About kettles.")
    counts: list[int] = []

    async def filled() -> None:
        counts.append(await parts.index.count())

    monkeypatch.setattr(parts.index, "filled", filled)
    async with parts.indexer.running(), asyncio.timeout(limit(30)):
        while not counts:
            await asyncio.sleep(0.05)
        await parts.put(tenant, "two", "About toasters.")
        while not await parts.find(tenant, "toasters"):
            await asyncio.sleep(0.05)
    assert counts == [1]
