"""The outbox: one row per source, marks are never lost, claims keep workers apart."""

import asyncio

import pytest

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.search import outbox


async def test_marks_are_counted_and_cleared_only_when_indexed(
    db: Database, tenant: TenantId
) -> None:
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_1")
        await outbox.mark(session, tenant, "article", "art_1")
        await outbox.mark(session, tenant, "conversation", "art_1")
    async with db.write() as session:
        claims = await outbox.claim(session, "me", limit=10, alone=True)
    assert sorted((one.kind, one.marks) for one in claims) == [("article", 2), ("conversation", 1)]
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_1")
    async with db.write() as session:
        now = await outbox.standing(session, "me", claims)
        assert {one.kind for one in now.unchanged} == {"conversation"}
        assert {one.kind for one in now.changed} == {"article"}
        assert await outbox.standing(session, "other", claims) == (set(), set())
        await outbox.clear(session, claims)
        await outbox.release(session, "me")
    async with db.write() as session:
        (left,) = await outbox.claim(session, "me", limit=10, alone=False)
    assert left == (tenant, "article", "art_1", 3, False)


async def test_a_rolled_back_change_leaves_no_mark(db: Database, tenant: TenantId) -> None:
    async def change() -> None:
        async with db.write() as session:
            await outbox.mark(session, tenant, "article", "art_1")
            raise ValueError

    with pytest.raises(ValueError):
        await change()
    async with db.read() as session:
        assert not await outbox.waiting(session)


async def test_two_workers_never_claim_the_same(db: Database, tenant: TenantId) -> None:
    async with db.write() as session:
        await outbox.mark_all(session, tenant, "article", [f"art_{n}" for n in range(40)])

    async def work(name: str) -> list[outbox.Claim]:
        async with db.write() as session:
            claims = await outbox.claim(session, name, limit=30, alone=False)
            await asyncio.sleep(0.05)
            return claims

    one, other = await asyncio.gather(work("one"), work("other"))
    assert not set(one) & set(other)
    assert len(one) + len(other) == 40
    async with db.read() as reading:
        assert len(await outbox.claimed(reading, tenant)) == 40
        assert not await outbox.claimed(reading, TenantId("other"))


async def test_long_work_goes_to_the_end(db: Database, tenant: TenantId) -> None:
    for source in ("art_long", "art_short"):
        async with db.write() as session:
            await outbox.mark(session, tenant, "article", source)
    async with db.write() as session:
        (first,) = await outbox.claim(session, "me", limit=1, alone=False)
    assert first.source_id == "art_long"
    async with db.write() as session:
        await outbox.to_the_end(session, [first])
        await outbox.give_back(session, "me", [first])
    async with db.write() as session:
        (second,) = await outbox.claim(session, "me", limit=1, alone=False)
    assert second.source_id == "art_short"


async def test_what_somebody_waits_for_goes_before_bulk_work(
    db: Database, tenant: TenantId
) -> None:
    async with db.write() as session:
        with outbox.bulk():
            await outbox.mark_all(session, tenant, "article", [f"art_{n}" for n in range(5)])
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_3")
        await outbox.mark(session, tenant, "article", "art_new")
    async with db.write() as session:
        with outbox.bulk():
            await outbox.mark(session, tenant, "article", "art_new")
    async with db.write() as session:
        claims = await outbox.claim(session, "me", limit=9, alone=False, urgent=True)
    assert {one.source_id for one in claims} == {"art_3", "art_new"}
    async with db.write() as session:
        await outbox.release(session, "me")
    async with db.write() as session:
        claims = await outbox.claim(session, "me", limit=3, alone=False)
    assert {one.source_id for one in claims if not one.bulk} == {"art_3", "art_new"}
    assert len(claims) == 3


async def test_on_one_process_another_workers_claims_are_from_before_a_crash(
    db: Database, tenant: TenantId
) -> None:
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_1")
    for worker, found in (("dead", 1), ("dead", 0), ("me", 1), ("me", 0)):
        async with db.write() as session:
            assert len(await outbox.claim(session, worker, limit=9, alone=True)) == found


async def test_waiting_leaves_out_what_is_named_until_it_is_marked_again(
    db: Database, tenant: TenantId
) -> None:
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_1")
    known = {(str(tenant), "article", "art_1"): 1}
    async with db.read() as session:
        assert await outbox.waiting(session)
        assert not await outbox.waiting(session, but=known)
        assert await outbox.waiting_of(session, [tenant]) == {tenant: 1}
    async with db.write() as session:
        await outbox.mark(session, tenant, "article", "art_1")
    async with db.read() as session:
        assert await outbox.waiting(session, but=known)
