"""The customer's orders, the ones this is about first."""

from collections.abc import Sequence

from copilot.customers.order import Order
from copilot.grounding.finders.identifiers import code_key

_MOST = 10
_OVER = frozenset(
    (
        "delivered",
        "completed",
        "complete",
        "fulfilled",
        "cancelled",
        "canceled",
        "refunded",
        "returned",
        "closed",
        "toimitettu",
        "peruttu",
        "palautettu",
    )
)


def ordered(orders: Sequence[Order], named: set[str]) -> list[Order]:
    """``orders`` (newest first) with those that the thread names first, then the open ones."""
    ranked = sorted(orders, key=lambda one: (not is_named(one, named), not is_open(one)))
    return ranked[:_MOST]


def is_open(order: Order) -> bool:
    """Whether something is still to happen with it."""
    return order.status.strip().lower() not in _OVER


def is_named(order: Order, named: set[str]) -> bool:
    """Whether its number, or that of one of its parcels, is among the identifiers ``named``."""
    keys = {code_key(order.number), *(code_key(one.number) for one in order.tracking if one.number)}
    digits = "".join(character for character in order.number if character.isdigit())
    return bool(keys & named) or (len(digits) >= 4 and digits in named)
