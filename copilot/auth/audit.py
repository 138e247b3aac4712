"""Audit events: who did what, kept for good. Recording never fails the deed and holds no secret."""

import logging
from typing import Literal, NamedTuple

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from copilot.auth.principal import Principal
from copilot.auth.tables import AuditEventRow
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.db import Database, ReadSession, WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.masking import mask
from copilot.kernel.paging import Page
from copilot.kernel.time_paging import latest_first, write_place

AuditKind = Literal[
    "tenant_created",
    "key_created",
    "key_revoked",
    "agent_created",
    "agent_changed",
    "agent_disabled",
    "password_set",
    "signed_in",
    "sign_in_failed",
    "sign_in_limited",
    "link_created",
    "link_used",
    "signed_out",
    "customer_erased",
    "customer_exported",
    "panel_origins_set",
    "panel_allowed",
]
"""Everything that is recorded. A new kind is a new line here."""

_LONGEST_DETAIL = 300
_log = logging.getLogger(__name__)


class Actor(NamedTuple):
    """Who did it: a key, an agent, or the operator at the command line."""

    kind: Literal["key", "agent", "operator"]
    id: str | None = None
    name: str | None = None


OPERATOR = Actor("operator")


def actor_of(principal: Principal | None) -> Actor:
    """``principal`` as an actor; none is the operator at the command line."""
    if principal is None:
        return OPERATOR
    return Actor(principal.kind, principal.id, principal.name)


class AuditEvent(BaseModel):
    """One recorded event."""

    id: str
    at: UtcTime
    kind: str
    actor_kind: str
    actor_id: str | None
    actor_name: str | None
    subject_id: str | None
    detail: dict[str, str]


async def record(
    session: WriteSession,
    tenant: TenantId,
    kind: AuditKind,
    actor: Actor,
    *,
    subject_id: str | None = None,
    **detail: str,
) -> None:
    """Add an event to the transaction of the deed itself: both are kept or neither.

    When the event alone cannot be written, the deed goes on and the log tells.

    Args:
        session: The transaction of the deed.
        tenant: Whose event it is.
        kind: What happened.
        actor: Who did it.
        subject_id: What it was done to.
        detail: Short facts; secrets of ours in them are masked, control characters removed.
    """
    row = AuditEventRow(
        id=new_id("aud"),
        tenant_id=tenant,
        at=now(),
        kind=kind,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=None if actor.name is None else _clean(actor.name)[:200],
        subject_id=subject_id,
        detail={name: _clean(value) for name, value in detail.items()},
    )
    try:
        async with session.begin_nested():
            session.add(row)
    except SQLAlchemyError:
        _log.exception("the audit event %s could not be written", kind)


async def note(
    db: Database,
    tenant: TenantId,
    kind: AuditKind,
    actor: Actor,
    *,
    subject_id: str | None = None,
    **detail: str,
) -> None:
    """Add an event that belongs to no other change, such as a refusal; see :func:`record`."""
    try:
        async with db.write() as session:
            await record(session, tenant, kind, actor, subject_id=subject_id, **detail)
    except SQLAlchemyError:
        _log.exception("the audit event %s could not be written", kind)


async def find(
    session: ReadSession,
    tenant: TenantId,
    *,
    kind: AuditKind | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[AuditEvent]:
    """Events of ``tenant``, newest first.

    Raises:
        InvalidInputError: The cursor is not one of ours.
    """
    query = select(AuditEventRow).where(AuditEventRow.tenant_id == tenant)
    if kind is not None:
        query = query.where(AuditEventRow.kind == kind)
    query = latest_first(query, AuditEventRow.at, AuditEventRow.id, limit=limit, cursor=cursor)
    rows = list(await session.scalars(query))
    events = [AuditEvent.model_validate(row, from_attributes=True) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(
        items=events, next_cursor=write_place(events[-1].at, events[-1].id) if more else None
    )


def _clean(text: str) -> str:
    visible = "".join(char if char.isprintable() else " " for char in text)
    return mask(visible)[:_LONGEST_DETAIL]
