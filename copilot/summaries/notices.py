"""Who is to be told of a summary: kept from the wish until it has been told, or cannot be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from copilot.conversations.conversation import ConversationHead
from copilot.kernel import clock
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place
from copilot.summaries.notice import SummaryReady, WebhookDelivery
from copilot.summaries.store import options_hash
from copilot.summaries.summary import Summary, SummaryOptions
from copilot.summaries.tables import NoticeRow

MOST_WAITING = 20
"""How many different wishes one conversation may have open."""

KEPT = timedelta(days=7)
"""How long what became of a webhook can be looked up."""

GIVEN_UP = timedelta(minutes=10)
"""No attempt takes so long: one that never ended, for whatever reason, is made again."""


class TooManyNoticesError(ConflictError):
    """A conversation whose summary too many want to be told of."""

    code = "too_many_notices"
    title = "Too many wait for this summary"


class Sending(NamedTuple):
    """A webhook to be sent now."""

    tenant: TenantId
    notice_id: str


async def wish(
    session: WriteSession,
    tenant: TenantId,
    conversation: ConversationHead,
    options: SummaryOptions,
    url: str | None,
) -> None:
    """Keep the wish to be told, at ``url`` if given, of a summary of the conversation as it is now.

    The same wish again, before it is fulfilled, is one wish: a burst is told of once.
    The conversation's row must be locked.

    Raises:
        TooManyNoticesError: The conversation has too many different wishes open.
    """
    at = clock.now()
    open_wishes = (
        await session.scalars(
            _of(tenant, conversation.id)
            .where(NoticeRow.status == "waiting")
            # One that is being fulfilled right now is fulfilled with what it asked for before.
            .with_for_update()
        )
    ).all()
    for row in open_wishes:
        if row.url == url and row.options_hash == options_hash(options):
            row.version, row.updated_at = conversation.version, at
            return
    if len(open_wishes) >= MOST_WAITING:
        raise TooManyNoticesError(
            f"{MOST_WAITING} different wishes wait for a summary of this conversation already: "
            "ask for fewer sets of options or addresses, or wait until they are fulfilled."
        )
    session.add(
        NoticeRow(
            id=new_id("whk"),
            tenant_id=tenant,
            conversation_id=conversation.id,
            options_hash=options_hash(options),
            options=options.model_dump(exclude={"refresh"}),
            version=conversation.version,
            url=url,
            status="waiting",
            attempts=0,
            created_at=at,
            updated_at=at,
        )
    )


async def wanted_options(
    session: ReadSession, tenant: TenantId, conversation_id: str
) -> list[SummaryOptions]:
    """What summaries of the conversation are waited for."""
    rows = await session.scalars(_of(tenant, conversation_id).where(NoticeRow.status == "waiting"))
    by_hash = {row.options_hash: row.options for row in rows}
    return [SummaryOptions.model_validate(options) for options in by_hash.values()]


async def fulfil(
    session: WriteSession,
    tenant: TenantId,
    conversation: ConversationHead,
    summary: Summary,
    options: SummaryOptions,
) -> None:
    """Let those who waited for ``summary`` be told; who gave no address finds it by themselves."""
    ready = SummaryReady(
        conversation_id=conversation.id,
        source=conversation.source,
        external_id=conversation.external_id,
        version=summary.version,
        summary_id=summary.id,
        engine=summary.engine,
        degraded=summary.degraded,
        created_at=summary.created_at,
    )
    at = clock.now()
    rows = await session.scalars(
        _of(tenant, conversation.id)
        .where(
            NoticeRow.status == "waiting",
            NoticeRow.options_hash == options_hash(options),
            NoticeRow.version <= summary.version,
        )
        .with_for_update()
    )
    for row in rows:
        if row.url is None:
            await session.delete(row)
            continue
        row.status, row.due_at, row.updated_at = "due", at, at
        row.body = ready.model_dump(mode="json")


def any_due() -> ColumnElement[bool]:
    """Whether any webhook of any tenant is to be sent now; to be selected."""
    at = clock.now()
    due = or_(
        and_(NoticeRow.status == "due", NoticeRow.due_at <= at),
        and_(NoticeRow.status == "sending", NoticeRow.updated_at < at - GIVEN_UP),
    )
    return exists().where(due)


async def take(session: WriteSession, *, at_once: int, after: str = "") -> list[Sending]:
    """Take webhooks that are due, at most one of each tenant at a time and ``at_once`` of all.

    Tenants take turns: receivers that do not answer hold up webhooks of their own tenant, not
    those of the others. See ``refreshes.alone``.

    Args:
        session: The transaction.
        at_once: Most webhooks under way at a time.
        after: The tenant whose turn was last.
    """
    at = clock.now()
    never_ended = (NoticeRow.status == "sending") & (NoticeRow.updated_at < at - GIVEN_UP)
    await session.execute(update(NoticeRow).where(never_ended).values(status="due", due_at=at))
    busy = list(
        await session.scalars(select(NoticeRow.tenant_id).where(NoticeRow.status == "sending"))
    )
    due = (NoticeRow.status == "due") & (NoticeRow.due_at <= at)
    first = select(NoticeRow).order_by(NoticeRow.tenant_id, NoticeRow.due_at).limit(1)
    first = first.with_for_update(skip_locked=True)
    taken: list[Sending] = []
    while len(busy) < at_once:
        free = first.where(due, NoticeRow.tenant_id.not_in(busy))
        row = await session.scalar(free.where(NoticeRow.tenant_id > after))
        row = row or await session.scalar(free)
        if row is None:
            break
        row.status, row.updated_at = "sending", at
        after = row.tenant_id
        busy.append(after)
        taken.append(Sending(TenantId(after), row.id))
    return taken


async def begin(session: WriteSession, tenant: TenantId, notice_id: str) -> NoticeRow | None:
    """The webhook if it is to be sent: nothing if it has been, or its conversation is gone.

    The attempt counts from here, also one that takes its process down.
    """
    row = await session.scalar(
        select(NoticeRow)
        .where(
            NoticeRow.tenant_id == tenant,
            NoticeRow.id == notice_id,
            NoticeRow.status == "sending",
        )
        .with_for_update()
    )
    if row is not None:
        row.attempts, row.updated_at = row.attempts + 1, clock.now()
    return row


async def sent(
    session: WriteSession,
    tenant: TenantId,
    notice_id: str,
    *,
    error: str | None,
    again_at: datetime | None,
) -> None:
    """Keep how an attempt went.

    Args:
        session: The transaction.
        tenant: Whose webhook.
        notice_id: Which.
        error: Why it was not delivered; None: it was.
        again_at: When to try again; None: it failed for good.
    """
    status = "delivered" if error is None else "due" if again_at is not None else "failed"
    await session.execute(
        update(NoticeRow)
        .where(
            NoticeRow.tenant_id == tenant,
            NoticeRow.id == notice_id,
            NoticeRow.status == "sending",
        )
        .values(
            status=status,
            error=error,
            due_at=again_at,
            updated_at=clock.now(),
        )
    )


async def find(
    session: ReadSession, tenant: TenantId, *, limit: int, cursor: str | None
) -> Page[WebhookDelivery]:
    """The tenant's webhooks, latest first.

    Raises:
        InvalidInputError: The cursor is not one that this gave.
    """
    rows = select(NoticeRow).where(NoticeRow.tenant_id == tenant, NoticeRow.url.is_not(None))
    paged = latest_first(rows, NoticeRow.created_at, NoticeRow.id, limit=limit, cursor=cursor)
    found: Sequence[NoticeRow] = (await session.scalars(paged)).all()
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        items=[_delivery(row) for row in shown],
        next_cursor=write_place(shown[-1].created_at, shown[-1].id) if more else None,
    )


async def forget_old(session: WriteSession) -> None:
    """Delete, of all tenants, what has been told or given up long ago."""
    await session.execute(
        delete(NoticeRow).where(
            NoticeRow.status.in_(("delivered", "failed")),
            NoticeRow.updated_at < clock.now() - KEPT,
        )
    )


def _of(tenant: TenantId, conversation_id: str) -> Any:
    return (
        select(NoticeRow)
        .where(
            NoticeRow.tenant_id == tenant, NoticeRow.conversation_id == storable(conversation_id)
        )
        .order_by(NoticeRow.id)
    )


def _delivery(row: NoticeRow) -> WebhookDelivery:
    return WebhookDelivery.model_validate(
        {
            "id": row.id,
            "conversation_id": row.conversation_id,
            "host": urlsplit(row.url or "").hostname or "",
            "status": row.status,
            "version": row.version,
            "summary_id": row.body["summary_id"] if row.body else None,
            "attempts": row.attempts,
            "error": row.error,
            "next_attempt_at": row.due_at if row.status == "due" else None,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )
