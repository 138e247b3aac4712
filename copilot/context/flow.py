"""Building the context card: every part by itself and at once, each from its own source."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from copilot.context.assembling import Gathered, assembled
from copilot.context.card import ContextCard, PartName
from copilot.context.identity import customer_of
from copilot.context.parts import Parts
from copilot.context.query import build_query
from copilot.context.reading import History, Reader
from copilot.context.remembered import Remembered
from copilot.context.similar import Solved
from copilot.context.spoken import Spoken
from copilot.context.store import present
from copilot.conversations.conversation import Conversation
from copilot.customers.address import DEFAULT_REGION
from copilot.customers.customer import Customer, CustomerIn
from copilot.customers.order import Order
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.passage import Passage
from copilot.knowledge.query import SearchQuery
from copilot.knowledge.searching import Searcher
from copilot.search.index import PassageKind

PART_LIMIT_S = 5.0
"""Longest that an agent waits for one part of the card, in seconds."""

_ARTICLES = 5
_PASSAGES = 20
_NOTHING = History([], {})


class ContextBuilder:
    """Builds context cards.

    A part that fails, or takes longer than its limit, is left out and named in the card's
    ``degraded``; the rest is there.

    Args:
        db: The database.
        searcher: Finds articles and conversations.
        region: Two-letter country of phone numbers without a country code.
        part_limit_s: Longest that one part may take, in seconds; None is as long as it takes,
            the loading of the model included.
        clock: Tells the time that promises are overdue by.
    """

    def __init__(
        self,
        db: Database,
        searcher: Searcher,
        *,
        region: str = DEFAULT_REGION,
        part_limit_s: float | None = PART_LIMIT_S,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._db = db
        self._searcher = searcher
        self._region = region
        self._part_limit_s = part_limit_s
        self._clock = clock
        self._reader = Reader(db, Remembered())

    async def for_conversation(self, tenant: TenantId, conversation_id: str) -> ContextCard:
        """The card of a stored conversation.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
        """
        parts = Parts(self._part_limit_s)
        conversation = await parts.timed("conversation", self._present(tenant, conversation_id))
        spoken = self._reader.present(tenant, conversation)
        return await self._build(tenant, conversation, spoken, conversation.customer_id, parts)

    async def for_inline(
        self, tenant: TenantId, conversation: Conversation, customer: CustomerIn | None = None
    ) -> ContextCard:
        """The card of a conversation that is stored nowhere.

        Args:
            tenant: Whose customers and knowledge.
            conversation: The conversation.
            customer: Who asks, as the sender of the conversation names them.
        """
        parts = Parts(self._part_limit_s)
        customer_id = conversation.customer_id
        if customer_id is None:
            known = await parts.of(
                "customer", self._known(tenant, conversation, customer), None, name="identity"
            )
            customer_id = known.id if known else None
        return await self._build(tenant, conversation, Spoken(conversation), customer_id, parts)

    async def _present(self, tenant: TenantId, conversation_id: str) -> Conversation:
        async with self._db.read() as session:
            return await present(session, tenant, conversation_id)

    async def _known(
        self, tenant: TenantId, conversation: Conversation, named: CustomerIn | None
    ) -> Customer | None:
        async with self._db.read() as session:
            return await customer_of(session, tenant, conversation, named, region=self._region)

    async def _build(
        self,
        tenant: TenantId,
        conversation: Conversation,
        spoken: Spoken,
        customer_id: str | None,
        parts: Parts,
    ) -> ContextCard:
        query = await parts.of(
            "query", asyncio.to_thread(build_query, conversation), SearchQuery.of("")
        )
        async with asyncio.TaskGroup() as group:
            # The index answers one after the other, and what is found of the customer's own
            # contacts takes longest to look through: they ask first.
            related = group.create_task(self._related(tenant, query, customer_id, parts))
            solved = group.create_task(
                parts.of(
                    "similar_conversations",
                    self._solved(tenant, query, conversation, customer_id, parts),
                    [],
                    name="similar",
                )
            )
            articles = group.create_task(
                parts.of(
                    "articles",
                    self._search(
                        tenant,
                        query,
                        ("article",),
                        conversation.language,
                        parts,
                        "articles",
                        limit=_ARTICLES,
                    ),
                    [],
                )
            )
            theirs = group.create_task(
                self._theirs(tenant, related, conversation, customer_id, parts)
            )
            await asyncio.sleep(0)
            # The searches have asked for the query's vector: their turn came first.
            self._reader.read_ahead(spoken)
        customer, orders, history = theirs.result()
        gathered = Gathered(
            conversation,
            spoken,
            query.text,
            customer,
            orders,
            history,
            related.result(),
            articles.result(),
            solved.result(),
        )
        return await assembled(gathered, parts, self._clock())

    async def _theirs(
        self,
        tenant: TenantId,
        related: asyncio.Task[list[Passage]],
        conversation: Conversation,
        customer_id: str | None,
        parts: Parts,
    ) -> tuple[Customer | None, list[Order], History]:
        """What is known of the customer and of their earlier contacts."""
        if customer_id is None:
            return None, [], _NOTHING
        known = await parts.timed(
            "customer",
            self._reader.who(tenant, customer_id, exclude=conversation.id, parts=parts),
        )
        at = conversation.last_message_at or self._clock()
        found = await self._reader.reading_likely(related, tenant, known, at)
        history = await parts.of(
            "past_conversations",
            self._reader.history(tenant, known, found, exclude=conversation.id, at=at),
            _NOTHING,
            name="history",
        )
        return known.customer, known.orders, history

    async def _related(
        self, tenant: TenantId, query: SearchQuery, customer_id: str | None, parts: Parts
    ) -> list[Passage]:
        """Passages of the customer's own conversations.

        By the id they had when the conversation was read: it is hardly ever another.
        """
        if customer_id is None:
            return []
        found = self._search(
            tenant,
            query,
            ("conversation",),
            None,
            parts,
            "past_conversations",
            customer_id=customer_id,
            limit=_PASSAGES,
        )
        return await parts.of("past_conversations", found, [], name="related")

    async def _solved(
        self,
        tenant: TenantId,
        query: SearchQuery,
        conversation: Conversation,
        customer_id: str | None,
        parts: Parts,
    ) -> list[Solved]:
        found = await self._search(
            tenant,
            query,
            ("conversation",),
            None,
            parts,
            "similar_conversations",
            not_customer_id=customer_id,
            limit=_PASSAGES,
        )
        return await self._reader.solved(
            tenant, found, exclude=conversation.id, not_customer_id=customer_id
        )

    async def _search(
        self,
        tenant: TenantId,
        query: SearchQuery,
        kinds: tuple[PassageKind, ...],
        language: str | None,
        parts: Parts,
        part: PartName,
        *,
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        limit: int,
    ) -> list[Passage]:
        if not query.text.strip():
            return []
        found = await self._searcher.find(
            tenant,
            query,
            visibility="internal",
            kinds=kinds,
            customer_id=customer_id,
            not_customer_id=not_customer_id,
            language=language,
            limit=limit,
        )
        for reason in found.degraded:
            parts.lacks(part, reason)
        return found.passages
