"""What waits to be indexed: marked in the transaction that changed it, cleared once indexed."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from copilot.kernel import clock
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.search.index import PassageKind
from copilot.search.tables import OutboxRow

LEASE = timedelta(minutes=2)
"""How long a claim keeps others off; a worker that died is succeeded after this."""

_IN_ONE_STATEMENT = 500


class Claim(NamedTuple):
    """One waiting source, and how often it had been marked when it was claimed."""

    tenant: TenantId
    kind: PassageKind
    source_id: str
    marks: int


async def mark(session: WriteSession, tenant: TenantId, kind: PassageKind, source_id: str) -> None:
    """Note that the passages of an article or conversation may have changed or vanished."""
    await mark_all(session, tenant, kind, [source_id])


async def mark_all(
    session: WriteSession, tenant: TenantId, kind: PassageKind, source_ids: Sequence[str]
) -> None:
    """Note the same of several sources."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    marked_at = clock.now()
    # In one order everywhere: two transactions that mark the same rows cannot deadlock.
    ordered = sorted(set(source_ids))
    for start in range(0, len(ordered), _IN_ONE_STATEMENT):
        new = [
            {
                "tenant_id": tenant,
                "kind": kind,
                "source_id": source_id,
                "marks": 1,
                "marked_at": marked_at,
            }
            for source_id in ordered[start : start + _IN_ONE_STATEMENT]
        ]
        await session.execute(
            dialect.insert(OutboxRow)
            .values(new)
            .on_conflict_do_update(
                index_elements=["tenant_id", "kind", "source_id"],
                set_={"marks": OutboxRow.marks + 1},
            )
        )


async def claim(session: WriteSession, worker: str, *, limit: int, alone: bool) -> list[Claim]:
    """Take up to ``limit`` waiting sources of all tenants, oldest first, off the other workers.

    Args:
        session: A transaction of its own.
        worker: Who claims; unique to the process.
        limit: Most sources to take.
        alone: Whether no other process can be at work (SQLite), so that a claim still there is
            from before a crash.
    """
    now = clock.now()
    free = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < now)
    rows = await session.scalars(
        select(OutboxRow)
        .where(true() if alone else free)
        .order_by(OutboxRow.marked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claims = []
    for row in rows:
        row.claimed_by, row.claimed_until = worker, now + LEASE
        kind = cast("PassageKind", row.kind)
        claims.append(Claim(TenantId(row.tenant_id), kind, row.source_id, row.marks))
    return claims


async def renew(session: WriteSession, worker: str) -> None:
    """Keep this worker's claims for another lease."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.claimed_by == worker)
        .values(claimed_until=clock.now() + LEASE)
    )


async def unchanged(session: WriteSession, claims: Iterable[Claim]) -> set[Claim]:
    """Those of ``claims`` that nobody has marked since, locked until the transaction ends."""
    found = set()
    for one in sorted(set(claims)):
        marks = await session.scalar(select(OutboxRow.marks).where(_is(one)).with_for_update())
        if marks == one.marks:
            found.add(one)
    return found


async def waiting(session: ReadSession) -> bool:
    """Whether anything waits to be indexed."""
    return await session.scalar(select(OutboxRow.marks).limit(1)) is not None


async def claimed(session: ReadSession, tenant: TenantId) -> bool:
    """Whether some worker is indexing for the tenant."""
    now = clock.now()
    row = await session.scalar(
        select(OutboxRow.marks)
        .where(OutboxRow.tenant_id == tenant, OutboxRow.claimed_until > now)
        .limit(1)
    )
    return row is not None


async def clear(session: WriteSession, claims: Sequence[Claim]) -> None:
    """Drop what has been indexed; what was marked again meanwhile keeps waiting."""
    for one in claims:
        await session.execute(delete(OutboxRow).where(_is(one), OutboxRow.marks == one.marks))


async def release(session: WriteSession, worker: str, *, to_the_end: Sequence[Claim] = ()) -> None:
    """Give back what this worker claimed and did not clear; ``to_the_end`` lets others go first."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.claimed_by == worker)
        .values(claimed_by=None, claimed_until=None)
    )
    for one in to_the_end:
        await session.execute(update(OutboxRow).where(_is(one)).values(marked_at=clock.now()))


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(
        OutboxRow.tenant_id == claim.tenant,
        OutboxRow.kind == claim.kind,
        OutboxRow.source_id == claim.source_id,
    )
