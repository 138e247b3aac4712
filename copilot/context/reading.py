"""Reading the customer's history and other customers' solved cases for one card."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, TypeVar

from copilot.context.parts import Parts
from copilot.context.past import Earlier, first_rank, shares
from copilot.context.remembered import Remembered
from copilot.context.similar import Solved, settled_of_others
from copilot.context.spoken import Spoken
from copilot.context.store import MESSAGES_EACH, known_of, latest_contacts, latest_messages
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, ConversationHead
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.customer import Customer
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.order import Order
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.passage import Passage
from copilot.privacy.known import KnownFacts
from copilot.summaries import store as summaries
from copilot.summaries.extractive import SETTLED_STATUSES

_log = logging.getLogger(__name__)
LATEST = 20
"""The latest conversations of a customer that are looked at whatever they are about."""

_MOST_OLDER = 6
_MOST_READ = 12
_MOST_LIKELY = 6
_MOST_AHEAD = 8
Result = TypeVar("Result")


class History(NamedTuple):
    """A customer's earlier conversations, and headlines of stored summaries by conversation."""

    past: list[Earlier]
    headlines: dict[str, str]


class Known(NamedTuple):
    """A customer under the id they have now, their orders, and their latest contacts."""

    customer_id: str
    customer: Customer | None
    orders: list[Order]
    latest: list[ConversationHead]


class Reader:
    """Reads from the database, and from memory what it read a moment ago.

    Args:
        db: The database.
        remembered: What was read.
    """

    def __init__(self, db: Database, remembered: Remembered) -> None:
        self._db = db
        self._remembered = remembered
        # Of its own and one thread: what nobody waits for yet keeps nobody waiting.
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="reading ahead")
        self._going_on = 0

    def present(self, tenant: TenantId, conversation: Conversation) -> Spoken:
        """What was said in the present conversation, just read from the database."""
        spoken = self._remembered.get(tenant, conversation, whole=True)
        if spoken is None:
            spoken = Spoken(conversation)
            self._remembered.put(tenant, conversation, spoken, whole=True)
        return spoken

    async def who(self, tenant: TenantId, customer_id: str, *, exclude: str, parts: Parts) -> Known:
        """The customer by an id they have or had, their orders and latest contacts but ``exclude``.

        In one session: opening one takes longer than most queries.
        """
        async with self._db.read() as session:
            customer = await parts.of(
                "customer", _alone(session, _customer(session, tenant, customer_id)), None
            )
            whose = customer.id if customer is not None else customer_id
            orders = await parts.of(
                "orders", _alone(session, order_store.orders_of(session, tenant, whose)), []
            )
            heads = await parts.of(
                "past_conversations",
                _alone(
                    session, latest_contacts(session, tenant, whose, exclude=exclude, limit=LATEST)
                ),
                [],
                name="past",
            )
        return Known(whose, customer, orders, heads)

    async def history(
        self,
        tenant: TenantId,
        known: Known,
        found: Sequence[Passage],
        *,
        exclude: str,
        at: datetime,
    ) -> History:
        """The earlier contacts worth reading: what search ``found``, however old, and the latest.

        Args:
            tenant: Whose customer.
            known: The customer and their latest contacts.
            found: Passages of the customer's conversations, best first.
            exclude: The id of the present conversation.
            at: The time of the present conversation.
        """
        searched = shares(found)
        latest = {one.id for one in known.latest}
        ranked = sorted(searched, key=lambda one: -searched[one])
        older = [one for one in ranked if one not in latest and one != exclude][:_MOST_OLDER]
        if not latest and not older:
            return History([], {})
        async with self._db.read() as session:
            heads = list(known.latest)
            if older:
                there = await conversations.heads(session, tenant, older)
                heads += [one for one in there.values() if one.customer_id == known.customer_id]
            heads.sort(key=lambda one: -first_rank(one, searched.get(one.id, 0.0), at))
            chosen = heads[:_MOST_READ]
            spoken = await self._spoken(session, tenant, chosen)
            headlines = await summaries.headlines(session, tenant, [one.id for one in chosen])
        return History([Earlier(one, spoken[one.id]) for one in chosen], headlines)

    async def likely(self, tenant: TenantId, known: Known, at: datetime) -> None:
        """Read ahead what ``history`` will most likely want, whatever search finds.

        Args:
            tenant: Whose customer.
            known: The customer and their latest contacts.
            at: The time of the present conversation.
        """
        heads = sorted(known.latest, key=lambda one: -first_rank(one, 0.0, at))[:_MOST_LIKELY]
        if not all(self._remembered.get(tenant, one) for one in heads):
            async with self._db.read() as session:
                await self._spoken(session, tenant, heads)
        for head in heads:
            spoken = self._remembered.get(tenant, head)
            if spoken is not None and head.status not in SETTLED_STATUSES:
                self.read_ahead(spoken)

    async def reading_likely(
        self, search: "asyncio.Task[Result]", tenant: TenantId, known: Known, at: datetime
    ) -> Result:
        """The result of ``search``; until it is there, ``likely``, whatever comes of that."""
        ahead = asyncio.create_task(self.likely(tenant, known, at))
        try:
            await asyncio.wait({ahead, search}, return_when=asyncio.FIRST_COMPLETED)
            return await search
        finally:
            ahead.cancel()
            if isinstance((await asyncio.gather(ahead, return_exceptions=True))[0], Exception):
                _log.warning("context card: nothing was read ahead", exc_info=ahead.exception())

    def read_ahead(self, spoken: Spoken) -> None:
        """Have ``spoken`` analysed in a thread while the model embeds the search.

        Nobody waits for it, and whoever needs what it failed over finds out by themselves. With
        much to do already nothing is read ahead.
        """
        if self._going_on >= _MOST_AHEAD:
            return
        with suppress(RuntimeError):  # the service is ending
            reading = asyncio.get_running_loop().run_in_executor(self._ahead, spoken.read_ahead)
            self._going_on += 1
            reading.add_done_callback(self._was_read)

    def _was_read(self, reading: "asyncio.Future[None]") -> None:
        self._going_on -= 1
        if not reading.cancelled():
            reading.exception()

    async def solved(
        self,
        tenant: TenantId,
        found: Sequence[Passage],
        *,
        exclude: str,
        not_customer_id: str | None,
    ) -> list[Solved]:
        """The settled conversations of others that ``found`` passages are from."""
        scores = {one: share for one, share in shares(found).items() if one != exclude}
        if not scores:
            return []
        async with self._db.read() as session:
            heads = await conversations.heads(session, tenant, scores)
            settled = settled_of_others(heads, scores, not_customer_id)
            spoken = await self._spoken(session, tenant, settled)
            people = list(dict.fromkeys(one.customer_id for one in settled if one.customer_id))
            known = await known_of(session, tenant, people)
        nothing = KnownFacts()
        return [
            Solved(
                head, spoken[head.id], scores[head.id], known.get(head.customer_id or "", nothing)
            )
            for head in settled
        ]

    async def _spoken(
        self, session: ReadSession, tenant: TenantId, heads: Sequence[ConversationHead]
    ) -> Mapping[str, Spoken]:
        """What was said in each of ``heads``, which the database has just told of."""
        found: dict[str, Spoken] = {}
        missing: list[ConversationHead] = []
        for head in heads:
            spoken = self._remembered.get(tenant, head)
            if spoken is None:
                missing.append(head)
            else:
                found[head.id] = spoken
        messages = await latest_messages(
            session, tenant, [one.id for one in missing], most_each=MESSAGES_EACH
        )
        for head in missing:
            talk = Conversation.model_construct(**dict(head), messages=messages[head.id])
            found[head.id] = Spoken(talk)
            self._remembered.put(tenant, head, found[head.id])
        return found


async def _customer(session: ReadSession, tenant: TenantId, customer_id: str) -> Customer | None:
    """None when there is no such customer (any more)."""
    found = await customers.by_ids(session, tenant, [customer_id])
    if found:
        return found[0]
    try:
        # Two identities may have become one since the conversation was read.
        return await customers.get(session, tenant, customer_id)
    except CustomerNotFoundError:
        return None


async def _alone(session: ReadSession, work: Awaitable[Result]) -> Result:
    """The result of ``work``, which may fail without spoiling what the session is asked next."""
    try:
        return await work
    except BaseException:
        await session.rollback()
        raise
