"""Two identities become one: everything that pointed at one customer points at the other."""

from typing import Any

from sqlalchemy import Column, Table, delete, select, update

from copilot.customers import store
from copilot.customers.address import fold
from copilot.customers.customer import Customer
from copilot.customers.tables import CustomerRow, MergeRow
from copilot.kernel.clock import now
from copilot.kernel.db import Base, WriteSession
from copilot.kernel.ids import TenantId
from copilot.search import outbox


async def merge(
    session: WriteSession, tenant: TenantId, *, keep: Customer, drop: Customer
) -> Customer:
    """Make ``drop`` part of ``keep``; its id goes on working. It cannot be undone.

    Every table with a foreign key to customers follows, known to this layer or not; a table whose
    rows are searched as passages of a customer says so in its ``info``.

    Returns:
        ``keep`` as it is now.
    """
    for column in _references():
        mine = (column == drop.id, column.table.c.tenant_id == tenant)
        kind = column.table.info.get("passages_of_customer")
        moved = []
        if kind is not None:
            moved = list(await session.scalars(select(column.table.c.id).where(*mine)))
        await session.execute(update(column.table).where(*mine).values({column.name: keep.id}))
        if kind is not None:
            # After the rows, as everywhere: the other way round, two transactions could deadlock.
            await outbox.mark_all(session, tenant, kind, moved)
    at = now()
    values = {
        "name": keep.name or drop.name,
        "folded_name": fold(keep.name or drop.name or ""),
        "language": keep.language or drop.language,
        "updated_at": at,
    }
    await session.execute(update(CustomerRow).where(CustomerRow.id == keep.id).values(**values))
    session.add(MergeRow(old_id=drop.id, tenant_id=tenant, customer_id=keep.id, merged_at=at))
    await session.flush()
    await session.execute(
        delete(CustomerRow).where(CustomerRow.tenant_id == tenant, CustomerRow.id == drop.id)
    )
    return await store.get(session, tenant, keep.id)


def _references() -> list[Column[Any]]:
    customers = Base.metadata.tables[CustomerRow.__tablename__]
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent.name))
        if key.references(customers) and isinstance(key.parent.table, Table)
    ]
