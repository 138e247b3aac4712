"""Rows of passages, as the indexer writes and compares them."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from copilot.kernel.db import Database, ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.knowledge.desired import Wanted
from copilot.knowledge.tables import PassageRow
from copilot.search.index import Fields, PassageKind

_IN_ONE_QUERY = 500
# Reading rows keeps the event loop: this many take a few milliseconds.
_PAGE = 1000


class Stored(NamedTuple):
    """What a passage's row says of its point."""

    id: str
    fields: Fields
    indexed_with: str


async def of_sources(
    session: ReadSession, tenant: TenantId, kind: PassageKind, source_ids: Collection[str]
) -> dict[str, list[PassageRow]]:
    """The rows of articles or conversations, by the source's id."""
    rows = await session.scalars(
        select(PassageRow).where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == kind,
            PassageRow.source_id.in_(source_ids),
        )
    )
    found: dict[str, list[PassageRow]] = {one: [] for one in source_ids}
    for row in rows:
        found[row.source_id].append(row)
    return found


def row_values(tenant: TenantId, wanted: Wanted, indexed_with: str) -> dict[str, Any]:
    """The columns of a passage's row."""
    return {
        "id": wanted.id,
        "tenant_id": tenant,
        "kind": wanted.fields.kind,
        "source_id": wanted.fields.source_id,
        "seq": wanted.seq,
        "title": wanted.cut.title,
        "text": wanted.cut.text,
        "url": wanted.url,
        "visibility": wanted.fields.visibility,
        "language": wanted.fields.language,
        "customer_id": wanted.fields.customer_id,
        "updated_at": wanted.updated_at,
        "indexed_with": indexed_with,
    }


async def save(
    session: WriteSession, tenant: TenantId, wanted: Sequence[Wanted], indexed_with: str
) -> None:
    """Insert or update the rows of passages whose vectors are in the index."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(PassageRow)
    values = [row_values(tenant, one, indexed_with) for one in wanted]
    if not values:
        return
    replaced = {name: insert.excluded[name] for name in values[0] if name not in {"id"}}
    upsert = insert.on_conflict_do_update(index_elements=["id"], set_=replaced)
    connection = await session.connection()
    await connection.execute(upsert, values)


async def remove(session: WriteSession, tenant: TenantId, ids: Sequence[str]) -> None:
    """Delete the rows of passages that are no longer wanted."""
    for start in range(0, len(ids), _IN_ONE_QUERY):
        some = ids[start : start + _IN_ONE_QUERY]
        await session.execute(
            delete(PassageRow).where(PassageRow.tenant_id == tenant, PassageRow.id.in_(some))
        )


async def all_stored(db: Database, tenant: TenantId) -> AsyncIterator[list[Stored]]:
    """What every row of the tenant says, some at a time."""
    key = (PassageRow.kind, PassageRow.source_id, PassageRow.id)
    after: tuple[str, str, str] | None = None
    columns = (PassageRow.visibility, PassageRow.language, PassageRow.customer_id)
    while True:
        page = (
            select(*key, *columns, PassageRow.indexed_with)
            .where(PassageRow.tenant_id == tenant)
            .order_by(*key)
            .limit(_PAGE)
        )
        if after is not None:
            page = page.where(tuple_(*key) > tuple_(*after))
        async with db.read() as session:
            rows = (await session.execute(page)).all()
        if not rows:
            return
        yield [
            Stored(
                row.id,
                Fields(
                    cast("PassageKind", row.kind),
                    row.source_id,
                    cast("Visibility", row.visibility),
                    row.language,
                    row.customer_id,
                ),
                row.indexed_with,
            )
            for row in rows
        ]
        after = (rows[-1].kind, rows[-1].source_id, rows[-1].id)
