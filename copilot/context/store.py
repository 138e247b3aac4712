"""Reading what a card needs, however much history there is; nothing is changed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select
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
from copilot.kernel.db import ReadSession, belongs_to
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
    func.substr(func.coalesce(_M.written, _M.text), 1, LONGEST_TEXT).label("text"),
    _M.language,
)

# Queries are made once: making one takes as long as running it.
_THEIRS = belongs_to(_M.tenant_id, bindparam("tenant"))
_ENDS = (
    select(*_MESSAGE)
    .where(
        _THEIRS,
        _M.conversation_id == bindparam("id"),
        or_(_M.seq <= _FIRST, _M.seq > bindparam("after")),
    )
    .order_by(_M.seq)
)
_NUMBERED = (
    select(
        _M.id,
        func.row_number()
        .over(partition_by=_M.conversation_id, order_by=_M.seq.desc())
        .label("from_the_end"),
    )
    .where(
        _THEIRS,
        _M.conversation_id.in_(bindparam("ids", expanding=True)),
        _M.author_role != "system",
        _M.visibility == "public",
    )
    .subquery()
)
_LATEST_OF_EACH = (
    select(*_MESSAGE)
    .join(_NUMBERED, _NUMBERED.c.id == _M.id)
    .where(_NUMBERED.c.from_the_end <= bindparam("most_each"))
    .order_by(_M.conversation_id, _M.seq)
)
_ADDRESSES = select(AddressRow.customer_id, AddressRow.kind, AddressRow.value).where(
    belongs_to(AddressRow.tenant_id, bindparam("tenant")),
    AddressRow.customer_id.in_(bindparam("ids", expanding=True)),
)
_ORDERS = (
    select(OrderRow.customer_id, OrderRow.number, OrderRow.tracking)
    .where(
        OrderRow.tenant_id == bindparam("tenant"),
        OrderRow.customer_id.in_(bindparam("ids", expanding=True)),
    )
    # An expression: by the index on the time, SQLite would read all orders of the tenant.
    .order_by(func.coalesce(OrderRow.happened_at, OrderRow.placed_at).desc())
    .limit(bindparam("most"))
)

_NOT_READ: dict[str, Any] = {
    "quoted_text": None,
    "signature": None,
    "attachments": [],
    "start": None,
    "end": None,
    "written": None,
}


async def present(session: ReadSession, tenant: TenantId, conversation_id: str) -> Conversation:
    """The conversation with its first and latest messages: where it began and where it stands.

    Raises:
        ConversationNotFoundError: The tenant has none with this id.
    """
    head = await conversations.head(session, tenant, conversation_id)
    rows = await session.execute(
        _ENDS, {"tenant": tenant, "id": head.id, "after": head.message_count - _LATEST}
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
    rows = await session.execute(
        _LATEST_OF_EACH, {"tenant": tenant, "ids": list(found), "most_each": most_each}
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
    asked = {"tenant": tenant, "ids": list(found)}
    addresses = await session.execute(_ADDRESSES, asked)
    for one in addresses:
        found[one.customer_id][one.kind].append(one.value)
    orders = await session.execute(_ORDERS, {**asked, "most": _ORDERS_EACH * len(found)})
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
