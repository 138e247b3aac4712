"""Orders are kept as the shop tells them, once."""

import asyncio
from decimal import Decimal
from typing import Any

from copilot.customers import order_store, orders, store
from copilot.customers.order import Order, OrderIn
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId

BODY = {
    "customer": {"source": "crm", "external_id": "c-1"},
    "status": "shipped",
    "placed_at": "2026-03-01T08:00:00Z",
    "total": {"amount": "39.90", "currency": "EUR"},
    "items": [{"sku": "K-1", "name": "Kettle 🫖", "price": {"amount": "39.90", "currency": "EUR"}}],
    "tracking": [{"carrier": "Posti", "number": "JJFI1"}],
}


async def put(
    db: Database, tenant: TenantId, number: str = "KK-1", **changes: Any
) -> tuple[Order, bool]:
    async with db.write() as session:
        body = OrderIn.model_validate({**BODY, **changes})
        return await orders.put(session, tenant, "shop", number, body)


async def test_an_order_creates_its_unknown_customer(db: Database, tenant: TenantId) -> None:
    order, created = await put(db, tenant)
    assert created
    assert order.total is not None
    assert order.total.amount == Decimal("39.90")
    assert order.items[0].name == "Kettle 🫖"
    async with db.read() as session:
        customer = await store.get(session, tenant, order.customer_id)
        assert [one.value for one in customer.addresses] == ["crm:c-1"]
        assert await order_store.orders_of(session, tenant, customer.id) == [order]


async def test_the_same_again_changes_nothing(db: Database, tenant: TenantId) -> None:
    order, _ = await put(db, tenant)
    assert await put(db, tenant) == (order, False)


async def test_news_replaces_what_was_there(db: Database, tenant: TenantId) -> None:
    order, _ = await put(db, tenant)
    changed, created = await put(db, tenant, status="delivered", tracking=[])
    assert not created
    assert changed.id == order.id
    assert (changed.status, changed.tracking) == ("delivered", [])
    assert changed.updated_at >= order.updated_at


async def test_a_number_is_found_however_it_is_written(db: Database, tenant: TenantId) -> None:
    order, _ = await put(db, tenant, number="#KK-20331")
    async with db.read() as session:
        for written in ("kk-20331", " #KK-20331 ", "KK- 20331"):
            assert await order_store.order_by_number(session, tenant, written) == order
        assert await order_store.order_by_number(session, tenant, "KK-2033") is None


async def test_a_number_that_grows_when_folded_is_kept(db: Database, tenant: TenantId) -> None:
    number = "\ufdfa" * 255
    order, _ = await put(db, tenant, number=number)
    async with db.read() as session:
        assert await order_store.order_by_number(session, tenant, number) == order


async def test_orders_come_newest_first_and_in_pages(db: Database, tenant: TenantId) -> None:
    for day in (3, 1, 2):
        await put(db, tenant, number=str(day), placed_at=f"2026-03-0{day}T00:00:00Z")
    async with db.read() as session:
        page = await order_store.find(session, tenant, limit=2)
        assert [one.number for one in page.items] == ["3", "2"]
        rest = await order_store.find(session, tenant, limit=2, cursor=page.next_cursor)
        assert [one.number for one in rest.items] == ["1"]
        assert rest.next_cursor is None


async def test_many_at_once_make_one_order(db: Database, tenant: TenantId) -> None:
    done = await asyncio.gather(*(put(db, tenant) for _ in range(10)))
    assert sum(created for _, created in done) == 1
    assert len({order.id for order, _ in done}) == 1
