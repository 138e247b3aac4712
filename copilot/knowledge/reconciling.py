"""Comparing the database with the index, and repairing either."""

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Select, func, select, update

from copilot.auth.tables import TenantRow
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import desired, passage_store
from copilot.knowledge.desired import NOT_INDEXED
from copilot.knowledge.passage_store import Stored
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search import outbox
from copilot.search.index import Fields, Index, PassageKind
from copilot.search.tables import OutboxRow

_IN_ONE_QUERY = 500
_KINDS: tuple[PassageKind, ...] = ("article", "conversation")


class Reconciled(NamedTuple):
    """What was found.

    Attributes:
        missing: Passages whose vectors the index lacks: their sources are marked.
        orphaned: Points that no passage has and no source wants: deleted.
        adopted: Points that no passage has but a source wants: kept, the sources are marked.
        wrong: Points with other fields than their passages: the sources are marked.
        vanished: Passages whose source is gone: the sources are marked.
        unindexed: Articles and conversations without the passages they should have: marked.
    """

    missing: int = 0
    orphaned: int = 0
    adopted: int = 0
    wrong: int = 0
    vanished: int = 0
    unindexed: int = 0


class _Compared(NamedTuple):
    missing: list[Stored]
    lost: set[str]
    wrong: list[Stored]
    extra: dict[str, Fields]


async def tenants(db: Database) -> list[TenantId]:
    """Every tenant, and whose ever articles, conversations or passages there are."""
    async with db.read() as session:
        found = set(await session.scalars(select(TenantRow.id)))
        for column in (ArticleRow.tenant_id, ConversationRow.tenant_id, PassageRow.tenant_id):
            found.update(await session.scalars(select(column).distinct()))
    return [TenantId(one) for one in sorted(found)]


async def lacks_points(db: Database, index: Index) -> bool:
    """Whether the index has fewer points than the database has passages, of all tenants."""
    async with db.read() as session:
        passages = await session.scalar(select(func.count(PassageRow.id)))
    return await index.count() < (passages or 0)


async def reconcile(db: Database, index: Index, tenant: TenantId, label: str) -> Reconciled:
    """Mark the sources of whatever differs, and delete points that nothing wants.

    Args:
        db: The database.
        index: The index.
        tenant: Whose passages.
        label: Name of the vectors in use.
    """
    held = await index.contents(tenant)
    async with db.read() as session:
        # Another worker's points may be there before their rows. Asked before the rows are read:
        # whoever is done by then has written them.
        busy = set() if db.is_sqlite else await outbox.claimed(session, tenant)
    rows = [one async for page in passage_store.all_stored(db, tenant) for one in page]
    found = await asyncio.to_thread(_compare, held, rows, label)
    extra = {id_: one for id_, one in found.extra.items() if one.source_id not in busy}
    adopted = await _still_wanted(db, tenant, extra)
    orphaned = sorted(extra.keys() - adopted)
    await index.delete(tenant, orphaned)
    vanished = unindexed = 0
    for kind in _KINDS:
        gone, without = await _sources_amiss(db, tenant, kind)
        vanished += sum(one.fields.kind == kind and one.fields.source_id in gone for one in rows)
        unindexed += len(without)
        # These need no model: what is internal or gone is not to wait behind what does.
        await _mark(db, tenant, kind, gone | _sources(found.wrong, kind), ())
        with outbox.bulk():
            kept = {extra[one].source_id for one in adopted if extra[one].kind == kind}
            await _mark(
                db, tenant, kind, without | kept | _sources(found.missing, kind), found.lost
            )
    return Reconciled(
        len(found.missing), len(orphaned), len(adopted), len(found.wrong), vanished, unindexed
    )


async def mark_everything(db: Database, tenant: TenantId) -> int:
    """Mark every article and conversation of the tenant, to be embedded again.

    Returns:
        How many.
    """
    marked = 0
    with outbox.bulk():
        for kind in _KINDS:
            ids = await _all_sources(db, tenant, kind)
            marked += len(ids)
            await _mark(db, tenant, kind, ids, None)
    return marked


def _compare(held: Mapping[str, Fields], rows: Collection[Stored], label: str) -> _Compared:
    known = {row.id for row in rows}
    return _Compared(
        missing=[row for row in rows if row.id not in held or row.indexed_with != label],
        lost={row.id for row in rows if row.id not in held},
        wrong=[row for row in rows if row.id in held and held[row.id] != row.fields],
        extra={id_: fields for id_, fields in held.items() if id_ not in known},
    )


def _sources(rows: Collection[Stored], kind: PassageKind) -> set[str]:
    return {one.fields.source_id for one in rows if one.fields.kind == kind}


async def _still_wanted(db: Database, tenant: TenantId, extra: Mapping[str, Fields]) -> set[str]:
    """Which of the points without a row their sources still want: a crash kept it from them."""
    wanted: set[str] = set()
    for kind in _KINDS:
        ids = sorted({one.source_id for one in extra.values() if one.kind == kind})
        for start in range(0, len(ids), _IN_ONE_QUERY):
            async with db.read() as session:
                some = ids[start : start + _IN_ONE_QUERY]
                sources = await desired.read_sources(session, tenant, kind, some)
            for source in sources.values():
                try:
                    cuts = await asyncio.to_thread(desired.wanted_passages, tenant, source)
                except (ValueError, TypeError, RecursionError, KeyError):
                    continue  # what cannot be cut is told of when it is indexed
                wanted.update(one.id for one in cuts)
    return wanted & extra.keys()


async def _sources_amiss(
    db: Database, tenant: TenantId, kind: PassageKind
) -> tuple[set[str], set[str]]:
    """Sources that are gone and have passages, and sources that should have some and have none."""
    row = ArticleRow if kind == "article" else ConversationRow
    passages = select(PassageRow.id).where(
        PassageRow.tenant_id == tenant, PassageRow.kind == kind, PassageRow.source_id == row.id
    )
    source = select(row.id).where(row.tenant_id == tenant, row.id == PassageRow.source_id)
    waits = select(OutboxRow.marks).where(
        OutboxRow.tenant_id == tenant, OutboxRow.kind == kind, OutboxRow.source_id == row.id
    )
    without: Select[str] = select(row.id).where(
        row.tenant_id == tenant, ~passages.exists(), ~waits.exists()
    )
    if kind == "conversation":
        # Only what the customer could see and had asked is indexed.
        asked = select(MessageRow.id).where(
            MessageRow.conversation_id == row.id,
            MessageRow.author_role == "customer",
            MessageRow.visibility == "public",
            func.trim(MessageRow.text) != "",
        )
        without = without.where(asked.exists())
    gone = (
        select(PassageRow.source_id)
        .where(PassageRow.tenant_id == tenant, PassageRow.kind == kind, ~source.exists())
        .distinct()
    )
    async with db.read() as session:
        return set(await session.scalars(gone)), set(await session.scalars(without))


async def _all_sources(db: Database, tenant: TenantId, kind: PassageKind) -> set[str]:
    row = ArticleRow if kind == "article" else ConversationRow
    async with db.read() as session:
        return set(await session.scalars(select(row.id).where(row.tenant_id == tenant)))


async def _mark(
    db: Database,
    tenant: TenantId,
    kind: PassageKind,
    sources: Collection[str],
    lacking: Collection[str] | None,
) -> None:
    """Mark ``sources`` and note that their passages (of ``lacking``; None: all) are not indexed.

    In short transactions: others want to write meanwhile.
    """
    ordered = sorted(sources)
    for start in range(0, len(ordered), _IN_ONE_QUERY):
        some = ordered[start : start + _IN_ONE_QUERY]
        async with db.write() as session:
            await outbox.mark_all(session, tenant, kind, some)
            if lacking is not None and not lacking:
                continue
            of_these = select(PassageRow.id).where(
                PassageRow.tenant_id == tenant,
                PassageRow.kind == kind,
                PassageRow.source_id.in_(some),
            )
            ids = [
                one for one in await session.scalars(of_these) if lacking is None or one in lacking
            ]
            for first in range(0, len(ids), _IN_ONE_QUERY):
                await session.execute(
                    update(PassageRow)
                    .where(PassageRow.id.in_(ids[first : first + _IN_ONE_QUERY]))
                    .values(indexed_with=NOT_INDEXED)
                )
