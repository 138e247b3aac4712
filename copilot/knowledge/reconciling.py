"""Comparing the database with the index, and repairing either."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Select, select, update

from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import passage_store
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search import outbox
from copilot.search.index import Index, PassageKind

_IN_ONE_QUERY = 500
_KINDS: tuple[PassageKind, ...] = ("article", "conversation")
_NOT_INDEXED = ""


class Reconciled(NamedTuple):
    """What was found: passages the index lacked, and points that no passage has."""

    missing: int
    orphaned: int


async def tenants(db: Database) -> list[TenantId]:
    """Every tenant that has something to find."""
    async with db.read() as session:
        found: set[str] = set()
        for column in (ArticleRow.tenant_id, ConversationRow.tenant_id, PassageRow.tenant_id):
            found.update(await session.scalars(select(column).distinct()))
    return [TenantId(one) for one in sorted(found)]


async def reconcile(db: Database, index: Index, tenant: TenantId, label: str) -> Reconciled:
    """Mark the sources of passages that the index lacks, and delete points that no row has.

    Args:
        db: The database.
        index: The index.
        tenant: Whose passages.
        label: Name of the vectors in use.
    """
    held = await index.ids(tenant)
    async with db.read() as session:
        # Another worker's points may be there before their rows. Asked before the rows are read:
        # whoever is done by then has written them.
        others = not db.is_sqlite and await outbox.claimed(session, tenant)
        rows = await passage_store.indexed(session, tenant)
    known = {passage_id for passage_id, *_ in rows}
    missing = [row for row in rows if row[0] not in held or row[3] != label]
    orphaned = [] if others else sorted(held - known)
    await index.delete(tenant, orphaned)
    for kind in _KINDS:
        sources = {source_id for _, found, source_id, _ in missing if found == kind}
        if kind == "article":
            async with db.read() as session:
                sources.update(await session.scalars(_articles_without_passages(tenant)))
        lacking = {passage_id for passage_id, found, _, _ in missing if found == kind}
        await _mark(db, tenant, kind, sources, lacking)
    return Reconciled(len(missing), len(orphaned))


async def mark_everything(db: Database, tenant: TenantId) -> None:
    """Mark every article and conversation of the tenant, to be embedded again."""
    async with db.read() as session:
        articles = select(ArticleRow.id).where(ArticleRow.tenant_id == tenant)
        conversations = select(ConversationRow.id).where(ConversationRow.tenant_id == tenant)
        sources: dict[PassageKind, set[str]] = {
            "article": set(await session.scalars(articles)),
            "conversation": set(await session.scalars(conversations)),
        }
    for kind, ids in sources.items():
        await _mark(db, tenant, kind, ids, None)


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
                    .values(indexed_with=_NOT_INDEXED)
                )


def _articles_without_passages(tenant: TenantId) -> Select[str]:
    passages = select(PassageRow.id).where(
        PassageRow.tenant_id == tenant,
        PassageRow.kind == "article",
        PassageRow.source_id == ArticleRow.id,
    )
    return select(ArticleRow.id).where(ArticleRow.tenant_id == tenant, ~passages.exists())
