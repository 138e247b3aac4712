"""Where a conversation stands in a process: its step, what is missing, who else should know."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.customers.order import Order
from copilot.grounding.figure_check import FigureKind
from copilot.grounding.figures import find_figures
from copilot.guidance.deadline import deadline_day
from copilot.guidance.process import Escalation, Process, RequiredFact
from copilot.kernel.language import primary_subtag

_FIGURES: dict[str, tuple[FigureKind, ...]] = {
    "date": ("date",),
    "amount": ("amount",),
    "email": ("email",),
    "phone": ("phone",),
    "order": ("identifier",),
}


class Missing(NamedTuple):
    """A required fact that nobody has told, and how to ask for it."""

    name: str
    question: str | None


class Standing(NamedTuple):
    """Where a conversation stands.

    Attributes:
        step: Number of the current step, from 1.
        missing: Facts to ask for.
        escalate: Why somebody else should take over; None: nothing says so.
        evidence: Place of the customer's message that says so, from 1; None: no message does.
        due: The last day by the process's deadline; None: it has none that can be counted.
    """

    step: int
    missing: list[Missing]
    escalate: str | None
    evidence: int | None = None
    due: date | None = None


def standing_in(
    process: Process,
    conversation: Conversation,
    orders: Sequence[Order],
    facts: Sequence[str],
    language: str,
    today: datetime,
) -> Standing:
    """Where ``conversation`` stands in ``process``. Takes processor time: call it in a thread.

    Args:
        process: The process.
        conversation: With its messages.
        orders: The customer's orders that the conversation is about.
        facts: What the agent told for this draft.
        language: Of the questions to ask.
        today: Now, to count days by.
    """
    customer = [one for one in conversation.messages if one.author.role == "customer"]
    missing = [
        Missing(one.name, _question(one, language))
        for one in process.front.required_facts
        if not _is_known(one, customer, orders, facts)
    ]
    reason = next(
        (
            one
            for one in process.front.escalate_if
            if _applies(one, conversation, customer, orders, today)
        ),
        None,
    )
    written = process.front.deadline
    return Standing(
        _step(process, conversation.messages),
        missing,
        None if reason is None else reason.say,
        None if reason is None else _evidence(reason, customer),
        None if written is None else deadline_day(written, customer, orders),
    )


def _step(process: Process, messages: Sequence[Message]) -> int:
    """The first step that no agent's message has done; the last one when all are."""
    said = "\n".join(one.text.lower() for one in messages if one.author.role == "agent")
    for number, step in enumerate(process.steps, 1):
        if not step.done_when or not any(_stands(word, said) for word in step.done_when):
            return number
    return len(process.steps)


def _is_known(
    fact: RequiredFact, customer: Sequence[Message], orders: Sequence[Order], facts: Sequence[str]
) -> bool:
    if fact.kind == "order" and orders:
        return True
    if fact.kind == "attachment":
        return any(one.attachments for one in customer)
    texts = [*(one.written or one.text for one in customer), *facts]
    if fact.kind == "words":
        said = "\n".join(texts).lower()
        return any(_stands(word, said) for word in fact.words)
    wanted = _FIGURES[fact.kind]
    return any(figure.kind in wanted for text in texts for figure in find_figures(text))


def _applies(
    condition: Escalation,
    conversation: Conversation,
    customer: Sequence[Message],
    orders: Sequence[Order],
    today: datetime,
) -> bool:
    if set(condition.tags) & set(conversation.tags):
        return True
    said = "\n".join(one.text.lower() for one in customer)
    if any(_stands(word, said) for word in condition.words):
        return True
    if condition.contacts_over is not None and len(customer) > condition.contacts_over:
        return True
    if condition.amount_over is not None and any(
        amount > condition.amount_over for amount in _amounts(customer, orders)
    ):
        return True
    if condition.days_since_order is not None:
        since = timedelta(days=condition.days_since_order)
        return any(one.placed_at is not None and today - one.placed_at > since for one in orders)
    return False


def _evidence(condition: Escalation, customer: Sequence[Message]) -> int | None:
    """The first message that has one of the words, or names an amount above the bound."""
    for message in customer:
        said = (message.written or message.text).lower()
        if any(_stands(word, said) for word in condition.words):
            return message.seq
        bound = condition.amount_over
        if bound is not None and any(one > bound for one in _amounts([message], ())):
            return message.seq
    return None


def _amounts(customer: Sequence[Message], orders: Sequence[Order]) -> list[Decimal]:
    found = [one.total.amount for one in orders if one.total is not None]
    for message in customer:
        for figure in find_figures(message.written or message.text):
            if figure.kind == "amount":
                value = figure.parts[0][0][1]
                found += [value] if isinstance(value, Decimal) else []
    return found


def _question(fact: RequiredFact, language: str) -> str | None:
    code = primary_subtag(language)
    return fact.ask.get(code) or fact.ask.get("en") or next(iter(fact.ask.values()), None)


def _stands(word: str, said: str) -> bool:
    """Whether ``said``, in small letters, has ``word`` as the beginning of a word: cases follow."""
    return re.search(rf"(?<!\w){re.escape(word.lower())}", said) is not None
