"""Where a conversation stands in a process: its step, what is missing, who else should know."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.grounding.figure_check import FigureKind
from copilot.grounding.figures import find_figures
from copilot.guidance.about import orders_about
from copilot.guidance.deadline import deadline_day
from copilot.guidance.mood import angry_words
from copilot.guidance.process import Escalation, Process, RequiredFact
from copilot.kernel.language import primary_subtag
from copilot.privacy.introduced import introduced

_FIGURES: dict[str, tuple[FigureKind, ...]] = {
    "date": ("date",),
    "order_date": ("date",),
    "amount": ("amount",),
    "email": ("email",),
    "phone": ("phone",),
    "order": ("identifier",),
}


class Missing(NamedTuple):
    """A required fact that nobody has told, and how to ask for it."""

    name: str
    question: str | None


class Known(NamedTuple):
    """A required fact that nobody needs to ask for: the customer's record or their order has it."""

    name: str
    value: str


class Standing(NamedTuple):
    """Where a conversation stands.

    Attributes:
        step: Number of the current step, from 1.
        missing: Facts to ask for.
        escalate: Why somebody else should take over; None: nothing says so.
        evidence: Place of the customer's message that says so, from 1; None: no message does.
        due: The last day by the process's deadline; None: it has none that can be counted.
        on_file: Facts that the customer's record or the order tells.
    """

    step: int
    missing: list[Missing]
    escalate: str | None
    evidence: int | None = None
    due: date | None = None
    on_file: Sequence[Known] = ()


def standing_in(
    process: Process,
    conversation: Conversation,
    orders: Sequence[Order],
    facts: Sequence[str],
    language: str,
    today: datetime,
    record: Customer | None = None,
) -> Standing:
    """Where ``conversation`` stands in ``process``. Takes processor time: call it in a thread.

    Args:
        process: The process.
        conversation: With its messages.
        orders: All orders of the customer.
        facts: What the agent told for this draft.
        language: Of the questions to ask.
        today: Now, to count days by.
        record: What is known of the customer.
    """
    orders = orders_about(conversation, orders, facts)
    customer = [one for one in conversation.messages if _is_customer(one)]
    on_file = [
        Known(one.name, value)
        for one in process.front.required_facts
        if (value := _on_file(one, conversation, orders, record)) is not None
    ]
    had = {one.name for one in on_file}
    missing = [
        Missing(one.name, _question(one, language))
        for one in process.front.required_facts
        if one.name not in had and not _is_told(one, customer, facts)
    ]
    waiting = _unanswered(conversation.messages)
    reason, evidence = _escalation(process, conversation, customer, waiting, orders, today)
    written = process.front.deadline
    return Standing(
        _step(process, conversation.messages),
        missing,
        None if reason is None else reason.say,
        evidence,
        None if written is None else deadline_day(written, customer, orders),
        on_file,
    )


def _step(process: Process, messages: Sequence[Message]) -> int:
    """The first step that no agent's message has done; the last one when all are."""
    said = "\n".join(one.text.lower() for one in messages if one.author.role == "agent")
    for number, step in enumerate(process.steps, 1):
        if not step.done_when or not any(_stands(word, said) for word in step.done_when):
            return number
    return len(process.steps)


def _on_file(
    fact: RequiredFact,
    conversation: Conversation,
    orders: Sequence[Order],
    record: Customer | None,
) -> str | None:
    """What the record or the orders tell of ``fact``; None where they tell nothing."""
    if fact.kind == "order":
        return ", ".join(one.number for one in orders) or None
    if fact.kind == "order_date":
        days = [one.placed_at for one in orders]
        return days[0].date().isoformat() if len(days) == 1 and days[0] is not None else None
    if fact.kind == "name":
        authors = [one.author.name for one in conversation.messages if _is_customer(one)]
        names = [record.name if record else None, conversation.customer_name, *authors]
        return next((one for one in names if one and "@" not in one), None)
    if fact.kind in ("email", "phone") and record is not None:
        return next((one.value for one in record.addresses if one.kind == fact.kind), None)
    return None


def _is_told(fact: RequiredFact, customer: Sequence[Message], facts: Sequence[str]) -> bool:
    """Whether the customer or the agent told it."""
    if fact.kind == "attachment":
        return any(one.attachments for one in customer)
    texts = [*(one.written or one.text for one in customer), *facts]
    if fact.kind == "words":
        said = "\n".join(texts).lower()
        return any(_stands(word, said) for word in fact.words)
    if fact.kind == "name":
        return any(True for text in texts for _ in introduced(text))
    wanted = _FIGURES[fact.kind]
    return any(figure.kind in wanted for text in texts for figure in find_figures(text))


def _unanswered(messages: Sequence[Message]) -> list[Message]:
    """The customer's messages since an agent last wrote to them; else the last that they wrote."""
    public = [one for one in messages if one.visibility == "public"]
    last = max((n for n, one in enumerate(public) if one.author.role == "agent"), default=-1)
    written = [one for one in public if one.author.role == "customer"]
    return [one for one in public[last + 1 :] if one.author.role == "customer"] or written[-1:]


def _escalation(
    process: Process,
    conversation: Conversation,
    customer: Sequence[Message],
    waiting: Sequence[Message],
    orders: Sequence[Order],
    today: datetime,
) -> tuple[Escalation | None, int | None]:
    """The first condition that holds, and the message that it rests on."""
    for one in process.front.escalate_if:
        angry = _angry(waiting) if one.mood == "angry" else None
        if _applies(one, conversation, customer, orders, today):
            evidence = _evidence(one, customer)
            return one, angry if evidence is None else evidence
        if angry is not None:
            return one, angry
    return None, None


def _angry(waiting: Sequence[Message]) -> int | None:
    """The first message whose writer is angry."""
    return next((one.seq for one in waiting if angry_words(one.written or one.text)), None)


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


def _is_customer(message: Message) -> bool:
    return message.author.role == "customer"


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
