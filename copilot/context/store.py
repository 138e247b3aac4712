"""Finding a customer by the addresses that an inline conversation names, without changing any."""

from sqlalchemy import or_, select

from copilot.customers import store as customers
from copilot.customers.address import DEFAULT_REGION, addresses_of
from copilot.customers.customer import Customer, CustomerIn
from copilot.customers.tables import AddressRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId


async def customer_named(
    session: ReadSession, tenant: TenantId, who: CustomerIn, *, region: str = DEFAULT_REGION
) -> Customer | None:
    """The customer who owns the addresses of ``who``; None for nobody and for more than one."""
    given = addresses_of(who, region=region)
    if not given:
        return None
    owners = await session.scalars(
        select(AddressRow.customer_id)
        .where(
            AddressRow.tenant_id == tenant,
            or_(
                *((AddressRow.kind == one.kind) & (AddressRow.value == one.value) for one in given)
            ),
        )
        .distinct()
    )
    found = await customers.by_ids(session, tenant, list(owners))
    return found[0] if len(found) == 1 else None
