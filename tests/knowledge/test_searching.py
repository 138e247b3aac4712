"""What search shows: past conversations, permissions at once, languages, odd queries."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from copilot.conversations import edits
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.flow import delete_article, put_article
from copilot.knowledge.store import find_article
from tests.knowledge.conftest import Parts
from tests.timing import limit


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


async def test_a_conversation_that_moved_or_went_is_so_at_once(
    parts: Parts, tenant: TenantId
) -> None:
    stored = {}
    for name in ("ann", "bob"):
        asked = conversation("My kettle leaks.", "We sent a new lid.", customer=name)
        async with parts.db.write() as session:
            stored[name], _ = await conversations.put(session, tenant, "mail", name, asked)
    ann, bob = stored["ann"].customer_id, stored["bob"].customer_id
    await parts.indexer.drain()
    moved = conversation("My kettle leaks.", "We sent a new lid.", customer="bob")
    async with parts.db.write() as session:
        await conversations.put(session, tenant, "mail", "ann", moved)
    assert await parts.find(tenant, "kettle", customer_id=ann) == []
    assert await parts.find(tenant, "kettle", not_customer_id=bob) == []
    assert len(await parts.find(tenant, "kettle", customer_id=bob)) == 1
    await parts.indexer.drain()
    assert len(await parts.find(tenant, "kettle", customer_id=bob)) == 2
    async with parts.db.write() as session:
        await edits.delete(session, tenant, stored["ann"].id)
    assert len(await parts.find(tenant, "kettle")) == 1
    await parts.indexer.drain()
    assert await parts.index.count() == 1


async def second_waits(parts: Parts) -> None:
    """Return once another transaction has come as far as it can beside the one that is open."""
    if parts.db.is_sqlite:
        return  # it waits before it has read anything
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(limit(30)):
        while True:
            async with parts.db.read() as session:
                if await session.scalar(blocked):
                    return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("earlier", ["put", "delete"])
async def test_of_two_who_change_an_article_at_once_the_later_one_sees_the_earlier(
    parts: Parts, tenant: TenantId, earlier: str
) -> None:
    await parts.put(tenant, "page", "About kettles.")
    await parts.indexer.drain()
    first_is_in, first_may_end = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with parts.db.write() as session:
            if earlier == "put":
                hidden = ArticleIn(title="page", body="About kettles.", visibility="internal")
                await put_article(session, tenant, "kb", "page", hidden)
            else:
                await delete_article(session, tenant, "kb", "page")
            first_is_in.set()
            await first_may_end.wait()

    async def second() -> None:
        await first_is_in.wait()
        linked = {"url": "https://kb.example", "visibility": "public"}
        hiding = {"url": "https://kb.example", "visibility": "internal"}
        await parts.put(
            tenant, "page", "About kettles.", **(linked if earlier == "put" else hiding)
        )

    both = asyncio.gather(first(), second())
    await first_is_in.wait()
    await second_waits(parts)
    first_may_end.set()
    await both
    async with parts.db.read() as session:
        article = await find_article(session, tenant, "kb", "page")
    assert article.url == "https://kb.example"
    assert article.visibility == ("public" if earlier == "put" else "internal")
    await parts.indexer.drain()
    (hit,) = await parts.searcher.search(tenant, "kettles", visibility="internal")
    assert (hit.visibility, hit.url) == (article.visibility, article.url)


async def test_an_odd_query_finds_what_it_can(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "kettles", "About kettles.", language="EN")
    await parts.indexer.drain()
    for query in ("kettles \ud800", "kettles\x00", "\u202ekettles\u202c", "KETTLES " * 5000):
        assert await parts.find(tenant, query, language="en-GB") == ["About kettles."], query[:20]
    for query in ("", " \n", "\x00", "🙂", "a" * 100_000, "%_'\";--"):
        assert len(await parts.find(tenant, query)) <= 1
    assert await parts.find(tenant, "kettles", limit=0) == []
    assert await parts.find(tenant, "kettles", kinds=()) == []


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
