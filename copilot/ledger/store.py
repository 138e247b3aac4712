"""Reading and writing the rows of the ledger."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Numeric, case, cast, func, insert, select, update
from sqlalchemy.orm import load_only

from copilot.kernel.db import ReadSession, WriteConnection, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place
from copilot.ledger.entry import LedgerEntry, LedgerNotFoundError, LedgerText, UsageLine
from copilot.ledger.tables import ModelCallRow as Row

Dead = Callable[[str, datetime], bool]
"""Tells by its task and when it was sent whether a call without an end will never have one."""

_CENTS = Decimal("1E-8")
# As a table, not a class: half the processor time, between a prompt and its answer.
_TABLE = Row.metadata.tables[Row.__tablename__]
_LISTED = [
    getattr(Row, name)
    for name in LedgerEntry.model_fields  # all of them but the text, which may be long
]


class Spent(NamedTuple):
    """What a tenant's calls took."""

    day_tokens: int = 0
    month_tokens: int = 0
    day_cost: Decimal = Decimal(0)
    month_cost: Decimal = Decimal(0)


async def add(connection: WriteConnection, tenant: TenantId, values: dict[str, Any]) -> None:
    """Write one row of the tenant."""
    await connection.execute(insert(_TABLE), {**values, "tenant_id": tenant})


async def end(
    connection: WriteConnection, tenant: TenantId, entry_id: str, values: dict[str, Any]
) -> None:
    """Write how a call ended."""
    mine = (_TABLE.c.tenant_id == tenant, _TABLE.c.id == entry_id)
    await connection.execute(update(_TABLE).where(*mine).values(**values))


async def get(session: ReadSession, tenant: TenantId, entry_id: str, *, dead: Dead) -> LedgerText:
    """One call with what left.

    Raises:
        LedgerNotFoundError: The tenant has no such row.
    """
    row = await session.scalar(
        select(Row).where(Row.tenant_id == tenant, Row.id == storable(entry_id))
    )
    if row is None:
        raise LedgerNotFoundError(entry_id)
    return LedgerText.model_validate({**_told(row, dead), "sent": row.sent})


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    dead: Dead,
    conversation_id: str | None = None,
    customer_id: str | None = None,
    since: datetime | None = None,
    task: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[LedgerEntry]:
    """The tenant's calls without their text, the latest first.

    Args:
        session: The session.
        tenant: Whose.
        dead: Whether a call without an end will never have one.
        conversation_id: Only those about this conversation.
        customer_id: Only those about this customer.
        since: Only those sent then or later.
        task: Only those for this.
        limit: The longest page.
        cursor: Where the last page ended.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = select(Row).options(load_only(*_LISTED)).where(Row.tenant_id == tenant)
    if conversation_id is not None:
        wanted = wanted.where(Row.conversation_id == storable(conversation_id))
    if customer_id is not None:
        wanted = wanted.where(Row.customer_id == storable(customer_id))
    if since is not None:
        wanted = wanted.where(Row.sent_at >= since)
    if task is not None:
        wanted = wanted.where(Row.task == task)
    wanted = latest_first(wanted, Row.sent_at, Row.id, limit=limit, cursor=cursor)
    rows = list(await session.scalars(wanted))
    shown = rows[:limit]
    return Page(
        items=[LedgerEntry.model_validate(_told(row, dead)) for row in shown],
        next_cursor=write_place(shown[-1].sent_at, shown[-1].id) if len(rows) > limit else None,
    )


async def spent(session: ReadSession, tenant: TenantId, *, day: datetime, month: datetime) -> Spent:
    """What the tenant's calls took since the beginnings of this day and this month."""
    tokens = func.coalesce(Row.prompt_tokens, 0) + func.coalesce(Row.answer_tokens, 0)
    costs = func.coalesce(cast(Row.cost, Numeric(24, 8)), 0)
    today = Row.sent_at >= day
    row = (
        await session.execute(
            select(
                func.sum(case((today, tokens), else_=0)),
                func.sum(tokens),
                func.sum(case((today, costs), else_=0)),
                func.sum(costs),
            ).where(Row.tenant_id == tenant, Row.sent_at >= month)
        )
    ).one()
    return Spent(int(row[0] or 0), int(row[1] or 0), _cost(row[2]), _cost(row[3]))


async def usage(session: ReadSession, tenant: TenantId, since: datetime) -> list[UsageLine]:
    """What the tenant's calls took by day, task and engine, the latest day first."""
    day = func.date(Row.sent_at)
    if session.get_bind().dialect.name == "postgresql":
        day = func.date(func.timezone("UTC", Row.sent_at))
    rows = await session.execute(
        select(
            day,
            Row.task,
            Row.engine,
            Row.currency,
            func.count(),
            func.sum(func.coalesce(Row.prompt_tokens, 0)),
            func.sum(func.coalesce(Row.answer_tokens, 0)),
            func.sum(cast(Row.cost, Numeric(24, 8))),
        )
        .where(Row.tenant_id == tenant, Row.sent_at >= since, _left())
        .group_by(day, Row.task, Row.engine, Row.currency)
        .order_by(day.desc(), Row.task, Row.engine)
    )
    return [
        UsageLine(
            day=date.fromisoformat(str(on)),
            task=task,
            engine=engine,
            calls=calls,
            prompt_tokens=int(prompt),
            answer_tokens=int(answer),
            cost=None if cost is None else _cost(cost),
            currency=currency,
        )
        for on, task, engine, currency, calls, prompt, answer, cost in rows
    ]


async def owners_of_texts(session: ReadSession, older: datetime) -> list[TenantId]:
    """Tenants with rows sent before ``older`` whose text is still kept."""
    found = await session.scalars(
        select(Row.tenant_id).where(Row.has_text.is_(True), Row.sent_at < older).distinct()
    )
    return [TenantId(one) for one in found]


async def drop_texts(session: WriteSession, tenant: TenantId, older: datetime, *, most: int) -> int:
    """Drop the text of at most ``most`` rows sent before ``older``; returns of how many."""
    mine = (Row.tenant_id == tenant, Row.has_text.is_(True))
    ids = list(
        await session.scalars(
            select(Row.id).where(*mine, Row.sent_at < older).order_by(Row.sent_at).limit(most)
        )
    )
    if ids:
        dropped = update(Row).where(*mine, Row.id.in_(ids)).values(sent=None, has_text=False)
        await session.execute(dropped)
    return len(ids)


async def erase(
    session: WriteSession,
    tenant: TenantId,
    *,
    customer_ids: Sequence[str] = (),
    conversation_ids: Sequence[str] = (),
    call_ids: Sequence[str] = (),
) -> int:
    """Take out of the rows about these what could tell of anybody; returns of how many.

    What a call took, and when, stays: budgets and bills are about that.
    """
    changed = await session.execute(
        update(Row)
        .where(
            Row.tenant_id == tenant,
            Row.customer_id.in_(customer_ids)
            | Row.conversation_id.in_(conversation_ids)
            | Row.call_id.in_(call_ids),
        )
        .values(
            sent=None,
            has_text=False,
            masked={},
            customer_id=None,
            conversation_id=None,
            call_id=None,
        )
        .execution_options(preserve_rowcount=True)
    )
    return int(getattr(changed, "rowcount", 0))


async def forget_quoting(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    quotes: Callable[[Any], bool] | None,
) -> None:
    """Drop the text of calls about a conversation that repeats what was taken out of that.

    Args:
        session: The transaction.
        tenant: Whose conversation.
        conversation_id: Which.
        quotes: Whether a JSON value repeats it; None drops every text.
    """
    mine = (Row.tenant_id == tenant, Row.conversation_id == conversation_id)
    rows = await session.execute(select(Row.id, Row.sent).where(*mine, Row.has_text.is_(True)))
    gone = [entry_id for entry_id, sent in rows if quotes is None or quotes(sent)]
    if gone:
        await session.execute(
            update(Row).where(*mine, Row.id.in_(gone)).values(sent=None, has_text=False)
        )


def _left() -> ColumnElement[bool]:
    """Whether anything left."""
    return Row.outcome.is_(None) | (Row.outcome != "refused")


def _told(row: Row, dead: Dead) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in LedgerEntry.model_fields}
    if row.outcome is None:
        told["outcome"] = "unknown" if dead(row.task, row.sent_at) else "running"
    return told


def _cost(value: object) -> Decimal:
    # SQLite adds as binary fractions: what it gives is right to far more than eight decimals.
    return Decimal(str(value or 0)).quantize(_CENTS)
