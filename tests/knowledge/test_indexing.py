"""The index follows the database: changes, permissions, deletions, crashes, several workers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge.flow import delete_article
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.tables import PassageRow
from copilot.search import outbox
from copilot.search.index import Fields, Point
from copilot.search.sparse import passage_vector
from copilot.search.tables import OutboxRow
from tests.knowledge.conftest import Parts

OTHER = TenantId("ten_other")
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
        patch.setattr(outbox, "unchanged", crash)
        with pytest.raises(SystemError):
            await parts.indexer.drain()
    assert await parts.index.count() == 6
    assert await parts.find(tenant, "topic3") == []
    await parts.put(tenant, "long", "Something else about kettles.")
    await parts.indexer.drain()
    assert (await parts.indexer.reconcile(tenant)).orphaned == 6
    assert await parts.index.count() == 1


async def test_a_change_during_indexing_is_not_lost(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "returns", "Return a broken kettle.")
    await parts.embedding.query("warm")
    parts.embedder.may_run.clear()
    parts.embedder.running.clear()
    draining = asyncio.create_task(parts.indexer.drain())
    assert await asyncio.to_thread(parts.embedder.running.wait, 5)
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
    assert await parts.indexer.reconcile(tenant) == (0, 0)
    lost = sorted(await parts.index.ids(tenant))[:2]
    await parts.index.delete(tenant, lost)
    extra = Point(
        "00000000-0000-0000-0000-000000000001",
        [1.0] + [0.0] * 63,
        passage_vector("extra", None),
        Fields("article", "art_gone", "public", None, None),
    )
    await parts.index.upsert(tenant, [extra])
    assert await parts.indexer.reconcile(tenant) == (2, 1)
    assert await parts.indexer.drain() == 2
    assert await parts.indexer.reconcile(tenant) == (0, 0)
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
    assert await asyncio.to_thread(parts.embedder.running.wait, 5)
    await parts.put(tenant, "short", "A word about umbrellas.")
    parts.embedder.may_run.set()
    await draining
    place = next(n for n, text in enumerate(parts.embedder.embedded) if "umbrellas" in text)
    assert place <= 260
    assert len(parts.embedder.embedded) == 401
    assert await parts.index.count() == 401


async def test_two_workers_share_the_work(parts: Parts, tenant: TenantId) -> None:
    if parts.db.is_sqlite:
        pytest.skip("SQLite serves one process")
    for n in range(80):
        await parts.put(tenant, f"page{n}", f"About topic{n}.")
    other = Indexer(parts.db, parts.embedding, parts.index)
    done = await asyncio.gather(parts.indexer.drain(), other.drain())
    assert sum(done) == 80
    assert min(done) > 0
    assert len(parts.embedder.embedded) == 80
    assert await parts.index.count() == 80


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


async def test_in_the_background_a_change_is_found_within_two_seconds(
    parts: Parts, tenant: TenantId
) -> None:
    async with parts.indexer.running():
        await asyncio.sleep(0.1)
        await parts.put(tenant, "one", "About kettles.")
        async with asyncio.timeout(2):
            while not await parts.find(tenant, "kettles"):
                await asyncio.sleep(0.05)


def conversation(question: str, answer: str, *, customer: str) -> ConversationIn:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    return ConversationIn.model_validate(
        {
            "channel": "email",
            "subject": "Broken kettle",
            "language": "en",
            "customer": {"source": "crm", "external_id": customer, "name": customer},
            "messages": [
                {
                    "external_id": "m1",
                    "author": {"role": "customer"},
                    "sent_at": at,
                    "text": question,
                },
                {
                    "external_id": "m2",
                    "author": {"role": "agent"},
                    "visibility": "internal",
                    "sent_at": at + timedelta(hours=1),
                    "text": "Secret note about fraud.",
                },
                {
                    "external_id": "m3",
                    "author": {"role": "agent"},
                    "sent_at": at + timedelta(hours=2),
                    "text": answer,
                },
            ],
        }
    )


async def test_past_conversations_inform_agents_only(parts: Parts, tenant: TenantId) -> None:
    async with parts.db.write() as session:
        first, _ = await conversations.put(
            session,
            tenant,
            "mail",
            "1",
            conversation("My kettle leaks water.", "We sent you a new lid.", customer="ann"),
        )
        second, _ = await conversations.put(
            session,
            tenant,
            "mail",
            "2",
            conversation("The kettle is too loud.", "Please descale it.", customer="bob"),
        )
    await parts.put(tenant, "kettles", "A kettle may leak water when the lid is worn.")
    await parts.indexer.drain()
    found = await parts.searcher.search(tenant, "kettle leaks water", visibility="internal")
    assert {hit.conversation_id for hit in found} == {first.id, second.id, None}
    mine = next(hit for hit in found if hit.conversation_id == first.id)
    assert mine.text == "My kettle leaks water.\n\nWe sent you a new lid."
    assert mine.title == "Broken kettle"
    assert mine.visibility == "internal"
    assert await parts.find(tenant, "fraud secret", kinds=("conversation",), limit=1) != []
    assert all("Secret" not in hit.text for hit in found)

    public = await parts.searcher.search(tenant, "kettle leaks water", visibility="public")
    assert [hit.kind for hit in public] == ["article"]
    others = await parts.searcher.search(
        tenant,
        "kettle",
        visibility="internal",
        kinds=("conversation",),
        not_customer_id=first.customer_id,
    )
    assert [hit.conversation_id for hit in others] == [second.id]
    own = await parts.searcher.search(
        tenant, "kettle", visibility="internal", customer_id=first.customer_id
    )
    assert [hit.conversation_id for hit in own] == [first.id]


async def test_one_article_does_not_fill_the_list_and_language_is_preferred(
    parts: Parts, tenant: TenantId
) -> None:
    many = "\n\n".join(f"# Part {n}\n\nkettle number {n}" for n in range(8))
    await parts.put(tenant, "many", many, language="en")
    await parts.put(tenant, "fi", "kettle suomeksi", language="fi")
    await parts.put(tenant, "en", "kettle in English", language="en")
    await parts.indexer.drain()
    hits = await parts.searcher.search(tenant, "kettle", visibility="public", language="fi")
    assert hits[0].language == "fi"
    assert sum(hit.title.startswith("many") for hit in hits) == 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert await parts.find(tenant, "   ") == []
    assert len(await parts.find(tenant, "kettle", limit=1)) == 1
