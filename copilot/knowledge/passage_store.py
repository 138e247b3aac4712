"""Writing passages: kept by the indexer alone."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.desired import Wanted
from copilot.knowledge.tables import PassageRow
from copilot.search.index import PassageKind

_IN_ONE_QUERY = 500


async def of_source(
    session: ReadSession, tenant: TenantId, kind: PassageKind, source_id: str
) -> list[PassageRow]:
    """The rows of one article or conversation."""
    rows = await session.scalars(
        select(PassageRow).where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == kind,
            PassageRow.source_id == source_id,
        )
    )
    return list(rows)


async def save(
    session: WriteSession, tenant: TenantId, wanted: Sequence[Wanted], indexed_with: str
) -> None:
    """Insert or update the rows of passages whose vectors are in the index."""
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        some = wanted[start : start + _IN_ONE_QUERY]
        found = await session.scalars(
            select(PassageRow).where(
                PassageRow.tenant_id == tenant, PassageRow.id.in_([one.id for one in some])
            )
        )
        rows = {row.id: row for row in found}
        for one in some:
            row = rows.get(one.id)
            if row is None:
                row = PassageRow(id=one.id, tenant_id=tenant)
                session.add(row)
            for name, value in _values(one).items():
                setattr(row, name, value)
            row.indexed_with = indexed_with
    await session.flush()


async def remove(session: WriteSession, tenant: TenantId, ids: Sequence[str]) -> None:
    """Delete the rows of passages that are no longer wanted."""
    for start in range(0, len(ids), _IN_ONE_QUERY):
        some = ids[start : start + _IN_ONE_QUERY]
        await session.execute(
            delete(PassageRow).where(PassageRow.tenant_id == tenant, PassageRow.id.in_(some))
        )


async def indexed(
    session: ReadSession, tenant: TenantId
) -> list[tuple[str, PassageKind, str, str]]:
    """Id, kind, source id and ``indexed_with`` of each of the tenant's passages."""
    rows = await session.execute(
        select(PassageRow.id, PassageRow.kind, PassageRow.source_id, PassageRow.indexed_with).where(
            PassageRow.tenant_id == tenant
        )
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]  # kind is one of ours


def _values(one: Wanted) -> dict[str, object]:
    return {
        "kind": one.fields.kind,
        "source_id": one.fields.source_id,
        "seq": one.seq,
        "title": one.cut.title,
        "text": one.cut.text,
        "url": one.url,
        "visibility": one.fields.visibility,
        "language": one.fields.language,
        "customer_id": one.fields.customer_id,
        "updated_at": one.updated_at,
    }
