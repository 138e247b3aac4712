"""Orders of cases: what the shop knows of the customer who writes, put as the service does."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from copilot.customers import orders
from copilot.customers.order import OrderCustomer, OrderIn, OrderItem, Tracking
from copilot.evals.case import Case
from copilot.evals.lab import Desk
from copilot.evals.tasks.cases import Id, TolerantLine
from copilot.evals.tasks.conversations import ConversationLine
from copilot.kernel.clock import UtcTime
from copilot.kernel.ids import TenantId
from copilot.kernel.money import Money
from copilot.kernel.text import StorableText

_SOURCE = "eval"


class OrderLine(TolerantLine):
    """An order as in ``PUT /v1/orders/{source}/{number}``, with its number.

    It is the order of the conversation's customer; naming them once more is allowed.
    """

    number: Id
    customer: OrderCustomer | None = None
    status: StorableText = Field(default="", max_length=64)
    placed_at: UtcTime | None = None
    total: Money | None = None
    items: list[OrderItem] = Field(default_factory=list, max_length=500)
    tracking: list[Tracking] = Field(default_factory=list, max_length=50)


class OrdersLine(ConversationLine):
    """A line with a conversation and its customer's orders."""

    orders: list[OrderLine] = Field(default_factory=list, max_length=500)

    @model_validator(mode="after")
    def _orders_are_the_customers(self) -> Self:
        if self.orders:
            owner = self._owner()
            for place, one in enumerate(self.orders):
                if one.customer not in (None, owner):
                    raise ValueError(f"orders.{place}: it is not of the conversation's customer")
            numbers = [one.number for one in self.orders]
            twice = next((one for one in numbers if numbers.count(one) > 1), None)
            if twice is not None:
                raise ValueError(f"orders: the number {twice!r} stands there twice")
        return self

    def orders_json(self) -> list[dict[str, Any]]:
        """The orders, each with its customer."""
        if not self.orders:
            return []
        owner = self._owner().model_dump()
        return [
            {**one.model_dump(mode="json", exclude_unset=True), "customer": owner}
            for one in self.orders
        ]

    def _owner(self) -> OrderCustomer:
        who = self.conversation.customer
        if who is None or not who.source or not who.external_id:
            raise ValueError(
                "orders: nobody's, as conversation.customer has no source and external_id"
            )
        return OrderCustomer(source=who.source, external_id=who.external_id)


def orders_of(case: Case) -> Sequence[dict[str, Any]]:
    """The orders of a case's input; most have none."""
    given: Sequence[dict[str, Any]] = case.input.get("orders", ())
    return given


async def put_orders(desk: Desk, tenant: TenantId, given: Sequence[dict[str, Any]]) -> None:
    """Put the orders of a case, and with them their customer."""
    if not given:
        return
    async with desk.db.write() as session:
        for one in given:
            told = {"status": "", **{name: one[name] for name in one if name != "number"}}
            await orders.put(session, tenant, _SOURCE, one["number"], OrderIn.model_validate(told))
