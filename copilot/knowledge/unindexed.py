"""Passages of articles that nothing has been indexed of yet, cut while searching."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select

from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge import fulltext
from copilot.knowledge.article import Article
from copilot.knowledge.desired import NOT_INDEXED, Wanted, wanted_passages
from copilot.knowledge.fulltext import Word
from copilot.knowledge.passage_store import row_values
from copilot.knowledge.store import as_article
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search.index import Filter

_MOST_ARTICLES = 20
# The longest articles have megabytes: cutting them must not hold up the answer.
_MOST_CHARACTERS = 400_000


async def cut_unindexed(
    session: ReadSession, tenant: TenantId, words: Sequence[Word], *, where: Filter, limit: int
) -> list[tuple[float, PassageRow]]:
    """The passages that have most of ``words``, with scores as of full-text search.

    The rows are as the indexer will store them, and are not stored.

    Args:
        session: A session for queries.
        tenant: Whose articles.
        words: What to look for.
        where: What may be found.
        limit: Most articles.
    """
    most = min(limit, _MOST_ARTICLES)
    found = await fulltext.search_unindexed_articles(
        session, tenant, words, where=where, limit=most
    )
    if not found:
        return []
    wanted = select(ArticleRow).where(
        ArticleRow.tenant_id == tenant, ArticleRow.id.in_([one.id for one in found])
    )
    if where.visibility == "public":
        wanted = wanted.where(ArticleRow.visibility == "public")
    articles = {row.id: as_article(row) for row in await session.scalars(wanted)}
    scored = [(articles[one.id], one.score) for one in found if one.id in articles]
    return await asyncio.to_thread(_cut, tenant, scored, words)


def _cut(
    tenant: TenantId, scored: Sequence[tuple[Article, float]], words: Sequence[Word]
) -> list[tuple[float, PassageRow]]:
    left = _MOST_CHARACTERS
    passages = []
    for article, score in scored:
        short = article.model_copy(update={"text": article.text[:left]})
        left -= len(short.text)
        for one in wanted_passages(tenant, short):
            held = set(fulltext.words_of(f"{one.cut.title} {one.cut.text}"))
            matched = sum(any(map(word.matches, held)) for word in words)
            if not matched:
                continue
            row = passage_row(tenant, one)
            passages.append((score * matched / len(words), row))
    return passages


def passage_row(tenant: TenantId, wanted: Wanted) -> PassageRow:
    """The row of a passage that the index does not hold yet."""
    return PassageRow(**row_values(tenant, wanted, NOT_INDEXED))
