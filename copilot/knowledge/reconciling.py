"""Comparing the database with the index, and repairing either."""

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
        rows = await passage_store.indexed(session, tenant)
        # Another worker's points may be there before their rows.
        others = not db.is_sqlite and await outbox.claimed(session, tenant)
    known = {passage_id for passage_id, *_ in rows}
    missing = {
        passage_id: (kind, source_id)
        for passage_id, kind, source_id, indexed_with in rows
        if passage_id not in held or indexed_with != label
    }
    orphaned = [] if others else sorted(held - known)
    await index.delete(tenant, orphaned)
    async with db.write() as session:
        ids = sorted(missing)
        for start in range(0, len(ids), _IN_ONE_QUERY):
            await session.execute(
                update(PassageRow)
                .where(PassageRow.id.in_(ids[start : start + _IN_ONE_QUERY]))
                .values(indexed_with=_NOT_INDEXED)
            )
        for kind in _KINDS:
            sources = {source_id for found, source_id in missing.values() if found == kind}
            if kind == "article":
                sources.update(await session.scalars(_articles_without_passages(tenant)))
            await outbox.mark_all(session, tenant, kind, sorted(sources))
    return Reconciled(len(missing), len(orphaned))


async def mark_everything(db: Database, tenant: TenantId) -> None:
    """Mark every article and conversation of the tenant, to be embedded again."""
    async with db.write() as session:
        await session.execute(
            update(PassageRow)
            .where(PassageRow.tenant_id == tenant)
            .values(indexed_with=_NOT_INDEXED)
        )
        articles = select(ArticleRow.id).where(ArticleRow.tenant_id == tenant)
        conversations = select(ConversationRow.id).where(ConversationRow.tenant_id == tenant)
        await outbox.mark_all(session, tenant, "article", list(await session.scalars(articles)))
        await outbox.mark_all(
            session, tenant, "conversation", list(await session.scalars(conversations))
        )


def _articles_without_passages(tenant: TenantId) -> Select[str]:
    passages = select(PassageRow.id).where(
        PassageRow.tenant_id == tenant,
        PassageRow.kind == "article",
        PassageRow.source_id == ArticleRow.id,
    )
    return select(ArticleRow.id).where(ArticleRow.tenant_id == tenant, ~passages.exists())
