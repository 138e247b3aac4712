"""Messages, passages, orders, customers and facts as the texts that figures may rest on."""

from collections.abc import Iterable

from copilot.conversations.conversation import Message
from copilot.customers.customer import Customer
from copilot.customers.order import Order, OrderItem, Tracking
from copilot.grounding.figure_check import Source
from copilot.kernel.money import Money
from copilot.knowledge.passage import Passage


def message_source(message: Message) -> Source:
    """What a message said: of speech the text with the figures written out.

    The words themselves would mislead: ``64 pounds 90`` reads as 64 pounds.
    """
    text = message.written or message.text
    return Source("message", message.id, text, message.sent_at.date())


def passage_source(passage: Passage) -> Source:
    """What a passage says; its title and address count as part of it."""
    lines = filter(None, [passage.title, passage.text, passage.url])
    return Source("passage", passage.id, "\n".join(lines))


def order_source(order: Order) -> Source:
    """An order in words, one fact a line, the order's number on each line with a figure."""
    lines = [f"Order {order.number}, status {order.status}"]
    if order.placed_at is not None:
        lines.append(f"Order {order.number} placed {order.placed_at.date().isoformat()}")
    if order.total is not None:
        lines.append(f"Order {order.number} total {_money(order.total)}")
    lines += [_item(item) for item in order.items]
    lines += [_tracking(tracking) for tracking in order.tracking]
    return Source("order", order.id, "\n".join(lines))


def customer_source(customer: Customer) -> Source:
    """A customer's name and addresses."""
    values = [customer.name or "", *(address.value for address in customer.addresses)]
    return Source("customer", customer.id, "\n".join(filter(None, values)))


def fact_sources(facts: Iterable[str]) -> list[Source]:
    """Facts that the agent gave for one draft, numbered from 1."""
    return [Source("fact", str(number), fact) for number, fact in enumerate(facts, 1)]


def _money(money: Money) -> str:
    return f"{money.amount:f} {money.currency}"


def _item(item: OrderItem) -> str:
    price = f" {_money(item.price)}" if item.price is not None else ""
    sku = f" ({item.sku})" if item.sku else ""
    return f"{item.quantity} pcs {item.name}{sku}{price}"


def _tracking(tracking: Tracking) -> str:
    told = [tracking.carrier, tracking.number, tracking.status]
    if tracking.eta:
        told.append(f"expected {tracking.eta}")
    told.append(tracking.url)
    return "Tracking " + " ".join(filter(None, told))
