"""How long a tenant keeps its calls: the rule, and which calls have been kept longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, func, select

from copilot.calls.privacy_tables import RetentionRow
from copilot.calls.tables import CallRow
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new

Days = Annotated[int, Field(ge=1, le=36_500)]
Expiring = Literal["audio", "text"]


class RetentionIn(BaseModel):
    """The body of ``PUT /v1/retention``: it replaces the rule as a whole.

    Attributes:
        audio_days: Days until a recording is deleted and its transcript kept; null: never.
        text_days: Days until a call is deleted with all that was made of it, its recording
            included; null: never.
    """

    model_config = ConfigDict(extra="forbid")

    audio_days: Days | None = None
    text_days: Days | None = None


class Retention(BaseModel):
    """The rule, and what it is about to delete.

    Attributes:
        audio_due: Recordings that are older and still there.
        text_due: Calls that are older and still there.
    """

    audio_days: int | None
    text_days: int | None
    updated_at: UtcTime | None
    audio_due: int
    text_due: int


class Rule(NamedTuple):
    """A tenant's rule."""

    tenant: TenantId
    audio_days: int | None
    text_days: int | None
    updated_at: datetime | None = None


async def rule_of(session: ReadSession, tenant: TenantId) -> Rule:
    """The tenant's rule; without one, everything is kept."""
    row = await session.get(RetentionRow, tenant)
    if row is None:
        return Rule(tenant, None, None)
    return Rule(tenant, row.audio_days, row.text_days, row.updated_at)


async def told(
    session: ReadSession, tenant: TenantId, rule: Rule, asked: RetentionIn | None = None
) -> Retention:
    """The tenant's ``rule`` with what is due by it, or by ``asked`` in its place."""
    if asked is not None:
        rule = rule._replace(audio_days=asked.audio_days, text_days=asked.text_days)
    return Retention(
        audio_days=rule.audio_days,
        text_days=rule.text_days,
        updated_at=rule.updated_at,
        audio_due=await count_due(session, tenant, rule, "audio"),
        text_due=await count_due(session, tenant, rule, "text"),
    )


async def save(session: WriteSession, tenant: TenantId, asked: RetentionIn) -> None:
    """Keep ``asked`` as the tenant's rule."""
    values = {**asked.model_dump(), "updated_at": now()}
    if not await insert_if_new(session, RetentionRow, {"tenant_id": tenant, **values}):
        row = await session.get_one(RetentionRow, tenant)
        row.audio_days, row.text_days = asked.audio_days, asked.text_days
        row.updated_at = now()
        await session.flush()


async def rules(session: ReadSession, *, after: str, limit: int) -> list[Rule]:
    """Rules of tenants that do not keep everything, in turn from behind the tenant ``after``."""
    rows = await session.scalars(
        select(RetentionRow)
        .where(
            RetentionRow.tenant_id > after,
            RetentionRow.audio_days.is_not(None) | RetentionRow.text_days.is_not(None),
        )
        .order_by(RetentionRow.tenant_id)
        .limit(limit)
    )
    return [
        Rule(TenantId(row.tenant_id), row.audio_days, row.text_days, row.updated_at) for row in rows
    ]


async def due(
    session: ReadSession, tenant: TenantId, rule: Rule, kind: Expiring, *, limit: int
) -> Sequence[str]:
    """Ids of the tenant's calls that ``rule`` no longer keeps, the oldest first."""
    wanted = _due(tenant, rule, kind)
    if wanted is None:
        return []
    found = await session.scalars(
        _calls(select(CallRow.id), tenant).where(wanted).order_by(CallRow.created_at).limit(limit)
    )
    return list(found)


async def count_due(session: ReadSession, tenant: TenantId, rule: Rule, kind: Expiring) -> int:
    """How many calls of the tenant ``rule`` no longer keeps."""
    wanted = _due(tenant, rule, kind)
    if wanted is None:
        return 0
    counted = select(func.count()).select_from(CallRow)
    return await session.scalar(_calls(counted, tenant).where(wanted)) or 0


def _calls(selected: Any, tenant: TenantId) -> Any:
    """Calls whose job is not at work on them: one that is would only be in each other's way."""
    working = JobRow.status.in_(("queued", "running"))
    return selected.outerjoin(
        JobRow, (JobRow.id == CallRow.job_id) & (JobRow.tenant_id == tenant)
    ).where(CallRow.tenant_id == tenant, JobRow.id.is_(None) | ~working)


def _due(tenant: TenantId, rule: Rule, kind: Expiring) -> ColumnElement[bool] | None:
    days = rule.audio_days if kind == "audio" else rule.text_days
    if days is None:
        return None
    # By when it was sent here: ``started_at`` is what the sender says, and may be any day.
    older: ColumnElement[bool] = (CallRow.tenant_id == tenant) & (
        CallRow.created_at < now() - timedelta(days=days)
    )
    return older & CallRow.audio_expired_at.is_(None) if kind == "audio" else older
