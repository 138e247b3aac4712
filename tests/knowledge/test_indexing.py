"""The index follows the database: changes, permissions, deletions, crashes, several workers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge import desired, passage_store
from copilot.knowledge.flow import delete_article
from copilot.knowledge.indexing import _ROUNDS, _SOURCES, Indexer
from copilot.knowledge.reconciling import Reconciled
from copilot.knowledge.tables import PassageRow
from copilot.search import outbox
from copilot.search.index import Fields, Filter, Point
from copilot.search.sparse import passage_vector
from copilot.search.tables import OutboxRow
from tests.knowledge.conftest import Parts
from tests.timing import limit

OTHER = TenantId("ten_other")
EXTRA = "00000000-0000-0000-0000-000000000001"
FIELDS = Fields("article", "art_gone", "public", None, None)
LONG = "\n\n".join(f"Paragraph {n} tells of topic{n}. " + "Filler words. " * 60 for n in range(6))


async def waiting(parts: Parts) -> int:
    async with parts.db.read() as session:
        return len(list(await session.scalars(select(OutboxRow))))


async def test_an_article_is_found_once_drained(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "returns", "Return a broken kettle within 30 days.")
    await parts.put(tenant, "delivery", "Parcels arrive in three days.")
    assert await parts.find(tenant, "broken kettle") == []
    assert await parts.indexer.drain() == 2
    assert await waiting(parts) == 0
    assert (await parts.find(tenant, "broken kettle"))[0].startswith("Return a broken")
    assert await parts.indexer.drain() == 0


async def test_only_changed_passages_are_embedded(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "long", LONG)
    await parts.indexer.drain()
    assert len(parts.embedder.embedded) == 6
    parts.embedder.embedded.clear()
    await parts.put(tenant, "long", LONG)
    assert await waiting(parts) == 0
    await parts.put(tenant, "long", LONG.replace("topic3", "gardening"))
    await parts.indexer.drain()
    assert len(parts.embedder.embedded) == 1
    assert "gardening" in parts.embedder.embedded[0]
    assert await parts.index.count() == 6
    assert await parts.find(tenant, "topic3 gardening", limit=1) == [
        text for text in await parts.find(tenant, "gardening") if "gardening" in text
    ]


async def test_a_change_of_permission_needs_no_embedding(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "long", LONG)
    await parts.indexer.drain()
    parts.embedder.embedded.clear()
    await parts.put(tenant, "long", LONG, visibility="internal", url="https://kb.example/long")
    # Hidden at once, before the index knows.
    assert await parts.find(tenant, "topic3", visibility="public") == []
    await parts.indexer.drain()
    assert parts.embedder.embedded == []
    assert await parts.find(tenant, "topic3", visibility="public") == []
    hits = await parts.searcher.search(tenant, "topic3", visibility="internal")
    assert {hit.visibility for hit in hits} == {"internal"}
    assert hits[0].url == "https://kb.example/long"
    await parts.put(tenant, "long", LONG, visibility="public")
    await parts.indexer.drain()
    assert await parts.find(tenant, "topic3", visibility="public")
    assert parts.embedder.embedded == []


async def test_another_tenant_sees_none_of_it(parts: Parts, tenant: TenantId) -> None:
    body = "Return a broken kettle within 30 days."
    await parts.put(tenant, "returns", body)
    await parts.put(OTHER, "returns", body)
    await parts.indexer.drain()
    mine = await parts.searcher.search(tenant, "kettle", visibility="internal")
    theirs = await parts.searcher.search(OTHER, "kettle", visibility="internal")
    assert len(mine) == len(theirs) == 1
    assert mine[0].id != theirs[0].id
    assert mine[0].article_id != theirs[0].article_id
    assert await parts.find(TenantId("ten_third"), "kettle") == []


async def test_a_deleted_article_is_gone_at_once_and_from_the_index(
    parts: Parts, tenant: TenantId
) -> None:
    await parts.put(tenant, "returns", "Return a broken kettle.")
    await parts.indexer.drain()
    async with parts.db.write() as session:
        await delete_article(session, tenant, "kb", "returns")
    assert await parts.find(tenant, "kettle") == []
    await parts.indexer.drain()
    assert await parts.index.count() == 0


async def test_after_a_crash_before_the_mark_is_cleared_nothing_is_embedded_twice(
    parts: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.put(tenant, "long", LONG)

    async def crash(*_: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "clear", crash)
        with pytest.raises(SystemError):
            await parts.indexer.drain()
    assert await waiting(parts) == 1
    parts.embedder.embedded.clear()
    await Indexer(parts.db, parts.embedding, parts.index).drain()
    assert parts.embedder.embedded == []
    assert await waiting(parts) == 0
    assert await parts.index.count() == 6


async def test_after_a_crash_between_vectors_and_rows_all_is_repaired(
    parts: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.put(tenant, "long", LONG)

    async def crash(*_: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "standing", crash)
        with pytest.raises(SystemError):
            await parts.indexer.drain()
    assert await parts.index.count() == 6
    assert await parts.find(tenant, "topic3") == []
    await parts.put(tenant, "long", "Something else about kettles.")
    await parts.indexer.drain()
    assert (await parts.indexer.reconcile(tenant)).orphaned == 6
    assert await parts.index.count() == 1


async def test_what_a_crash_kept_from_its_rows_is_not_embedded_again(
    parts: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.put(tenant, "long", LONG)

    async def crash(*_: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "standing", crash)
        with pytest.raises(SystemError):
            await parts.indexer.drain()
    parts.embedder.embedded.clear()
    await parts.put(tenant, "long", LONG, visibility="internal")
    indexer = Indexer(parts.db, parts.embedding, parts.index)
    assert await indexer.reconcile(tenant) == Reconciled(adopted=6)
    assert await indexer.drain() == 1
    assert parts.embedder.embedded == []
    assert await indexer.reconcile(tenant) == Reconciled()
    hits = await parts.searcher.search(tenant, "topic3", visibility="internal")
    assert {hit.visibility for hit in hits} == {"internal"}
    assert {one.visibility for one in (await parts.index.contents(tenant)).values()} == {"internal"}


async def test_a_change_during_indexing_is_not_lost(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "returns", "Return a broken kettle.")
    await parts.embedding.query("warm")
    parts.embedder.may_run.clear()
    parts.embedder.running.clear()
    draining = asyncio.create_task(parts.indexer.drain())
    assert await asyncio.to_thread(parts.embedder.running.wait, 60)
    await parts.put(tenant, "returns", "Return a broken toaster.", visibility="internal")
    parts.embedder.may_run.set()
    await draining
    assert await waiting(parts) == 0
    assert await parts.find(tenant, "kettle toaster") == ["Return a broken toaster."]
    assert await parts.find(tenant, "kettle toaster", visibility="public") == []
    assert await parts.index.count() == 1


async def test_without_a_model_the_marks_stay(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "returns", "Return a broken kettle.")
    parts.embedder.failure = RuntimeError("out of memory")
    with pytest.raises(UnavailableError):
        await parts.indexer.drain()
    assert await waiting(parts) == 1
    parts.embedder.failure = None
    assert await parts.indexer.drain() == 1


async def test_reconcile_repairs_both_ways(parts: Parts, tenant: TenantId) -> None:
    for n in range(4):
        await parts.put(tenant, f"page{n}", f"About topic{n}.")
    await parts.put(OTHER, "page", "About other things.")
    await parts.indexer.drain()
    assert await parts.indexer.reconcile(tenant) == Reconciled()
    lost = sorted(await parts.index.ids(tenant))[:2]
    await parts.index.delete(tenant, lost)
    extra = Point(
        EXTRA,
        [1.0] + [0.0] * 63,
        passage_vector("extra", None),
        FIELDS,
    )
    await parts.index.upsert(tenant, [extra])
    assert await parts.indexer.reconcile(tenant) == Reconciled(missing=2, orphaned=1)
    assert await parts.indexer.drain() == 2
    assert await parts.indexer.reconcile(tenant) == Reconciled()
    assert await parts.index.count() == 5


async def test_reindex_embeds_everything_again(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "one", "About kettles.")
    await parts.put(OTHER, "two", "About kettles.")
    await parts.indexer.drain()
    parts.embedder.embedded.clear()
    assert await parts.indexer.reindex(tenant) == 1
    assert len(parts.embedder.embedded) == 1
    assert await parts.index.count() == 2


async def test_another_model_makes_reconcile_embed_again(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "one", "About kettles.")
    await parts.indexer.drain()
    async with parts.db.write() as session:
        await session.execute(update(PassageRow).values(indexed_with="another model"))
    assert (await parts.indexer.reconcile(tenant)).missing == 1
    assert await parts.indexer.drain() == 1


async def test_a_long_article_does_not_hold_up_a_short_one(parts: Parts, tenant: TenantId) -> None:
    pages = "\n\n".join(f"# Part {n}\n\nAbout topic{n} of many." for n in range(400))
    await parts.put(tenant, "giant", pages)
    await parts.embedding.query("warm")
    parts.embedder.may_run.clear()
    parts.embedder.running.clear()
    draining = asyncio.create_task(parts.indexer.drain())
    assert await asyncio.to_thread(parts.embedder.running.wait, 60)
    await parts.put(tenant, "short", "A word about umbrellas.")
    parts.embedder.may_run.set()
    await draining
    place = next(n for n, text in enumerate(parts.embedder.embedded) if "umbrellas" in text)
    assert place <= 260
    assert len(parts.embedder.embedded) == 401
    assert await parts.index.count() == 401


ALL_ROUNDS = _ROUNDS * _SOURCES
"""Most sources that one worker has in hand."""


async def test_two_workers_share_the_work(parts: Parts, tenant: TenantId) -> None:
    if parts.db.is_sqlite:
        pytest.skip("SQLite serves one process")
    # More than one worker has in hand at a time, however slowly it gets on with them.
    for n in range(ALL_ROUNDS + 40):
        await parts.put(tenant, f"page{n}", f"About topic{n}.")
    other = Indexer(parts.db, parts.embedding, parts.index)
    await parts.embedding.query("warm")
    # Nobody gets anything done until both are at work.
    parts.embedder.may_run.clear()
    draining = asyncio.gather(parts.indexer.drain(), other.drain())
    async with asyncio.timeout(limit(30)):
        while await workers(parts) < 2:
            await asyncio.sleep(0.01)
    parts.embedder.may_run.set()
    done = await draining
    assert sum(done) == ALL_ROUNDS + 40
    assert min(done) > 0
    assert len(parts.embedder.embedded) == ALL_ROUNDS + 40
    assert await parts.index.count() == ALL_ROUNDS + 40


async def workers(parts: Parts) -> int:
    async with parts.db.read() as session:
        return len(set(await session.scalars(select(OutboxRow.claimed_by))) - {None})


async def test_points_of_a_worker_that_is_about_to_finish_are_no_orphans(
    parts: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parts.db.is_sqlite:
        pytest.skip("SQLite serves one process")
    await parts.put(tenant, "one", "About kettles.")
    async with parts.db.write() as session:
        claims = await outbox.claim(session, "other", limit=9, alone=False)
    fields = FIELDS._replace(source_id=claims[0].source_id)
    early = Point(EXTRA, [1.0] + [0.0] * 63, passage_vector("kettles", None), fields)
    await parts.index.upsert(tenant, [early])
    read = passage_store.all_stored

    async def finish_after_the_rows_are_read(*args: Any) -> Any:
        async for page in read(*args):
            yield page
        async with parts.db.write() as session:
            await outbox.clear(session, claims)

    monkeypatch.setattr(passage_store, "all_stored", finish_after_the_rows_are_read)
    assert (await parts.indexer.reconcile(tenant)).orphaned == 0
    assert await parts.index.ids(tenant) == {EXTRA}


async def test_what_is_gone_or_hidden_does_not_wait_for_the_model(
    parts: Parts, tenant: TenantId
) -> None:
    await parts.put(tenant, "gone", "About kettles.")
    await parts.put(tenant, "hidden", "About toasters.")
    await parts.indexer.drain()
    async with parts.db.write() as session:
        await delete_article(session, tenant, "kb", "gone")
    await parts.put(tenant, "hidden", "About toasters.", visibility="internal")
    await parts.put(tenant, "new", "About umbrellas.")
    parts.embedder.failure = RuntimeError("out of memory")
    with pytest.raises(UnavailableError):
        await parts.indexer.drain()
    assert await waiting(parts) == 1
    assert await parts.index.count() == 1
    query, where = passage_vector("toasters", None), Filter("public")
    assert await parts.index.search(tenant, [1.0] * 64, query, where=where, limit=9) == []


async def test_what_cannot_be_cut_keeps_nobody_waiting_and_is_told_once(
    parts: Parts,
    tenant: TenantId,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cut = desired.wanted_passages

    def fail_on_kettles(tenant: TenantId, source: Any) -> Any:
        if "kettles" in source.text:
            raise ValueError(source.text)
        return cut(tenant, source)

    monkeypatch.setattr(desired, "wanted_passages", fail_on_kettles)
    await parts.put(tenant, "bad", "About kettles.")
    await parts.put(tenant, "good", "About toasters.")
    assert await parts.indexer.drain() == 1
    assert await parts.indexer.drain() == 0
    assert await parts.find(tenant, "toasters") == ["About toasters."]
    told = [one.getMessage() for one in caplog.records if "cannot be indexed" in one.getMessage()]
    assert len(told) == 1
    assert "kettles" not in caplog.text
    monkeypatch.setattr(desired, "wanted_passages", cut)
    await parts.put(tenant, "bad", "About kettles, again.")
    assert await parts.indexer.drain() == 1


async def test_a_dead_workers_claims_are_taken_over(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "one", "About kettles.")
    async with parts.db.write() as session:
        assert len(await outbox.claim(session, "dead", limit=9, alone=False)) == 1
    if not parts.db.is_sqlite:
        assert await parts.indexer.drain() == 0
    async with parts.db.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(update(OutboxRow).values(claimed_until=past))
    assert await parts.indexer.drain() == 1


@pytest.mark.timed
async def test_in_the_background_a_change_is_found_within_two_seconds(
    parts: Parts, tenant: TenantId
) -> None:
    async with parts.indexer.running():
        await asyncio.sleep(0.1)
        await parts.put(tenant, "one", "About kettles.")
        async with asyncio.timeout(limit(2)):
            while not await parts.find(tenant, "kettles"):
                await asyncio.sleep(0.05)


async def test_what_breaks_while_the_index_is_being_filled_is_filled_again(
    parts: Parts, tenant: TenantId
) -> None:
    await parts.put(tenant, "one", "About kettles.")
    await parts.put(OTHER, "two", "About bicycles.")
    await parts.indexer.drain()
    await parts.put(tenant, "three", "About lamps.")
    parts.embedder.running.clear()
    parts.embedder.may_run.clear()
    async with parts.indexer.running(), asyncio.timeout(limit(30)):
        # Everything was compared by the time the model has the third.
        await asyncio.to_thread(parts.embedder.running.wait)
        await parts.index.delete_tenant(OTHER)
        parts.embedder.may_run.set()
        while parts.index.fresh:
            await asyncio.sleep(0.01)
        assert len(await parts.index.ids(OTHER)) == 1
        assert len(await parts.index.ids(tenant)) == 2
