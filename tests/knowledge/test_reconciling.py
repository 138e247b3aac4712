"""Whatever the index has come to hold, reconcile and drain make it what the database says."""

import random
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, select, update

from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.kernel.ids import TenantId
from copilot.knowledge.flow import delete_article
from copilot.knowledge.reconciling import Reconciled, tenants
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search.index import Fields, Point
from copilot.search.sparse import passage_vector
from copilot.search.tables import OutboxRow
from tests.knowledge.conftest import Parts

OTHER = TenantId("ten_other")
WORDS = ["kettle", "toaster", "grinder", "umbrella", "parcel", "refund", "delivery", "manual"]


async def fill(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    for n in range(12):
        sections = [f"# Part {part}\n\n{' '.join(dice.choices(WORDS, k=9))}." for part in range(3)]
        visibility = dice.choice(["public", "internal"])
        body = "\n\n".join(sections)
        await parts.put(tenant, f"page{n}", body, visibility=visibility, language="en")
    for n in range(4):
        message = {
            "external_id": "1",
            "author": {"role": "customer"},
            "sent_at": "2026-01-02T03:04:05Z",
            "text": f"Where is my {dice.choice(WORDS)}?",
        }
        body_in = ConversationIn.model_validate(
            {
                "channel": "email",
                "customer": {"emails": [f"mail{n}@customer.example"]},
                "messages": [message],
            }
        )
        await conversations.accept(parts.db, tenant, "desk", f"case{n}", body_in)


Damage = Callable[[Parts, TenantId, random.Random], Awaitable[None]]


async def lose_points(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    ids = sorted(await parts.index.ids(tenant))
    await parts.index.delete(tenant, dice.sample(ids, min(len(ids), dice.randint(1, 9))))


async def add_points(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    known = [one.source_id for one in (await parts.index.contents(tenant)).values()]
    for _ in range(dice.randint(1, 5)):
        source = dice.choice([*known, "art_never"])
        id_ = f"00000000-0000-0000-0000-{dice.randrange(10**12):012d}"
        fields = Fields(dice.choice(["article", "conversation"]), source, "public", None, None)
        point = Point(id_, [1.0] + [0.0] * 63, passage_vector("extra", None), fields)
        await parts.index.upsert(tenant, [point])


async def change_fields(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    held = sorted((await parts.index.contents(tenant)).values(), key=str)
    for one in dice.sample(held, min(len(held), 4)):
        changed = one._replace(
            visibility=dice.choice(["public", "internal"]),
            customer_id=dice.choice([None, "cus_else"]),
            language=dice.choice([None, "fi"]),
        )
        await parts.index.set_fields(tenant, changed)


async def lose_rows(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    """As a crash between vectors and rows does, only more."""
    async with parts.db.write() as session:
        ids = sorted(await session.scalars(select(PassageRow.id)))
        lost = dice.sample(ids, min(len(ids), dice.randint(1, 9)))
        await session.execute(delete(PassageRow).where(PassageRow.id.in_(lost)))


async def lose_source(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    """As a restored database does: the article is gone, and nobody said so."""
    async with parts.db.write() as session:
        where = ArticleRow.tenant_id == tenant
        ids = sorted(await session.scalars(select(ArticleRow.id).where(where)))
        await session.execute(delete(ArticleRow).where(ArticleRow.id == dice.choice(ids)))


async def change_model(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    async with parts.db.write() as session:
        ids = sorted(await session.scalars(select(PassageRow.id)))
        some = dice.sample(ids, min(len(ids), 3))
        where = PassageRow.id.in_(some)
        await session.execute(update(PassageRow).where(where).values(indexed_with="another"))


async def lose_all(parts: Parts, tenant: TenantId, dice: random.Random) -> None:
    await parts.index.delete_tenant(tenant)


DAMAGES: list[Damage] = [
    lose_points,
    add_points,
    change_fields,
    lose_rows,
    lose_source,
    change_model,
    lose_all,
]


async def stored(parts: Parts, tenant: TenantId) -> dict[str, Fields]:
    async with parts.db.read() as session:
        rows = await session.scalars(select(PassageRow).where(PassageRow.tenant_id == tenant))
        return {
            row.id: Fields(
                row.kind,  # type: ignore[arg-type]
                row.source_id,
                row.visibility,  # type: ignore[arg-type]
                row.language,
                row.customer_id,
            )
            for row in rows
        }


@pytest.mark.parametrize("seed", range(6))
async def test_any_damage_is_repaired(parts: Parts, tenant: TenantId, seed: int) -> None:
    dice = random.Random(seed)
    await fill(parts, tenant, dice)
    await fill(parts, OTHER, dice)
    await parts.indexer.drain()
    assert await parts.indexer.reconcile(tenant) == Reconciled()
    for _ in range(3):
        for damage in dice.sample(DAMAGES, dice.randint(1, 3)):
            await damage(parts, tenant, dice)
        await parts.indexer.reconcile(tenant)
        await parts.indexer.reconcile(OTHER)
        await parts.indexer.drain()
        for one in (tenant, OTHER):
            held = await parts.index.contents(one)
            assert held == await stored(parts, one)
            assert await parts.indexer.reconcile(one) == Reconciled()
        async with parts.db.read() as session:
            assert list(await session.scalars(select(OutboxRow))) == []
            where = ArticleRow.tenant_id == tenant
            articles = set(await session.scalars(select(ArticleRow.id).where(where)))
        sources = {one.source_id for one in held.values()}
        mine = {one.source_id for one in (await parts.index.contents(tenant)).values()}
        assert articles == {one for one in mine if one.startswith("art_")}
        assert len(sources) == 16
        assert len(mine) == len(articles) + 4


async def test_each_difference_is_told_by_its_kind(parts: Parts, tenant: TenantId) -> None:
    pages = [await parts.put(tenant, f"page{n}", f"About topic{n}.") for n in range(6)]
    await parts.indexer.drain()
    by_source = {one.source_id: id_ for id_, one in (await parts.index.contents(tenant)).items()}
    lost, wrong, unsaved, gone, whole = pages[:5]
    await parts.index.delete(tenant, [by_source[lost.id]])
    await parts.index.set_fields(tenant, Fields("article", wrong.id, "internal", None, "cus_1"))
    extra = Fields("article", "art_never", "public", None, None)
    made = Point(by_source[lost.id][:-4] + "0000", [1.0] * 64, passage_vector("x", None), extra)
    await parts.index.upsert(tenant, [made])
    async with parts.db.write() as session:
        rows = PassageRow.source_id.in_([unsaved.id])
        await session.execute(delete(PassageRow).where(rows))
        await session.execute(delete(ArticleRow).where(ArticleRow.id == gone.id))
        await session.execute(delete(PassageRow).where(PassageRow.source_id == whole.id))
    await parts.index.delete_source(tenant, whole.id)
    parts.embedder.embedded.clear()
    found = await parts.indexer.reconcile(tenant)
    assert found == Reconciled(missing=1, orphaned=1, adopted=1, wrong=1, vanished=1, unindexed=2)
    assert await parts.indexer.drain() == 5
    assert len(parts.embedder.embedded) == 2
    assert await parts.indexer.reconcile(tenant) == Reconciled()


async def test_what_waits_to_be_indexed_is_no_difference(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "new", "About kettles.")
    await parts.put(tenant, "old", "About toasters.")
    async with parts.db.write() as session:
        await delete_article(session, tenant, "kb", "old")
    assert await parts.indexer.reconcile(tenant) == Reconciled()


async def test_every_tenant_with_something_to_find_is_named(parts: Parts, tenant: TenantId) -> None:
    await parts.put(tenant, "one", "About kettles.")
    await parts.put(OTHER, "one", "About kettles.")
    assert set(await tenants(parts.db)) == {tenant, OTHER}
