"""The inbox: conversations as an agent works through them, and what each agent has seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, null, or_, select, update

from copilot.conversations.conversation import ListedConversation, ReadMark
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.store import HEAD, last_contact
from copilot.conversations.tables import ConversationRow, ReadRow
from copilot.conversations.waiting import SETTLED_STATUSES
from copilot.customers import store as customers
from copilot.customers.tables import CustomerRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession, belongs_to
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, read_place, write_place
from copilot.kernel.upsert import insert_if_new

_C = ConversationRow
_SETTLED = sorted(SETTLED_STATUSES)
# Of rows that are joined with the marks of whoever asks.
_UNREAD = _C.news_version > func.coalesce(ReadRow.version, 0)
# Who waits in a case that is settled waits for nothing.
_WAITING_SINCE = case((_C.status.in_(_SETTLED), null()), else_=_C.waiting_since)
_WAITS = and_(_C.waiting_since.is_not(None), _C.status.not_in(_SETTLED))


class Wanted(NamedTuple):
    """Which conversations are listed: those that fit everything that is set.

    Attributes:
        customer_id: Of this customer; also by an id from before a merge.
        status: With exactly this status.
        channel: On this channel.
        language: In this language, whatever its region.
        waiting: Whether their customer waits for an answer.
        unread: Whether the agent who asks has not seen what the customer wrote last.
        updated_since: Changed then or later.
        longest_waiting: Only those whose customer waits, the longest first; else the latest first.
    """

    customer_id: str | None = None
    status: str | None = None
    channel: str | None = None
    language: str | None = None
    waiting: bool | None = None
    unread: bool | None = None
    updated_since: datetime | None = None
    longest_waiting: bool = False


async def find(
    session: ReadSession,
    tenant: TenantId,
    wanted: Wanted,
    *,
    agent_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ListedConversation]:
    """A page of the conversations that fit ``wanted``.

    Args:
        session: To read with.
        tenant: Whose conversations.
        wanted: Which of them, and in what order.
        agent_id: Who asks, to whom some are unread; None for a program, to which none is.
        limit: Most conversations at once.
        cursor: Where the page before ended.

    Raises:
        InvalidInputError: The cursor is not one that this list gave, or a program asks for what
            is unread.
    """
    if wanted.unread is not None and agent_id is None:
        raise InvalidInputError("What is unread is known of people only: sign in, or leave it out.")
    query = await _fitting(session, tenant, _rows(agent_id), wanted)
    if wanted.longest_waiting:
        query = query.where(_WAITS)
        if cursor is not None:
            since, last_id = read_place(cursor)
            later = and_(_C.waiting_since == since, _C.id > last_id)
            query = query.where(or_(_C.waiting_since > since, later))
        query = query.order_by(_C.waiting_since, _C.id).limit(limit + 1)
    else:
        query = latest_first(query, _C.last_contact_at, _C.id, limit=limit, cursor=cursor)
    found = [_item(row) for row in await session.execute(query)]
    shown = found[:limit]
    if len(found) <= limit:
        return Page(items=shown)
    last = shown[-1]
    at = last.waiting_since if wanted.longest_waiting else None
    return Page(items=shown, next_cursor=write_place(at or last_contact(last), last.id))


async def listed(
    session: ReadSession,
    tenant: TenantId,
    conversation_ids: Sequence[str],
    *,
    agent_id: str | None = None,
) -> list[ListedConversation]:
    """Those of the tenant's conversations that exist, as the list shows them to ``agent_id``."""
    query = _rows(agent_id).where(belongs_to(_C.tenant_id, tenant), _C.id.in_(conversation_ids))
    return [_item(row) for row in await session.execute(query.order_by(_C.updated_at))]


async def changed_since(
    session: ReadSession, tenant: TenantId, since: datetime, *, limit: int
) -> dict[str, datetime]:
    """Ids of conversations that changed after ``since`` and when, the latest ``limit`` of them."""
    rows = await session.execute(
        select(_C.id, _C.updated_at)
        .where(_C.tenant_id == tenant, _C.updated_at > since)
        .order_by(_C.updated_at.desc())
        .limit(limit)
    )
    return {row.id: row.updated_at for row in rows}


async def mark_read(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    agent_id: str,
    version: int | None = None,
) -> ReadMark:
    """Keep that the agent has seen the conversation up to ``version``, or as it is now.

    A mark never goes back.

    Raises:
        ConversationNotFoundError: The tenant has no such conversation.
    """
    conversation_id = storable(conversation_id)
    held = await session.scalar(
        select(_C.version)
        .where(_C.tenant_id == tenant, _C.id == conversation_id)
        # It must not be deleted before the mark is there.
        .with_for_update(read=True, key_share=True)
    )
    if held is None:
        raise ConversationNotFoundError(conversation_id)
    seen = held if version is None else min(version, held)
    values = {"version": seen, "read_at": now()}
    mine = {"tenant_id": tenant, "agent_id": agent_id, "conversation_id": conversation_id}
    if not await insert_if_new(session, ReadRow, {**mine, **values}):
        await session.execute(
            update(ReadRow)
            .where(
                ReadRow.tenant_id == tenant,
                ReadRow.agent_id == agent_id,
                ReadRow.conversation_id == conversation_id,
                ReadRow.version < seen,
            )
            .values(**values)
        )
    kept = await session.scalar(
        select(ReadRow.version).where(
            ReadRow.tenant_id == tenant,
            ReadRow.agent_id == agent_id,
            ReadRow.conversation_id == conversation_id,
        )
    )
    return ReadMark(conversation_id=conversation_id, version=kept or seen)


async def keep_cfs(
    session: WriteSession, tenant: TenantId, conversation_id: str, score: int
) -> None:
    """Keep the latest customer feedback score of a conversation, for its list."""
    await session.execute(
        update(_C)
        .where(_C.tenant_id == tenant, _C.id == conversation_id)
        .values(cfs=score, updated_at=now())
    )


async def _fitting(
    session: ReadSession,
    tenant: TenantId,
    query: "Select[*tuple[Any, ...]]",
    wanted: Wanted,
) -> "Select[*tuple[Any, ...]]":
    query = query.where(_C.tenant_id == tenant)
    if wanted.customer_id is not None:
        current = await customers.current_id(session, tenant, wanted.customer_id)
        query = query.where(_C.customer_id == current)
    if wanted.status is not None:
        query = query.where(_C.status == storable(wanted.status))
    if wanted.channel is not None:
        query = query.where(_C.channel == storable(wanted.channel))
    if wanted.language is not None:
        language = storable(wanted.language).lower()
        stored = func.lower(_C.language)
        region = stored.startswith(f"{language}-", autoescape=True)
        query = query.where(or_(stored == language, region))
    if wanted.waiting is not None:
        query = query.where(_WAITS if wanted.waiting else ~_WAITS)
    if wanted.unread is not None:
        query = query.where(_UNREAD if wanted.unread else ~_UNREAD)
    if wanted.updated_since is not None:
        query = query.where(_C.updated_at >= wanted.updated_since)
    return query


def _rows(agent_id: str | None) -> "Select[*tuple[Any, ...]]":
    unread = null() if agent_id is None else _UNREAD
    rows = select(
        *HEAD,
        _WAITING_SINCE.label("waiting_since"),
        _C.last_author_role,
        _C.cfs,
        unread.label("unread"),
    ).outerjoin(CustomerRow, CustomerRow.id == _C.customer_id)
    if agent_id is None:
        return rows
    mine = and_(ReadRow.conversation_id == _C.id, ReadRow.agent_id == agent_id)
    return rows.outerjoin(ReadRow, mine)


def _item(row: Any) -> ListedConversation:
    return ListedConversation.model_validate(dict(row._mapping))
