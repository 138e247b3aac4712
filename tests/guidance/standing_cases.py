"""The cases of ``eval/datasets/draft/guidance``: messages with what guides their draft."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.flow import inline
from copilot.customers.customer import Address, Customer
from copilot.customers.order import Order, OrderItem
from copilot.guidance.process import Process, read_process
from copilot.kernel.money import Money

FOLDER = Path(__file__).parents[2] / "eval" / "datasets" / "draft" / "guidance"
TODAY = datetime(2026, 12, 1, tzinfo=UTC)
_KINDS = {"emails": "email", "phones": "phone"}


class Case(NamedTuple):
    """A conversation of a customer with orders, and what is expected of it."""

    id: str
    split: str
    language: str
    conversation: Conversation
    customer: Customer
    orders: list[Order]
    facts: list[str]
    expected: dict[str, Any]


def processes() -> list[Process]:
    return [read_process(one.read_text()) for one in sorted((FOLDER / "processes").glob("*.md"))]


def cases(split: str) -> Iterator[Case]:
    for line in (FOLDER / "cases.jsonl").read_text().splitlines():
        one = json.loads(line)
        if one["split"] == split:
            yield Case(
                one["id"],
                split,
                one["language"],
                _conversation(one),
                _customer(one["customer"]),
                [_order(order) for order in one["orders"]],
                one["facts"],
                one["expected"],
            )


def _conversation(case: dict[str, Any]) -> Conversation:
    """Customer and agent in turn, two days ago; a photo comes with the last message."""
    messages = []
    for number, text in enumerate(case["messages"]):
        is_last = number == len(case["messages"]) - 1
        messages.append(
            {
                "external_id": f"m{number}",
                "author": {"role": "agent" if number % 2 else "customer"},
                "sent_at": (TODAY - timedelta(days=2, minutes=-number)).isoformat(),
                "text": text,
                "attachments": ["photo.jpg"] if case["photo"] and is_last else [],
            }
        )
    body = {"channel": case["channel"], "messages": messages}
    return inline(ConversationIn.model_validate(body))


def _customer(told: dict[str, Any]) -> Customer:
    addresses = [
        Address(kind=kind, value=value)  # type: ignore[arg-type]
        for many, kind in _KINDS.items()
        for value in told.get(many, ())
    ]
    return Customer(
        id="cus_1",
        name=told.get("name"),
        language=None,
        addresses=addresses,
        created_at=TODAY,
        updated_at=TODAY,
    )


def _order(told: dict[str, Any]) -> Order:
    return Order(
        id=f"ord_{told['number']}",
        source="shop",
        number=told["number"],
        customer_id="cus_1",
        status=told["status"],
        placed_at=TODAY - timedelta(days=told["days_ago"]),
        total=Money(amount=Decimal(told["total"]), currency="EUR"),
        items=[OrderItem(name=one) for one in told["items"]],
        tracking=[],
        updated_at=TODAY,
    )
