"""Orders in the database."""

from typing import Any

from sqlalchemy import select, update

from copilot.customers import store
from copilot.customers.address import fold
from copilot.customers.order import Order, OrderIn
from copilot.customers.tables import OrderRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page
from copilot.kernel.time_paging import latest_first, write_place
from copilot.kernel.upsert import insert_if_new

_LONGEST_KEY = 512


def number_key(number: str) -> str:
    """``number`` as it is looked up: folded, without a leading ``#`` and blanks."""
    folded = fold(number)
    return ("".join(folded.split()).lstrip("#") or folded)[:_LONGEST_KEY]


async def orders_of(
    session: ReadSession, tenant: TenantId, customer_id: str, *, limit: int = 50
) -> list[Order]:
    """The customer's orders, newest first."""
    return (await find(session, tenant, customer_id=customer_id, limit=limit)).items


async def order_by_number(session: ReadSession, tenant: TenantId, number: str) -> Order | None:
    """The newest order with this number, whatever shop it is from, however it is written."""
    found = (await find(session, tenant, number=number, limit=1)).items
    return found[0] if found else None


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    customer_id: str | None = None,
    number: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Order]:
    """Orders of a customer, with a number, both or all; newest first.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = select(OrderRow).where(OrderRow.tenant_id == tenant)
    if customer_id is not None:
        wanted = wanted.where(
            OrderRow.customer_id == await store.current_id(session, tenant, customer_id)
        )
    if number is not None:
        wanted = wanted.where(OrderRow.number_key == number_key(number))
    wanted = latest_first(wanted, OrderRow.happened_at, OrderRow.id, limit=limit, cursor=cursor)
    rows = (await session.scalars(wanted.execution_options(populate_existing=True))).all()
    shown = rows[:limit]
    return Page(
        items=[_order(row) for row in shown],
        next_cursor=write_place(shown[-1].happened_at, shown[-1].id) if len(rows) > limit else None,
    )


async def put(
    session: WriteSession,
    tenant: TenantId,
    source: str,
    number: str,
    body: OrderIn,
    customer_id: str,
) -> tuple[Order, bool]:
    """Create or replace the order ``number`` of ``source``; True when it is new.

    Sending the same again changes nothing, its ``updated_at`` included.
    """
    at = now()
    content: dict[str, Any] = {
        "customer_id": customer_id,
        "status": body.status,
        "placed_at": body.placed_at,
        "total": body.total.model_dump(mode="json") if body.total else None,
        "items": [one.model_dump(mode="json") for one in body.items],
        "tracking": [one.model_dump(mode="json") for one in body.tracking],
    }
    created = await insert_if_new(
        session,
        OrderRow,
        {
            "id": new_id("ord"),
            "tenant_id": tenant,
            "source": source,
            "number": number,
            "number_key": number_key(number),
            "happened_at": body.placed_at or at,
            "created_at": at,
            "updated_at": at,
            **content,
        },
    )
    one = select(OrderRow).where(
        OrderRow.tenant_id == tenant, OrderRow.source == source, OrderRow.number == number
    )
    row = (await session.scalars(one.with_for_update())).one()
    if not created and any(getattr(row, name) != value for name, value in content.items()):
        changed = {**content, "updated_at": at, "happened_at": body.placed_at or row.created_at}
        await session.execute(update(OrderRow).where(OrderRow.id == row.id).values(**changed))
        await session.refresh(row)
    return _order(row), created


def _order(row: OrderRow) -> Order:
    return Order.model_validate(row, from_attributes=True)
