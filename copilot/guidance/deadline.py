"""By when a process is done: ``2 business days``, ``14 days from order.placed_at``.

Counted from the customer's last message unless the order is named. Business days are Monday to
Friday; holidays are not known here. Other words stay words.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from copilot.conversations.conversation import Message
from copilot.customers.order import Order

_FORM = re.compile(
    r"(?P<count>\d{1,4})\s+(?P<unit>business days?|days?|weeks?)"
    r"(?:\s+from\s+(?P<start>order\.placed_at|first_message|last_message))?",
    re.IGNORECASE,
)
_FRIDAY = 4


def deadline_day(written: str, customer: Sequence[Message], orders: Sequence[Order]) -> date | None:
    """The last day that ``written`` names, or None where it is mere words or lacks its start.

    Args:
        written: The deadline as the process has it.
        customer: The customer's messages, oldest first.
        orders: The customer's orders that the conversation is about; with several, none is meant.
    """
    form = _FORM.fullmatch(written.strip())
    if form is None:
        return None
    start = _start((form["start"] or "last_message").lower(), customer, orders)
    if start is None:
        return None
    try:
        return _after(start.date(), int(form["count"]), form["unit"].lower())
    except OverflowError:
        return None


def _start(named: str, customer: Sequence[Message], orders: Sequence[Order]) -> datetime | None:
    if named == "order.placed_at":
        return orders[0].placed_at if len(orders) == 1 else None
    if not customer:
        return None
    return customer[0 if named == "first_message" else -1].sent_at


def _after(day: date, count: int, unit: str) -> date:
    if unit.startswith("week"):
        return day + timedelta(weeks=count)
    if unit.startswith("day"):
        return day + timedelta(days=count)
    while count:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day
