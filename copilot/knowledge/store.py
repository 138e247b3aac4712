"""Reading articles and passages."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select

from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import ReadSession, belongs_to
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
_P = PassageRow
_STORED = (
    _P.id,
    _P.kind,
    _P.source_id,
    _P.title,
    _P.text,
    _P.url,
    _P.visibility,
    _P.language,
    _P.updated_at,
    ConversationRow.id.is_not(None),
    ConversationRow.customer_id,
)

# Made once: making a query takes as long as running it.
_BY_IDS = (
    select(*_STORED)
    .outerjoin(
        ConversationRow,
        and_(
            _P.kind == "conversation",
            ConversationRow.id == _P.source_id,
            belongs_to(ConversationRow.tenant_id, bindparam("tenant")),
        ),
    )
    .where(
        belongs_to(_P.tenant_id, bindparam("tenant")), _P.id.in_(bindparam("ids", expanding=True))
    )
)


class StoredPassage(NamedTuple):
    """A passage as it is stored, and what the database tells of its conversation now.

    Attributes:
        in_conversation: Whether it is of a conversation that is still there.
        current_customer: Whose that conversation is now.
    """

    id: str
    kind: str
    source_id: str
    title: str
    text: str
    url: str | None
    visibility: str
    language: str | None
    updated_at: datetime
    in_conversation: bool
    current_customer: str | None


AnyPassage = PassageRow | StoredPassage
"""A passage of the database, or one that is not stored yet."""


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
) -> list[StoredPassage]:
    """What is stored of passages, as far as the tenant has them, in no order."""
    found: list[StoredPassage] = []
    for start in range(0, len(ids), _IN_ONE_QUERY):
        some = ids[start : start + _IN_ONE_QUERY]
        rows = await session.execute(_BY_IDS, {"tenant": tenant, "ids": some})
        found += [StoredPassage(*row) for row in rows]
    return found


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


def as_passage(row: AnyPassage, score: float = 0.0) -> Passage:
    """The passage that a row stores, with how well it was found."""
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
            "score": score,
        }
    )
