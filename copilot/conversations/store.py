"""Reading conversations. Writing them is ``flow.py``'s."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.engine import Row

from copilot.conversations.conversation import Author, Conversation, ConversationHead, Message
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers import store as customers
from copilot.customers.tables import CustomerRow
from copilot.kernel.db import ReadSession, belongs_to
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place

_C = ConversationRow
_M = MessageRow
HEAD = (
    _C.id,
    _C.source,
    _C.external_id,
    _C.channel,
    _C.subject,
    _C.status,
    _C.language,
    _C.tags,
    _C.customer_id,
    CustomerRow.name.label("customer_name"),
    _C.version,
    _C.message_count,
    _C.last_message_at,
    _C.created_at,
    _C.updated_at,
)
"""The columns of a :class:`ConversationHead`, where customers are joined."""

# The originals stay in the database: they are long, and only the clean text is ever shown.
_MESSAGE = (
    _M.id,
    _M.conversation_id,
    _M.external_id,
    _M.seq,
    _M.author_role,
    _M.author_name,
    _M.visibility,
    _M.sent_at,
    _M.text,
    _M.quoted_text,
    _M.signature,
    _M.attachments,
    _M.language,
    _M.start.label("start"),
    _M.end.label("end"),
    _M.written,
)

_ALL_HEADS = select(*HEAD).outerjoin(CustomerRow, CustomerRow.id == _C.customer_id)
# Made once: making a query takes as long as running it.
_HEADS_BY_ID = _ALL_HEADS.where(
    belongs_to(_C.tenant_id, bindparam("tenant")), _C.id.in_(bindparam("ids", expanding=True))
)


async def get(session: ReadSession, tenant: TenantId, conversation_id: str) -> Conversation:
    """The conversation with its messages in order.

    Raises:
        ConversationNotFoundError: The tenant has none with this id.
    """
    found = await head(session, tenant, conversation_id)
    messages = await messages_of(session, tenant, [found.id])
    return Conversation(**dict(found), messages=messages[found.id])


async def head(session: ReadSession, tenant: TenantId, conversation_id: str) -> ConversationHead:
    """The conversation without its messages.

    Raises:
        ConversationNotFoundError: The tenant has none with this id.
    """
    conversation_id = storable(conversation_id)
    found = (await heads(session, tenant, [conversation_id])).get(conversation_id)
    if found is None:
        raise ConversationNotFoundError(conversation_id)
    return found


async def heads(
    session: ReadSession, tenant: TenantId, conversation_ids: Iterable[str]
) -> dict[str, ConversationHead]:
    """Those of the tenant's conversations that exist, by id."""
    asked = {"tenant": tenant, "ids": list(conversation_ids)}
    rows = await session.execute(_HEADS_BY_ID, asked)
    return {row.id: _head(row) for row in rows}


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    customer_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ConversationHead]:
    """Conversations, of one customer or all, latest contact first.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = _heads(tenant)
    if customer_id is not None:
        current = await customers.current_id(session, tenant, customer_id)
        wanted = wanted.where(_C.customer_id == current)
    wanted = latest_first(wanted, _C.last_contact_at, _C.id, limit=limit, cursor=cursor)
    found = [_head(row) for row in await session.execute(wanted)]
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        items=shown,
        next_cursor=write_place(last_contact(shown[-1]), shown[-1].id) if more else None,
    )


async def contacts(
    session: ReadSession, tenant: TenantId, customer_id: str, *, limit: int, cursor: str | None
) -> list[ConversationHead]:
    """One more than ``limit`` of the customer's conversations, latest contact first.

    Raises:
        InvalidInputError: The cursor is not one that a list gave.
    """
    wanted = _heads(tenant).where(_C.customer_id == customer_id)
    rows = await session.execute(
        latest_first(wanted, _C.last_contact_at, _C.id, limit=limit, cursor=cursor)
    )
    return [_head(row) for row in rows]


def last_contact(head: ConversationHead) -> datetime:
    """When it was last alive, which lists go by: its last message, or its making without any."""
    return head.last_message_at or head.created_at


async def messages_of(
    session: ReadSession, tenant: TenantId, conversation_ids: Sequence[str]
) -> dict[str, list[Message]]:
    """The messages of each conversation, in order."""
    rows = await session.execute(
        select(*_MESSAGE)
        .where(belongs_to(_M.tenant_id, tenant), _M.conversation_id.in_(conversation_ids))
        .order_by(_M.conversation_id, _M.seq)
    )
    found: dict[str, list[Message]] = {one: [] for one in conversation_ids}
    for row in rows:
        found[row.conversation_id].append(_message(row))
    return found


async def message_page(
    session: ReadSession, tenant: TenantId, conversation_id: str, *, after_seq: int, limit: int
) -> list[Message]:
    """Up to ``limit`` messages that come after the place ``after_seq``."""
    rows = await session.execute(
        select(*_MESSAGE)
        .where(_M.tenant_id == tenant, _M.conversation_id == conversation_id, _M.seq > after_seq)
        .order_by(_M.seq)
        .limit(limit)
    )
    return [_message(row) for row in rows]


async def known_messages(
    session: ReadSession, tenant: TenantId, source: str, external_id: str
) -> frozenset[str]:
    """The external ids of the messages that are stored for this conversation already."""
    rows = await session.scalars(
        select(_M.external_id)
        .join(_C, _C.id == _M.conversation_id)
        .where(_C.tenant_id == tenant, _C.source == source, _C.external_id == external_id)
    )
    return frozenset(rows)


def _heads(tenant: TenantId) -> "Select[*tuple[Any, ...]]":
    return _ALL_HEADS.where(_C.tenant_id == tenant)


def _head(row: "Row[*tuple[Any, ...]]") -> ConversationHead:
    return ConversationHead.model_validate(dict(row._mapping))


def _message(row: "Row[*tuple[Any, ...]]") -> Message:
    fields = dict(row._mapping)
    author = Author(role=fields.pop("author_role"), name=fields.pop("author_name"))
    return Message(author=author, **fields)
