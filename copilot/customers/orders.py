"""Orders as a shop or CRM pushes them."""

from copilot.customers import flow, order_store
from copilot.customers.customer import CustomerIn
from copilot.customers.order import Order, OrderIn
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.text import storable


async def put(
    session: WriteSession, tenant: TenantId, source: str, number: str, body: OrderIn
) -> tuple[Order, bool]:
    """Create or replace an order; True when it is new.

    A customer who is not known yet is created from the order's reference: nothing is lost.
    """
    who = CustomerIn(source=body.customer.source, external_id=body.customer.external_id)
    customer = await flow.resolve(session, tenant, who)
    source, number = storable(source), storable(number)
    return await order_store.put(session, tenant, source, number, body, customer.id)
