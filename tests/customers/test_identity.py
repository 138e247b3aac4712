"""Who is who: customers are found, completed, merged and kept apart."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from copilot.conversations import flow as conversations
from copilot.conversations import store as conversation_store
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.tables import ConversationRow
from copilot.customers import flow, order_store, orders, store
from copilot.customers.customer import Customer, CustomerBody, CustomerIn
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.order import OrderIn
from copilot.customers.tables import AddressRow, CustomerRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.search import outbox
from copilot.search.tables import OutboxRow
from tests.locks import someone_waits


async def resolve(db: Database, tenant: TenantId, **who: object) -> Customer:
    async with db.write() as session:
        return await flow.resolve(session, tenant, CustomerIn.model_validate(who))


async def count(db: Database, tenant: TenantId) -> int:
    async with db.read() as session:
        found = await session.scalar(
            select(func.count()).select_from(CustomerRow).where(CustomerRow.tenant_id == tenant)
        )
        return int(found or 0)


def values(customer: Customer) -> set[str]:
    return {one.value for one in customer.addresses}


async def test_any_address_finds_the_same_customer(db: Database, tenant: TenantId) -> None:
    first = await resolve(
        db, tenant, source="crm", external_id="1", emails=["A@b.example"], phones=["040 1234567"]
    )
    for who in (
        {"source": "crm", "external_id": "1"},
        {"emails": ["a@B.example"]},
        {"phones": ["+358401234567"]},
    ):
        assert (await resolve(db, tenant, **who)).id == first.id
    assert await count(db, tenant) == 1


async def test_new_addresses_are_added(db: Database, tenant: TenantId) -> None:
    await resolve(db, tenant, emails=["a@b.example"])
    both = await resolve(db, tenant, emails=["a@b.example", "new@b.example"])
    assert values(both) == {"a@b.example", "new@b.example"}
    assert (await resolve(db, tenant, emails=["new@b.example"])).id == both.id


async def test_telling_the_same_again_changes_nothing(db: Database, tenant: TenantId) -> None:
    who = {"source": "crm", "external_id": "1", "name": "Anna", "emails": ["a@b.example"]}
    assert await resolve(db, tenant, **who) == await resolve(db, tenant, **who)


async def test_a_mails_display_name_does_not_replace_the_crms(
    db: Database, tenant: TenantId
) -> None:
    await resolve(
        db, tenant, source="crm", external_id="1", name="Anna Aho", emails=["a@b.example"]
    )
    assert (await resolve(db, tenant, name="annie", emails=["a@b.example"])).name == "Anna Aho"
    told = await resolve(db, tenant, source="crm", external_id="1", name="Anna Aho-Virta")
    assert told.name == "Anna Aho-Virta"


async def test_two_customers_named_as_one_become_one(db: Database, tenant: TenantId) -> None:
    by_mail = await resolve(db, tenant, name="Anna", emails=["a@b.example"])
    by_id = await resolve(db, tenant, source="crm", external_id="1")
    async with db.write() as session:
        theirs, _ = await conversations.put(
            session,
            tenant,
            "desk",
            "1",
            ConversationIn.model_validate(
                {"channel": "email", "customer": {"emails": ["a@b.example"]}}
            ),
        )
    assert theirs.customer_id == by_mail.id
    one = await resolve(db, tenant, source="crm", external_id="1", emails=["a@b.example"])
    assert one.id == by_id.id
    assert one.name == "Anna"
    assert values(one) == {"crm:1", "a@b.example"}
    assert await count(db, tenant) == 1
    async with db.read() as session:
        assert (await store.get(session, tenant, by_mail.id)).id == one.id
        moved = await conversation_store.get(session, tenant, theirs.id)
        assert moved.customer_id == one.id
        marked = (await session.scalars(select(OutboxRow.source_id))).all()
        assert theirs.id in marked


async def test_an_old_id_works_after_two_merges(db: Database, tenant: TenantId) -> None:
    first = await resolve(db, tenant, emails=["a@b.example"])
    await resolve(db, tenant, source="shop", external_id="1")
    await resolve(db, tenant, source="shop", external_id="1", emails=["a@b.example"])
    await resolve(db, tenant, source="crm", external_id="9")
    last = await resolve(db, tenant, source="crm", external_id="9", emails=["a@b.example"])
    async with db.read() as session:
        assert (await store.get(session, tenant, first.id)).id == last.id
    assert await count(db, tenant) == 1


async def test_different_ids_of_one_source_are_different_people(
    db: Database, tenant: TenantId
) -> None:
    one = await resolve(db, tenant, source="crm", external_id="1", emails=["info@firm.example"])
    two = await resolve(db, tenant, source="crm", external_id="2", emails=["info@firm.example"])
    assert one.id != two.id
    assert values(two) == {"crm:2"}
    assert (await resolve(db, tenant, emails=["info@firm.example"])).id == one.id


async def test_a_shared_phone_merges_no_one(db: Database, tenant: TenantId) -> None:
    anna = await resolve(db, tenant, emails=["anna@b.example"], phones=["0401234567"])
    berit = await resolve(db, tenant, emails=["berit@b.example"], phones=["0401234567"])
    assert anna.id != berit.id
    assert values(berit) == {"berit@b.example"}
    assert (await resolve(db, tenant, phones=["0401234567"])).id == anna.id
    same = await resolve(db, tenant, emails=["berit@b.example"], phones=["0401234567"])
    assert same.id == berit.id
    assert await count(db, tenant) == 2


async def test_someone_known_by_a_number_alone_is_recognised(
    db: Database, tenant: TenantId
) -> None:
    caller = await resolve(db, tenant, phones=["0401234567"])
    await resolve(db, tenant, emails=["anna@b.example"])
    anna = await resolve(db, tenant, emails=["anna@b.example"], phones=["0401234567"])
    assert await count(db, tenant) == 1
    async with db.read() as session:
        assert (await store.get(session, tenant, caller.id)).id == anna.id


async def test_a_phone_attaches_to_a_customer_without_contradiction(
    db: Database, tenant: TenantId
) -> None:
    first = await resolve(db, tenant, source="crm", external_id="1", phones=["0401234567"])
    again = await resolve(db, tenant, emails=["anna@b.example"], phones=["0401234567"])
    assert again.id == first.id


async def test_no_address_is_a_new_customer(db: Database, tenant: TenantId) -> None:
    assert (await resolve(db, tenant, name="A")).id != (await resolve(db, tenant, name="A")).id


async def test_tenants_share_no_one(db: Database, tenant: TenantId) -> None:
    other = TenantId("ten_other")
    mine = await resolve(db, tenant, emails=["a@b.example"], name="Anna")
    theirs = await resolve(db, other, emails=["a@b.example"])
    assert mine.id != theirs.id
    async with db.write() as session:
        body = OrderIn.model_validate(
            {"customer": {"source": "crm", "external_id": "1"}, "status": "new"}
        )
        order, _ = await orders.put(session, tenant, "shop", "1", body)
    async with db.read() as session:
        with pytest.raises(CustomerNotFoundError):
            await store.get(session, other, mine.id)
        assert (await store.find(session, other, query="Anna")).items == []
        assert await store.by_ids(session, other, [mine.id]) == []
        assert await order_store.order_by_number(session, other, "1") is None
        assert await order_store.orders_of(session, other, order.customer_id) == []
        assert (await order_store.find(session, other)).items == []


async def test_many_at_once_make_one_customer(db: Database, tenant: TenantId) -> None:
    who = {"source": "crm", "external_id": "1", "emails": ["a@b.example"], "phones": ["0401234567"]}
    partial: list[dict[str, Any]] = [{"emails": ["a@b.example"]}, {"phones": ["0401234567"]}, who]
    await asyncio.gather(*(resolve(db, tenant, **partial[n % 3]) for n in range(18)))
    last = await resolve(db, tenant, **who)
    assert await count(db, tenant) == 1
    async with db.read() as session:
        rows = (await session.scalars(select(AddressRow.customer_id))).all()
    assert set(rows) == {last.id}


async def test_merges_at_once_neither_fail_nor_lose_conversations(
    db: Database, tenant: TenantId
) -> None:
    for n in range(6):
        await resolve(db, tenant, emails=[f"p{n}@b.example"])

    async def talk(n: int) -> None:
        body = ConversationIn.model_validate(
            {"channel": "email", "customer": {"emails": [f"p{n % 6}@b.example"]}}
        )
        await conversations.accept(db, tenant, "desk", str(n), body)

    async def merge(n: int) -> None:
        await resolve(db, tenant, emails=[f"p{n}@b.example", f"p{n + 1}@b.example"])

    await asyncio.gather(*(talk(n) for n in range(12)), *(merge(n) for n in range(5)))
    assert await count(db, tenant) == 1
    one = await resolve(db, tenant, emails=["p0@b.example"])
    async with db.read() as session:
        found = await conversation_store.find(session, tenant, customer_id=one.id)
        assert len(found.items) == 12


async def test_put_tells_whether_it_is_new(db: Database, tenant: TenantId) -> None:
    body = CustomerBody(name="Anna\x00", emails=["a@b.example"])
    async with db.write() as session:
        one, created = await flow.put(session, tenant, "crm", "1", body)
        assert created
        again, created = await flow.put(session, tenant, "crm", "1", body)
        assert not created
    assert one == again
    assert one.name == "Anna"


async def test_of_many_who_put_at_once_one_makes_it(db: Database, tenant: TenantId) -> None:
    async def put() -> bool:
        async with db.write() as session:
            body = CustomerBody(name="Anna", emails=["a@b.example"])
            return (await flow.put(session, tenant, "crm", "1", body))[1]

    made = await asyncio.gather(*(put() for _ in range(8)))
    assert sum(made) == 1
    assert await count(db, tenant) == 1


async def test_orders_are_also_found_by_the_id_before_a_merge(
    db: Database, tenant: TenantId
) -> None:
    before = await resolve(db, tenant, emails=["a@b.example"])
    body = OrderIn.model_validate(
        {"customer": {"source": "crm", "external_id": "1"}, "status": "new"}
    )
    async with db.write() as session:
        order, _ = await orders.put(session, tenant, "shop", "1", body)
    await resolve(db, tenant, source="crm", external_id="1", emails=["a@b.example"])
    async with db.read() as session:
        assert await order_store.orders_of(session, tenant, before.id) == [order]
        assert await order_store.orders_of(session, TenantId("ten_other"), before.id) == []


async def test_a_merge_and_a_message_at_once_do_not_wait_for_each_other(
    db: Database, tenant: TenantId
) -> None:
    """A message that names no customer holds the conversation; the merge must want it first."""
    if db.is_sqlite:
        pytest.skip("one writer at a time")
    by_mail = await resolve(db, tenant, emails=["a@b.example"])
    talk = ConversationIn.model_validate(
        {"channel": "email", "customer": {"emails": ["a@b.example"]}}
    )
    theirs, _ = await conversations.accept(db, tenant, "desk", "1", talk)
    await resolve(db, tenant, source="crm", external_id="1")

    async def merge() -> None:
        await resolve(db, tenant, source="crm", external_id="1", emails=["a@b.example"])

    async with db.write() as session:
        held = select(ConversationRow.id).where(ConversationRow.id == theirs.id)
        await session.execute(held.with_for_update())
        merging = asyncio.create_task(merge())
        await someone_waits(db)
        await outbox.mark(session, tenant, "conversation", theirs.id)
    await merging
    async with db.read() as reading:
        assert (await store.get(reading, tenant, by_mail.id)).id != by_mail.id


async def test_find_looks_into_names_and_addresses(db: Database, tenant: TenantId) -> None:
    await resolve(db, tenant, name="Åke Öberg", emails=["ake@b.example"])
    await resolve(db, tenant, name="Anna 100%", phones=["0401234567"])
    async with db.read() as session:
        for query, found in (
            ("åke", ["Åke Öberg"]),
            ("ÖBERG", ["Åke Öberg"]),
            ("A\u030ake", ["Åke Öberg"]),
            ("40123", ["Anna 100%"]),
            ("0%", ["Anna 100%"]),
            ("_", []),
            ("\x00", ["Anna 100%", "Åke Öberg"]),
        ):
            page = await store.find(session, tenant, query=query)
            assert sorted(one.name or "" for one in page.items) == sorted(found)


async def test_find_pages_through_everyone_once(db: Database, tenant: TenantId) -> None:
    for n in range(7):
        await resolve(db, tenant, emails=[f"{n}@b.example"])
    seen: list[str] = []
    cursor = None
    async with db.read() as session:
        while True:
            page = await store.find(session, tenant, limit=3, cursor=cursor)
            seen += [one.id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 7
