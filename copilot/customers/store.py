"""Reading customers. Changing them is ``flow.py``'s: one person must stay one row."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from copilot.customers.address import fold
from copilot.customers.customer import Address, Customer
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.tables import AddressRow, CustomerRow, MergeRow
from copilot.kernel.db import ReadSession, belongs_to
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place


async def get(session: ReadSession, tenant: TenantId, customer_id: str) -> Customer:
    """The customer with this id, also by an id they had before a merge.

    Raises:
        CustomerNotFoundError: The tenant has none.
    """
    found = await by_ids(session, tenant, [await current_id(session, tenant, customer_id)])
    if not found:
        raise CustomerNotFoundError(customer_id)
    return found[0]


async def current_id(session: ReadSession, tenant: TenantId, customer_id: str) -> str:
    """The id of who ``customer_id`` was merged into; the same id when there was no merge."""
    customer_id = storable(customer_id)
    merged = await session.scalar(
        select(MergeRow.customer_id).where(
            MergeRow.tenant_id == tenant, MergeRow.old_id == customer_id
        )
    )
    return merged or customer_id


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    query: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Customer]:
    """Customers whose name or an address contains ``query``, latest changed first.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = select(CustomerRow.id, CustomerRow.updated_at).where(CustomerRow.tenant_id == tenant)
    if query and (folded := fold(query)):
        by_address = select(AddressRow.customer_id).where(
            AddressRow.tenant_id == tenant, AddressRow.value.contains(folded, autoescape=True)
        )
        by_name = CustomerRow.folded_name.contains(folded, autoescape=True)
        wanted = wanted.where(or_(by_name, CustomerRow.id.in_(by_address)))
    wanted = latest_first(
        wanted, CustomerRow.updated_at, CustomerRow.id, limit=limit, cursor=cursor
    )
    rows = (await session.execute(wanted)).all()
    shown = rows[:limit]
    return Page(
        items=await by_ids(session, tenant, [row.id for row in shown]),
        next_cursor=write_place(shown[-1].updated_at, shown[-1].id) if len(rows) > limit else None,
    )


async def by_ids(
    session: ReadSession, tenant: TenantId, customer_ids: Sequence[str]
) -> list[Customer]:
    """Those of the tenant's customers that exist, in the order asked for."""
    rows = await session.scalars(
        select(CustomerRow)
        .where(belongs_to(CustomerRow.tenant_id, tenant), CustomerRow.id.in_(customer_ids))
        .execution_options(populate_existing=True)
    )
    known = {row.id: row for row in rows}
    addresses: dict[str, list[Address]] = {one: [] for one in known}
    address_rows = await session.execute(
        select(AddressRow.customer_id, AddressRow.kind, AddressRow.value)
        .where(belongs_to(AddressRow.tenant_id, tenant), AddressRow.customer_id.in_(known))
        .order_by(AddressRow.kind, AddressRow.value)
    )
    for row in address_rows:
        addresses[row.customer_id].append(Address(kind=row.kind, value=row.value))
    return [
        Customer(
            id=one,
            name=known[one].name,
            language=known[one].language,
            addresses=addresses[one],
            created_at=known[one].created_at,
            updated_at=known[one].updated_at,
        )
        for one in customer_ids
        if one in known
    ]
