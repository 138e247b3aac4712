"""Reading what a card needs, however much history there is; nothing is changed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Row

from copilot.context.bounds import LONGEST_TEXT
from copilot.conversations import store as conversations
from copilot.conversations.conversation import (
    Author,
    Conversation,
    ConversationHead,
    Message,
)
from copilot.conversations.tables import MessageRow
from copilot.customers.tables import AddressRow, OrderRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.privacy.known import KnownFacts

MESSAGES_EACH = 24
"""Messages of a past conversation that a card looks at: the latest."""

_FIRST, _LATEST = 6, 44
"""Messages of the present conversation that a card looks at."""

_ORDERS_EACH = 30
_M = MessageRow
_MESSAGE = (
    _M.id,
    _M.conversation_id,
    _M.external_id,
    _M.seq,
    _M.author_role,
    _M.author_name,
    _M.visibility,
    _M.sent_at,
    func.substr(_M.text, 1, LONGEST_TEXT).label("text"),
    _M.language,
)

_NOT_READ: dict[str, Any] = {
    "quoted_text": None,
    "signature": None,
    "attachments": [],
    "start": None,
    "end": None,
}


async def present(session: ReadSession, tenant: TenantId, conversation_id: str) -> Conversation:
    """The conversation with its first and latest messages: where it began and where it stands.

    Raises:
        ConversationNotFoundError: The tenant has none with this id.
    """
    head = await conversations.head(session, tenant, conversation_id)
    rows = await session.execute(
        select(*_MESSAGE)
        .where(
            _M.tenant_id == tenant,
            _M.conversation_id == head.id,
            or_(_M.seq <= _FIRST, _M.seq > head.message_count - _LATEST),
        )
        .order_by(_M.seq)
    )
    return Conversation.model_construct(**dict(head), messages=[_message(row) for row in rows])


async def latest_contacts(
    session: ReadSession, tenant: TenantId, customer_id: str, *, exclude: str, limit: int
) -> list[ConversationHead]:
    """The customer's latest conversations, latest contact first, without their messages.

    Args:
        session: The session.
        tenant: Whose customer.
        customer_id: The customer.
        exclude: The id of a conversation to leave out: the one being looked at.
        limit: Most conversations.
    """
    heads = await conversations.contacts(session, tenant, customer_id, limit=limit, cursor=None)
    return [one for one in heads if one.id != exclude][:limit]


async def latest_messages(
    session: ReadSession, tenant: TenantId, conversation_ids: Sequence[str], *, most_each: int
) -> dict[str, list[Message]]:
    """The last ``most_each`` messages that people wrote publicly, of each conversation, in order.

    Without what they quoted, and of very long ones the beginning.
    """
    found: dict[str, list[Message]] = {one: [] for one in conversation_ids}
    if not found:
        return found
    from_the_end = (
        func.row_number()
        .over(partition_by=_M.conversation_id, order_by=_M.seq.desc())
        .label("from_the_end")
    )
    numbered = (
        select(_M.id, from_the_end)
        .where(
            _M.tenant_id == tenant,
            _M.conversation_id.in_(found),
            _M.author_role != "system",
            _M.visibility == "public",
        )
        .subquery()
    )
    rows = await session.execute(
        select(*_MESSAGE)
        .join(numbered, numbered.c.id == _M.id)
        .where(numbered.c.from_the_end <= most_each)
        .order_by(_M.conversation_id, _M.seq)
    )
    for row in rows:
        found[row.conversation_id].append(_message(row))
    return found


async def known_of(
    session: ReadSession, tenant: TenantId, customer_ids: Sequence[str]
) -> dict[str, KnownFacts]:
    """The addresses of customers and the numbers of their orders and parcels, to be hidden."""
    found: dict[str, dict[str, list[str]]] = {one: defaultdict(list) for one in customer_ids}
    if not found:
        return {}
    addresses = await session.execute(
        select(AddressRow.customer_id, AddressRow.kind, AddressRow.value).where(
            AddressRow.tenant_id == tenant, AddressRow.customer_id.in_(found)
        )
    )
    for one in addresses:
        found[one.customer_id][one.kind].append(one.value)
    orders = await session.execute(
        select(OrderRow.customer_id, OrderRow.number, OrderRow.tracking)
        .where(OrderRow.tenant_id == tenant, OrderRow.customer_id.in_(found))
        .order_by(OrderRow.happened_at.desc())
        .limit(_ORDERS_EACH * len(found))
    )
    for one in orders:
        parcels = [parcel["number"] for parcel in one.tracking if parcel.get("number")]
        found[one.customer_id]["number"] += [one.number, *parcels]
    return {
        customer_id: KnownFacts(
            emails=tuple(known["email"]),
            phones=tuple(known["phone"]),
            handles=tuple(known["handle"]),
            numbers=tuple(known["number"]),
        )
        for customer_id, known in found.items()
    }


def _message(row: "Row[*tuple[Any, ...]]") -> Message:
    # Not checked again: it was when it was stored, and a card reads hundreds. Every field is
    # given: finding out a default takes longer than all the rest.
    fields = dict(row._mapping)
    author = Author.model_construct(role=fields.pop("author_role"), name=fields.pop("author_name"))
    return Message.model_construct(author=author, **fields, **_NOT_READ)
