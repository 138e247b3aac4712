"""Building the context card: every part at once, each from its own source."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from time import perf_counter
from typing import TypeVar

from copilot.context.card import ContextCard
from copilot.context.memory import Spoken, already_told, listen, promised
from copilot.context.orders import ordered
from copilot.context.past import ranked_past
from copilot.context.query import build_query, identifiers_in
from copilot.context.similar import load_solved, with_resolutions
from copilot.context.store import customer_named, latest_of_customer
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.address import DEFAULT_REGION
from copilot.customers.customer import Customer, CustomerIn
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.order import Order
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge.passage import Passage
from copilot.knowledge.searching import Searcher
from copilot.search.index import PassageKind
from copilot.summaries import store as summaries

_log = logging.getLogger(__name__)
_PAST = 20
_ARTICLES = 5
_PASSAGES = 20
Part = TypeVar("Part")


class ContextBuilder:
    """Builds context cards.

    Args:
        db: The database.
        searcher: Finds articles and conversations. While its model is not there, the card comes
            without what search would add.
        region: Two-letter country of phone numbers without a country code.
    """

    def __init__(self, db: Database, searcher: Searcher, *, region: str = DEFAULT_REGION) -> None:
        self._db = db
        self._searcher = searcher
        self._region = region

    async def for_conversation(self, tenant: TenantId, conversation_id: str) -> ContextCard:
        """The card of a stored conversation.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
        """
        timings = _Timings()
        conversation = await timings.of("conversation", self._conversation(tenant, conversation_id))
        return await self._build(tenant, conversation, conversation.customer_id, timings)

    async def for_inline(
        self, tenant: TenantId, conversation: Conversation, customer: CustomerIn | None = None
    ) -> ContextCard:
        """The card of a conversation that is stored nowhere.

        Args:
            tenant: Whose customers and knowledge.
            conversation: The conversation.
            customer: Who asks, as the sender of the conversation names them.
        """
        timings = _Timings()
        customer_id = conversation.customer_id
        if customer_id is None and customer is not None:
            async with self._db.read() as session:
                known = await customer_named(session, tenant, customer, region=self._region)
            customer_id = known.id if known else None
        return await self._build(tenant, conversation, customer_id, timings)

    async def _conversation(self, tenant: TenantId, conversation_id: str) -> Conversation:
        async with self._db.read() as session:
            return await conversations.get(session, tenant, conversation_id)

    async def _build(
        self,
        tenant: TenantId,
        conversation: Conversation,
        customer_id: str | None,
        timings: "_Timings",
    ) -> ContextCard:
        query = await timings.of("query", asyncio.to_thread(build_query, conversation))
        try:
            async with asyncio.TaskGroup() as group:
                who = group.create_task(
                    timings.of("customer", self._customer_and_orders(tenant, customer_id))
                )
                earlier = group.create_task(
                    timings.of("past", self._earlier(tenant, conversation, customer_id))
                )
                articles = group.create_task(
                    timings.of("articles", self._articles(tenant, query, conversation))
                )
                related = group.create_task(
                    timings.of("related", self._own_passages(tenant, query, customer_id))
                )
                solved = group.create_task(
                    timings.of("similar", self._solved(tenant, query, conversation, customer_id))
                )
        except BaseExceptionGroup as group_error:
            # Callers know the errors, not the group that tells of several at once.
            raise group_error.exceptions[0] from None
        customer, orders = who.result()
        past, headlines = earlier.result()
        card = await timings.of(
            "reading",
            asyncio.to_thread(
                _put_together,
                conversation,
                query,
                customer,
                orders,
                past,
                headlines,
                articles.result(),
                related.result(),
                solved.result(),
            ),
        )
        return card.model_copy(update={"timings_ms": timings.told()})

    async def _customer_and_orders(
        self, tenant: TenantId, customer_id: str | None
    ) -> tuple[Customer | None, list[Order]]:
        if customer_id is None:
            return None, []
        async with self._db.read() as session:
            try:
                customer = await customers.get(session, tenant, customer_id)
            except CustomerNotFoundError:
                return None, []  # erased since the conversation was read
            # By the id they have now: two identities may have become one since.
            return customer, await order_store.orders_of(session, tenant, customer.id)

    async def _earlier(
        self, tenant: TenantId, conversation: Conversation, customer_id: str | None
    ) -> tuple[list[Conversation], dict[str, str]]:
        if customer_id is None:
            return [], {}
        async with self._db.read() as session:
            past = await latest_of_customer(
                session, tenant, customer_id, exclude=conversation.id, limit=_PAST
            )
            return past, await summaries.headlines(session, tenant, [one.id for one in past])

    async def _articles(
        self, tenant: TenantId, query: str, conversation: Conversation
    ) -> list[Passage]:
        return await self._search(
            tenant, query, kinds=("article",), language=conversation.language, limit=_ARTICLES
        )

    async def _own_passages(
        self, tenant: TenantId, query: str, customer_id: str | None
    ) -> list[Passage]:
        if customer_id is None:
            return []
        return await self._search(
            tenant, query, kinds=("conversation",), customer_id=customer_id, limit=_PASSAGES
        )

    async def _solved(
        self, tenant: TenantId, query: str, conversation: Conversation, customer_id: str | None
    ) -> list[tuple[Conversation, float]]:
        found = await self._search(
            tenant, query, kinds=("conversation",), not_customer_id=customer_id, limit=_PASSAGES
        )
        return await load_solved(
            self._db, tenant, found, exclude=conversation.id, not_customer_id=customer_id
        )

    async def _search(
        self,
        tenant: TenantId,
        query: str,
        *,
        kinds: tuple[PassageKind, ...],
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        language: str | None = None,
        limit: int,
    ) -> list[Passage]:
        if not query.strip():
            return []
        try:
            return await self._searcher.search(
                tenant,
                query,
                visibility="internal",
                kinds=kinds,
                customer_id=customer_id,
                not_customer_id=not_customer_id,
                language=language,
                limit=limit,
            )
        except UnavailableError as error:
            _log.warning("context card without search: %s", error.detail)
            return []


def _put_together(
    conversation: Conversation,
    query: str,
    customer: Customer | None,
    orders: Sequence[Order],
    past: Sequence[Conversation],
    headlines: dict[str, str],
    articles: list[Passage],
    related: Sequence[Passage],
    solved: Sequence[tuple[Conversation, float]],
) -> ContextCard:
    """The card from what was read: processor time only, so in a thread."""
    at = conversation.last_message_at or now()
    heard = listen(past)
    everything = [Spoken(conversation), *heard]
    return ContextCard(
        customer=customer,
        already_told=already_told(everything),
        promised=promised(everything, at.date()),
        orders=ordered(orders, identifiers_in(conversation)),
        past_conversations=ranked_past(query, heard, related, headlines, at),
        articles=articles,
        similar_conversations=with_resolutions(solved),
        timings_ms={},
    )


class _Timings:
    """How long each part took, in milliseconds; the parts overlap."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._parts: dict[str, float] = {}

    async def of(self, name: str, work: Awaitable[Part]) -> Part:
        """The result of ``work``, timed."""
        started = perf_counter()
        result = await work
        self._parts[name] = _milliseconds_since(started)
        return result

    def told(self) -> dict[str, float]:
        """Every part, and the whole under ``total``."""
        return {**self._parts, "total": _milliseconds_since(self._started)}


def _milliseconds_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
