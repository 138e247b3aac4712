"""Reading articles and passages."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place
from copilot.kernel.visibility import Visibility
from copilot.knowledge.article import Article
from copilot.knowledge.errors import ArticleNotFoundError
from copilot.knowledge.passage import Passage
from copilot.knowledge.tables import ArticleRow, PassageRow

_IN_ONE_QUERY = 500


async def article_row(
    session: ReadSession, tenant: TenantId, source: str, external_id: str, *, lock: bool = False
) -> ArticleRow | None:
    """The row of an article by the address its source knows it by, or None.

    ``lock`` keeps others from changing it until the transaction ends.
    """
    wanted = select(ArticleRow).where(
        ArticleRow.tenant_id == tenant,
        ArticleRow.source == storable(source),
        ArticleRow.external_id == storable(external_id),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(wanted)


async def find_article(
    session: ReadSession, tenant: TenantId, source: str, external_id: str
) -> Article:
    """The article by the address its source knows it by.

    Raises:
        ArticleNotFoundError: The tenant has none with this address.
    """
    row = await article_row(session, tenant, source, external_id)
    if row is None:
        raise ArticleNotFoundError(f"There is no article {source}/{external_id}.")
    return as_article(row)


async def get_article(session: ReadSession, tenant: TenantId, article_id: str) -> Article:
    """The article by its id.

    Raises:
        ArticleNotFoundError: The tenant has none with this id.
    """
    row = await session.scalar(
        select(ArticleRow).where(
            ArticleRow.tenant_id == tenant, ArticleRow.id == storable(article_id)
        )
    )
    if row is None:
        raise ArticleNotFoundError(f"No article has the id {article_id!r}.")
    return as_article(row)


async def list_articles(
    session: ReadSession,
    tenant: TenantId,
    *,
    visibility: Visibility | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Article]:
    """The tenant's articles, latest change first.

    Raises:
        InvalidInputError: The cursor is not one that a list gave.
    """
    wanted = select(ArticleRow).where(ArticleRow.tenant_id == tenant)
    if visibility is not None:
        wanted = wanted.where(ArticleRow.visibility == visibility)
    wanted = latest_first(wanted, ArticleRow.updated_at, ArticleRow.id, limit=limit, cursor=cursor)
    found = list(await session.scalars(wanted))
    shown = found[:limit]
    return Page(
        items=[as_article(row) for row in shown],
        next_cursor=write_place(shown[-1].updated_at, shown[-1].id) if len(found) > limit else None,
    )


async def passages(
    session: ReadSession, tenant: TenantId, ids: Sequence[str]
) -> dict[str, Passage]:
    """The tenant's passages by id; ids of others and of vanished ones are left out."""
    rows = await passage_rows(session, tenant, ids)
    return {row.id: as_passage(row) for row in rows}


async def passage_rows(
    session: ReadSession, tenant: TenantId, ids: Sequence[str]
) -> list[PassageRow]:
    """The rows of passages, as far as the tenant has them, in no order."""
    found: list[PassageRow] = []
    for start in range(0, len(ids), _IN_ONE_QUERY):
        some = ids[start : start + _IN_ONE_QUERY]
        found += await session.scalars(
            select(PassageRow).where(PassageRow.tenant_id == tenant, PassageRow.id.in_(some))
        )
    return found


async def current_customers(
    session: ReadSession, tenant: TenantId, conversation_ids: Collection[str]
) -> dict[str, str | None]:
    """Whose each of the tenant's conversations is now; those that are gone are left out."""
    rows = await session.execute(
        select(ConversationRow.id, ConversationRow.customer_id).where(
            ConversationRow.tenant_id == tenant, ConversationRow.id.in_(conversation_ids)
        )
    )
    return {row.id: row.customer_id for row in rows}


async def sections(
    session: ReadSession, tenant: TenantId, article_ids: Sequence[str], *, most_each: int
) -> list[Passage]:
    """The passages of articles in order, the first ``most_each`` of each, as far as indexed."""
    rows = await session.scalars(
        select(PassageRow)
        .where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == "article",
            PassageRow.source_id.in_(article_ids),
            PassageRow.seq < most_each,
        )
        .order_by(PassageRow.source_id, PassageRow.seq)
    )
    return [as_passage(row) for row in rows]


def as_article(row: ArticleRow) -> Article:
    """The article that a row stores."""
    return Article.model_validate(row, from_attributes=True)


def as_passage(row: PassageRow) -> Passage:
    """The passage that a row stores."""
    return Passage.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "article_id": row.source_id if row.kind == "article" else None,
            "conversation_id": row.source_id if row.kind == "conversation" else None,
            "title": row.title,
            "text": row.text,
            "url": row.url,
            "visibility": row.visibility,
            "language": row.language,
            "updated_at": row.updated_at,
        }
    )
