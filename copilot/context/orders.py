"""The customer's orders, the ones this is about first."""

from collections.abc import Sequence

from copilot.context.bounds import LONGEST_TEXT
from copilot.context.query import identifiers_in
from copilot.conversations.conversation import Conversation
from copilot.customers.order import Order
from copilot.grounding.finders.identifiers import code_key

_MOST = 10
_MIN_DIGITS = 4
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


def named_in(orders: Sequence[Order], conversation: Conversation) -> set[str]:
    """Identifiers in the messages that may name one of ``orders``; the others are not read."""
    marks = {mark for one in orders for mark in _marks(one)}
    subject = conversation.subject if _may_name(conversation.subject or "", marks) else None
    messages = [one for one in conversation.messages if _may_name(one.text, marks)]
    if subject is None and not messages:
        return set()
    return identifiers_in(
        conversation.model_copy(update={"subject": subject, "messages": messages})
    )


def _marks(order: Order) -> set[str]:
    """What a text must hold, as it compares, to name the order or one of its parcels."""
    numbers = [order.number, *(one.number for one in order.tracking if one.number)]
    digits = "".join(character for character in order.number if character.isdigit())
    marks = {code_key(one) for one in numbers} | ({digits} if len(digits) >= _MIN_DIGITS else set())
    return {mark for mark in marks if mark}


def _may_name(text: str, marks: set[str]) -> bool:
    squashed = code_key(text[:LONGEST_TEXT])
    return any(mark in squashed for mark in marks)


def is_open(order: Order) -> bool:
    """Whether something is still to happen with it."""
    return order.status.strip().lower() not in _OVER


def is_named(order: Order, named: set[str]) -> bool:
    """Whether its number, or that of one of its parcels, is among the identifiers ``named``."""
    keys = {code_key(order.number), *(code_key(one.number) for one in order.tracking if one.number)}
    digits = "".join(character for character in order.number if character.isdigit())
    return bool(keys & named) or (len(digits) >= _MIN_DIGITS and digits in named)
