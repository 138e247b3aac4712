"""Erasing a customer: rows, recordings, index, stored answers, the text in the ledger.

Calls go first, one by one: their recordings are no part of a transaction. All the rest goes in one,
the customer's own row last: whoever is killed on the way leaves a customer who can be erased
again.
"""

import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import CursorResult, delete, func, select

from copilot.auth import answer_store, audit
from copilot.auth.audit import Actor
from copilot.calls import store as call_store
from copilot.calls.errors import CallNotFoundError
from copilot.calls.tables import CallRow
from copilot.conversations import edits
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers import store as customers
from copilot.customers.address import addresses_of
from copilot.customers.customer import Address, Customer, CustomerIn
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.tables import AddressRow, CustomerRow, MergeRow, OrderRow
from copilot.erasure.erasure import Erasure
from copilot.grounding.source_figures import forget_texts
from copilot.kernel.db import Database, ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.ledger import store as ledger
from copilot.summaries.tables import RefreshRow

_MOST_IN_PROGRESS = 10_000


class DeletesCalls(Protocol):
    """What deletes a call; see :class:`copilot.calls.flow.CallFlow`."""

    async def delete(self, tenant: TenantId, call_id: str) -> None:
        """Remove a call: its job, recording, transcript and conversation."""
        ...


class _Rest(NamedTuple):
    """What was erased in one transaction."""

    conversations: int
    messages: int
    orders: int
    ledger_entries: int


class Eraser:
    """Erases customers.

    Args:
        db: The database.
        calls: Deletes calls.
        region: The country of phone numbers without a country code.
    """

    def __init__(self, db: Database, calls: DeletesCalls, *, region: str) -> None:
        self._db = db
        self._calls = calls
        self._region = region

    async def erase(self, tenant: TenantId, customer_id: str, by: Actor) -> Erasure:
        """Erase a customer everywhere.

        What others wrote about them in conversations of their own stays, and so does what was
        exported or sent elsewhere. That it was done, and by whom, is recorded.

        Args:
            tenant: Whose customer.
            customer_id: Which; also an id they had before a merge.
            by: Who does it.

        Raises:
            CustomerNotFoundError: The tenant has no such customer.
        """
        async with self._db.read() as session:
            customer = await customers.get(session, tenant, customer_id)
        done = 0
        rest: _Rest | None = None
        while rest is None:
            done += await self._delete_calls(tenant, customer)
            async with self._db.write() as session:
                rest = await _erase_rest(session, tenant, customer.id, by)
        forget_texts()
        return Erasure(
            customer_id=customer.id,
            calls=done,
            settled=await self._db.settle(),
            # A call's conversation goes with the call.
            **rest._replace(conversations=rest.conversations + done)._asdict(),
        )

    async def _delete_calls(self, tenant: TenantId, customer: Customer) -> int:
        async with self._db.read() as session:
            ids = await call_store.of_customer(session, tenant, customer.id)
            ids += await _unheard(session, tenant, customer.addresses, self._region)
        for call_id in ids:
            # Somebody else may be deleting it too.
            with contextlib.suppress(CallNotFoundError):
                await self._calls.delete(tenant, call_id)
        return len(ids)


async def _unheard(
    session: ReadSession, tenant: TenantId, addresses: Sequence[Address], region: str
) -> list[str]:
    """Calls of the customer that have no conversation yet: they wait to be heard, or failed."""
    theirs = {(one.kind, one.value) for one in addresses}
    rows = await session.execute(
        select(CallRow.id, CallRow.customer)
        .where(CallRow.tenant_id == tenant, CallRow.conversation_id.is_(None))
        .limit(_MOST_IN_PROGRESS)
    )
    return [
        call_id
        for call_id, told in rows
        if told is not None
        and any(
            (one.kind, one.value) in theirs
            for one in addresses_of(CustomerIn.model_validate(told), region=region)
        )
    ]


async def _erase_rest(
    session: WriteSession, tenant: TenantId, customer_id: str, by: Actor
) -> _Rest | None:
    """Everything but calls; None when calls came meanwhile, which must go first."""
    # New conversations and orders of theirs wait for this row.
    locked = await session.scalar(
        select(CustomerRow.id)
        .where(CustomerRow.tenant_id == tenant, CustomerRow.id == customer_id)
        .with_for_update()
    )
    if locked is None:
        raise CustomerNotFoundError(customer_id)
    if await call_store.of_customer(session, tenant, customer_id):
        return None
    former = await session.scalars(
        select(MergeRow.old_id).where(
            MergeRow.tenant_id == tenant, MergeRow.customer_id == customer_id
        )
    )
    known_as = [customer_id, *former]
    conversations = list(
        await session.scalars(
            select(ConversationRow.id).where(
                ConversationRow.tenant_id == tenant, ConversationRow.customer_id == customer_id
            )
        )
    )
    entries = await ledger.erase(
        session, tenant, customer_ids=known_as, conversation_ids=conversations
    )
    messages = await _delete_conversations(session, tenant, conversations)
    orders = await _count(
        session,
        delete(OrderRow).where(OrderRow.tenant_id == tenant, OrderRow.customer_id == customer_id),
    )
    await answer_store.forget(session, tenant)
    for table in (AddressRow, MergeRow):
        await session.execute(
            delete(table).where(table.tenant_id == tenant, table.customer_id == customer_id)
        )
    await session.execute(
        delete(CustomerRow).where(CustomerRow.tenant_id == tenant, CustomerRow.id == customer_id)
    )
    await audit.record(session, tenant, "customer_erased", by, subject_id=customer_id)
    return _Rest(len(conversations), messages, orders, entries)


async def _delete_conversations(
    session: WriteSession, tenant: TenantId, conversations: Sequence[str]
) -> int:
    """Delete them with all that was made of them; returns how many messages they had."""
    messages = 0
    for one in conversations:
        messages += (
            await session.scalar(
                select(func.count())
                .select_from(MessageRow)
                .where(MessageRow.tenant_id == tenant, MessageRow.conversation_id == one)
            )
            or 0
        )
        await session.execute(
            delete(RefreshRow).where(
                RefreshRow.tenant_id == tenant, RefreshRow.conversation_id == one
            )
        )
        await edits.delete(session, tenant, one)
    return messages


async def _count(session: WriteSession, statement: Any) -> int:
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount
