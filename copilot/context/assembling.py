"""The card from what was gathered: processor time only, so in threads, and each part by itself."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from copilot.context.card import ContextCard, PastConversation
from copilot.context.orders import named_in, ordered
from copilot.context.parts import Parts
from copilot.context.past import MOST, Ranked, as_past, ranked_past
from copilot.context.promises import promised
from copilot.context.reading import History
from copilot.context.similar import Solved, with_resolutions
from copilot.context.spoken import Spoken
from copilot.context.told import already_told
from copilot.conversations.conversation import Conversation, ConversationHead
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.knowledge.passage import Passage
from copilot.summaries.extractive import SETTLED_STATUSES

_RELEVANT, _ALIVE = 5, 4
_RECENT = timedelta(days=30)


class Gathered(NamedTuple):
    """What one card is made of."""

    conversation: Conversation
    spoken: Spoken
    query: str
    customer: Customer | None
    orders: list[Order]
    history: History
    related: Sequence[Passage]
    articles: list[Passage]
    solved: Sequence[Solved]


async def assembled(known: Gathered, parts: Parts, moment: datetime) -> ContextCard:
    """The card; promises are overdue by the day of ``moment``."""
    conversation, query = known.conversation, known.query
    at = conversation.last_message_at or moment
    today = moment.date()
    here = (known.spoken, conversation)
    ranked = await parts.of(
        "past_conversations",
        asyncio.to_thread(ranked_past, query, known.history.past, known.related, at),
        [],
        name="ranking",
    )
    relevance = {conversation.id: 1.0, **{one.earlier.head.id: one.relevance for one in ranked}}
    relevant = [here, *((one.earlier.spoken, one.earlier.head) for one in ranked[:_RELEVANT])]
    told = await parts.of(
        "already_told",
        asyncio.to_thread(
            already_told, query, [(said, head.channel) for said, head in relevant], relevance, at
        ),
        [],
    )
    pending = await parts.of(
        "promised", asyncio.to_thread(promised, [*relevant, *_alive(ranked, today)], today), []
    )
    orders = await parts.of(
        "orders",
        asyncio.to_thread(_ordered, known.orders, conversation),
        known.orders,
        name="ordering",
    )
    past = await parts.of(
        "past_conversations",
        asyncio.to_thread(_shown, ranked, known.history.headlines),
        [],
        name="headlines",
    )
    similar = await parts.of(
        "similar_conversations",
        asyncio.to_thread(with_resolutions, query, known.solved, at),
        [],
        name="resolutions",
    )
    return ContextCard(
        customer=known.customer,
        already_told=told,
        promised=pending,
        orders=orders,
        past_conversations=past,
        articles=known.articles,
        similar_conversations=similar,
        timings_ms=parts.told(),
        degraded=parts.degraded,
    )


def _alive(ranked: Sequence[Ranked], today: date) -> list[tuple[Spoken, ConversationHead]]:
    """Less relevant conversations in which a promise may still be waiting: open or recent ones."""
    alive = [
        (one.earlier.spoken, one.earlier.head)
        for one in ranked[_RELEVANT:]
        if one.earlier.head.status not in SETTLED_STATUSES or _is_recent(one, today)
    ]
    alive.sort(key=lambda one: one[1].status in SETTLED_STATUSES)
    return alive[:_ALIVE]


def _is_recent(ranked: Ranked, today: date) -> bool:
    last = ranked.earlier.head.last_message_at
    return last is not None and today - last.date() <= _RECENT


def _ordered(orders: Sequence[Order], conversation: Conversation) -> list[Order]:
    return ordered(orders, named_in(orders, conversation))


def _shown(ranked: Sequence[Ranked], headlines: Mapping[str, str]) -> list[PastConversation]:
    return [as_past(one, headlines.get(one.earlier.head.id)) for one in ranked[:MOST]]
