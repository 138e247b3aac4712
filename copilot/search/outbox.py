"""What waits to be indexed: marked in the transaction that changed it, cleared once indexed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from copilot.kernel import clock
from copilot.kernel.db import ReadConnection, ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.search.index import PassageKind
from copilot.search.tables import OutboxRow

LEASE = timedelta(minutes=2)
"""How long a claim keeps others off; a worker that died is succeeded after this."""

_IN_ONE_STATEMENT = 500
_bulk: ContextVar[bool] = ContextVar("outbox_bulk", default=False)


class Claim(NamedTuple):
    """One waiting source, and how often it had been marked when it was claimed."""

    tenant: TenantId
    kind: PassageKind
    source_id: str
    marks: int
    bulk: bool = False


@contextmanager
def bulk() -> Iterator[None]:
    """What is marked inside is bulk work: a change that somebody waits for goes before it."""
    before = _bulk.set(True)
    try:
        yield
    finally:
        _bulk.reset(before)


async def mark(session: WriteSession, tenant: TenantId, kind: PassageKind, source_id: str) -> None:
    """Note that the passages of an article or conversation may have changed or vanished."""
    await mark_all(session, tenant, kind, [source_id])


async def mark_all(
    session: WriteSession, tenant: TenantId, kind: PassageKind, source_ids: Collection[str]
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
                "bulk": _bulk.get(),
                "marked_at": marked_at,
            }
            for source_id in ordered[start : start + _IN_ONE_STATEMENT]
        ]
        insert = dialect.insert(OutboxRow).values(new)
        await session.execute(
            insert.on_conflict_do_update(
                index_elements=["tenant_id", "kind", "source_id"],
                set_={
                    "marks": OutboxRow.marks + 1,
                    "bulk": and_(OutboxRow.bulk, insert.excluded.bulk),
                },
            )
        )


async def claim(
    session: WriteSession, worker: str, *, limit: int, alone: bool, urgent: bool = False
) -> list[Claim]:
    """Take up to ``limit`` waiting sources of all tenants off the other workers.

    What somebody waits for comes first, then bulk work; each oldest first.

    Args:
        session: A transaction of its own.
        worker: Who claims; unique to the process.
        limit: Most sources to take.
        alone: Whether no other process can be at work (SQLite), so that another's claim is from
            before a crash.
        urgent: Whether to leave bulk work.
    """
    now = clock.now()
    free = or_(
        OutboxRow.claimed_by.is_(None),
        OutboxRow.claimed_by != worker if alone else OutboxRow.claimed_until < now,
    )
    rows = await session.scalars(
        select(OutboxRow)
        .where(free, ~OutboxRow.bulk if urgent else true())
        .order_by(OutboxRow.bulk, OutboxRow.marked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claims = []
    for row in rows:
        row.claimed_by, row.claimed_until = worker, now + LEASE
        kind = cast("PassageKind", row.kind)
        claims.append(Claim(TenantId(row.tenant_id), kind, row.source_id, row.marks, row.bulk))
    return claims


async def renew(session: WriteSession, worker: str) -> None:
    """Keep this worker's claims for another lease."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.claimed_by == worker)
        .values(claimed_until=clock.now() + LEASE)
    )


class Standing(NamedTuple):
    """What has become of claims: those nobody has marked since, and those somebody has.

    What is in neither is no longer this worker's: its lease ran out and another took over.
    """

    unchanged: set[Claim]
    changed: set[Claim]


async def standing(session: WriteSession, worker: str, claims: Iterable[Claim]) -> Standing:
    """What has become of this worker's ``claims``, their rows locked until the transaction ends."""
    ordered = sorted(set(claims))
    key = tuple_(OutboxRow.tenant_id, OutboxRow.kind, OutboxRow.source_id)
    found = Standing(set(), set())
    for start in range(0, len(ordered), _IN_ONE_STATEMENT):
        some: dict[tuple[str, ...], Claim] = {
            one[:3]: one for one in ordered[start : start + _IN_ONE_STATEMENT]
        }
        rows = await session.execute(
            select(OutboxRow.tenant_id, OutboxRow.kind, OutboxRow.source_id, OutboxRow.marks)
            .where(key.in_(list(some)), OutboxRow.claimed_by == worker)
            .order_by(OutboxRow.tenant_id, OutboxRow.kind, OutboxRow.source_id)
            .with_for_update()
        )
        for tenant, kind, source_id, marks in rows:
            one = some[tenant, kind, source_id]
            (found.unchanged if one.marks == marks else found.changed).add(one)
    return found


async def urgent_of(session: ReadSession, worker: str) -> set[Claim]:
    """What this worker has claimed and somebody waits for, with the marks it has by now."""
    rows = await session.scalars(
        select(OutboxRow).where(~OutboxRow.bulk, OutboxRow.claimed_by == worker)
    )
    return {
        Claim(TenantId(row.tenant_id), cast("PassageKind", row.kind), row.source_id, row.marks)
        for row in rows
    }


async def waiting(
    session: ReadSession | ReadConnection, *, but: Mapping[tuple[str, str, str], int] | None = None
) -> bool:
    """Whether anything waits to be indexed.

    Args:
        session: Any session.
        but: Tenant, kind and id of what is not counted, with the marks it had.
    """
    known = but or {}
    rows = await session.execute(
        select(OutboxRow.tenant_id, OutboxRow.kind, OutboxRow.source_id, OutboxRow.marks).limit(
            len(known) + 1
        )
    )
    return any(known.get((tenant, kind, one)) != marks for tenant, kind, one, marks in rows)


async def waiting_of(session: ReadSession, tenants: Sequence[TenantId]) -> dict[TenantId, int]:
    """How many sources of each of these tenants wait."""
    rows = await session.execute(
        select(OutboxRow.tenant_id, func.count())
        .where(OutboxRow.tenant_id.in_(tenants))
        .group_by(OutboxRow.tenant_id)
    )
    return dict.fromkeys(tenants, 0) | {TenantId(tenant): count for tenant, count in rows}


async def claimed(session: ReadSession, tenant: TenantId) -> set[str]:
    """The sources of the tenant that some worker is indexing."""
    return set(
        await session.scalars(
            select(OutboxRow.source_id).where(
                OutboxRow.tenant_id == tenant, OutboxRow.claimed_until > clock.now()
            )
        )
    )


async def clear(session: WriteSession, claims: Sequence[Claim]) -> None:
    """Drop what has been indexed; what was marked again meanwhile keeps waiting."""
    await _for_each(session, delete(OutboxRow).where(_IS, OutboxRow.marks == _MARKS), claims)


async def give_back(session: WriteSession, worker: str, claims: Sequence[Claim]) -> None:
    """Let go of claims that were not cleared, for whoever comes next."""
    free = update(OutboxRow).where(_IS, OutboxRow.claimed_by == worker)
    await _for_each(session, free.values(claimed_by=None, claimed_until=None), claims)


async def to_the_end(session: WriteSession, claims: Sequence[Claim]) -> None:
    """Let all others go before these: what is long, or cannot be indexed."""
    later = update(OutboxRow).where(_IS).values(marked_at=clock.now(), bulk=True)
    await _for_each(session, later, claims)


async def release(session: WriteSession, worker: str) -> None:
    """Give back whatever this worker claimed and did not clear."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.claimed_by == worker)
        .values(claimed_by=None, claimed_until=None)
    )


_MARKS: ColumnElement[int] = bindparam("with_marks")
_IS: ColumnElement[bool] = and_(
    OutboxRow.tenant_id == bindparam("of_tenant"),
    OutboxRow.kind == bindparam("of_kind"),
    OutboxRow.source_id == bindparam("of_source"),
)


async def _for_each(session: WriteSession, statement: Any, claims: Sequence[Claim]) -> None:
    if not claims:
        return
    # Sorted: two workers that lock the same rows lock them in one order.
    each = [
        {
            "of_tenant": one.tenant,
            "of_kind": one.kind,
            "of_source": one.source_id,
            "with_marks": one.marks,
        }
        for one in sorted(claims)
    ]
    connection = await session.connection()
    await connection.execute(statement, each)
