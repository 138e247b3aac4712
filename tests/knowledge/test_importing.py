"""Storing what an import reads: quick where nothing changed, exact about who may see what."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import importing
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.entry import Entry, made
from copilot.knowledge.importing import Stored, delete_named, names, store_entries
from copilot.knowledge.store import find_article
from copilot.knowledge.tables import ArticleRow
from copilot.search.tables import OutboxRow
from tests.knowledge.conftest import Parts


def entry(name: str, body: str = "Within 30 days.", **fields: object) -> Entry:
    found = made(name, "kb", name, {"title": name, "body": body, **fields})
    assert found.fault is None
    return found


async def marks(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.coalesce(func.sum(OutboxRow.marks), 0))) or 0


async def test_what_is_unchanged_costs_no_language_no_write_and_no_mark(
    db: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry(str(number), tags=["a"]) for number in range(250)]
    assert await store_entries(db, tenant, entries) == Stored(created=250)
    before = await marks(db)

    def never(_body: ArticleIn) -> None:
        raise AssertionError

    monkeypatch.setattr(importing, "prepare", never)
    assert await store_entries(db, tenant, entries) == Stored(known=250)
    assert await marks(db) == before


@pytest.mark.parametrize(
    "change",
    [
        {"visibility": "internal"},
        {"url": "https://x.example"},
        {"tags": ["b"]},
        {"language": "sv"},
        {"updated_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_what_is_told_of_an_article_is_refreshed_though_its_words_are_the_same(
    db: Database, tenant: TenantId, change: dict[str, object]
) -> None:
    await store_entries(db, tenant, [entry("a")])
    before = await marks(db)
    assert await store_entries(db, tenant, [entry("a", **change)]) == Stored(known=1, changed=1)
    assert await marks(db) == before + 1
    async with db.read() as session:
        found = await find_article(session, tenant, "kb", "a")
    name, value = next(iter(change.items()))
    assert getattr(found, name) == value
    assert await store_entries(db, tenant, [entry("a", **change)]) == Stored(known=1)


async def test_a_passage_is_hidden_at_once_and_nothing_is_embedded_again(
    parts: Parts, tenant: TenantId
) -> None:
    await store_entries(parts.db, tenant, [entry("kettle", "A kettle may be returned.")])
    await parts.indexer.drain()
    assert await parts.find(tenant, "kettle", visibility="public")
    embedded = list(parts.embedder.embedded)
    internal = entry("kettle", "A kettle may be returned.", visibility="internal")
    await store_entries(parts.db, tenant, [internal])
    assert await parts.find(tenant, "kettle", visibility="public") == []
    await parts.indexer.drain()
    assert await parts.find(tenant, "kettle", visibility="public") == []
    assert await parts.find(tenant, "kettle")
    assert [one for one in parts.embedder.embedded[len(embedded) :] if "returned" in one] == []


async def test_what_is_withdrawn_at_its_source_goes(db: Database, tenant: TenantId) -> None:
    await store_entries(db, tenant, [entry("a"), entry("b")])
    withdrawn = [
        Entry("x", "kb", "a", skipped="archived"),
        Entry("y", "kb", "never here", skipped="a draft"),
    ]
    assert await store_entries(db, tenant, withdrawn) == Stored(removed=1)
    assert await names(db, tenant, {"kb"}) == [("kb", "b")]


async def test_one_that_cannot_be_stored_is_told_and_the_others_are_stored(
    db: Database, tenant: TenantId
) -> None:
    broken = ArticleIn.model_construct(
        **{**dict(entry("b").body or ()), "updated_at": datetime(2020, 1, 1)}  # noqa: DTZ001
    )
    batch = [entry("a"), Entry("line 2", "kb", "b", broken), entry("c")]
    stored = await store_entries(db, tenant, batch)
    assert stored.created == 2
    assert stored.faults == (("line 2", "a value is out of range or cannot be stored"),)
    assert await names(db, tenant, {"kb"}) == [("kb", "a"), ("kb", "c")]


async def test_only_the_tenants_own_articles_of_the_source_are_named_and_deleted(
    db: Database, tenant: TenantId
) -> None:
    other = TenantId("ten_other")
    await store_entries(db, tenant, [entry("a")])
    await store_entries(db, other, [entry("a")])
    await store_entries(db, tenant, [Entry("f", "files", "a", entry("a").body)])
    assert await names(db, tenant, {"kb"}) == [("kb", "a")]
    assert await delete_named(db, tenant, [("kb", "a"), ("kb", "gone")]) == 1
    async with db.read() as session:
        left = await session.execute(select(ArticleRow.tenant_id, ArticleRow.source))
    assert {tuple(row) for row in left} == {(other, "kb"), (tenant, "files")}
