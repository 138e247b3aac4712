"""Who a conversation is about: what must not leave the machine as it stands."""

from collections.abc import Sequence

from copilot.conversations.conversation import Conversation
from copilot.customers.customer import AddressKind, Customer
from copilot.customers.order import Order
from copilot.privacy.known import KnownFacts


def facts_of(customer: Customer, orders: Sequence[Order]) -> KnownFacts:
    """What identifies ``customer``: name, addresses, numbers of orders and parcels."""
    parcels = [one.number for order in orders for one in order.tracking if one.number]
    return KnownFacts(
        names=(customer.name,) if customer.name else (),
        emails=_values(customer, "email"),
        phones=_values(customer, "phone"),
        handles=_values(customer, "handle"),
        numbers=(*(order.number for order in orders), *parcels),
    )


def people_in(conversation: Conversation, known: KnownFacts | None) -> KnownFacts:
    """``known`` with the names that the conversation itself carries."""
    facts = known or KnownFacts()
    named = [conversation.customer_name, *(one.author.name for one in conversation.messages)]
    names = (*facts.names, *(name for name in named if name))
    return facts._replace(names=tuple(dict.fromkeys(names)))


def _values(customer: Customer, kind: AddressKind) -> tuple[str, ...]:
    return tuple(address.value for address in customer.addresses if address.kind == kind)
