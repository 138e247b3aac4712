"""A customer's timeline: contacts on every channel and orders, in one order of time."""

from typing import Literal

from pydantic import BaseModel

from copilot.conversations import store
from copilot.conversations.conversation import ConversationHead
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.order import Order
from copilot.kernel.clock import UtcTime
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.time_paging import write_place


class TimelineEntry(BaseModel):
    """One contact or one order: the field of its kind is set."""

    kind: Literal["conversation", "order"]
    at: UtcTime
    conversation: ConversationHead | None = None
    order: Order | None = None


async def timeline(
    session: ReadSession, tenant: TenantId, customer_id: str, *, limit: int, cursor: str | None
) -> Page[TimelineEntry]:
    """Everything between a customer and us, latest first.

    A contact stands at its last message, an order at when it was placed.

    Raises:
        CustomerNotFoundError: The tenant has no such customer.
        InvalidInputError: The cursor is not one that this list gave.
    """
    customer = await customers.get(session, tenant, customer_id)
    contacts = await store.contacts(session, tenant, customer.id, limit=limit, cursor=cursor)
    orders = await order_store.find(
        session, tenant, customer_id=customer.id, limit=limit, cursor=cursor
    )
    entries = [_contact(one) for one in contacts] + [_order(one) for one in orders.items]
    entries.sort(key=_place, reverse=True)
    shown = entries[:limit]
    more = len(entries) > limit or orders.next_cursor is not None
    next_cursor = write_place(*_place(shown[-1])) if more else None
    return Page(items=shown, next_cursor=next_cursor)


def _contact(head: ConversationHead) -> TimelineEntry:
    return TimelineEntry(kind="conversation", at=store.last_contact(head), conversation=head)


def _order(order: Order) -> TimelineEntry:
    return TimelineEntry(kind="order", at=order.happened_at or order.updated_at, order=order)


def _place(entry: TimelineEntry) -> tuple[UtcTime, str]:
    one = entry.conversation or entry.order
    return entry.at, one.id if one else ""
