"""What became of the articles that drafts cite: changed, made internal, or deleted since."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, select

from copilot.drafts.draft import Citation, Draft, DraftWarning
from copilot.drafts.store import as_stale
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.desired import wanted_passages
from copilot.knowledge.passage import Passage
from copilot.knowledge.store import as_article
from copilot.knowledge.tables import ArticleRow, PassageRow

_IN_ONE_QUERY = 500
_TOLD = {
    "source_changed": "A cited article has changed since this draft was made",
    "source_gone": "A cited article was deleted since this draft was made",
    "source_now_internal": "A cited article has become internal since this draft was made",
}
SOURCE_CODES = tuple(_TOLD)
"""Codes of the warnings that a cited article is not what it was."""


class _Now(NamedTuple):
    """What a cited article is now, and which of the cited passages the search still holds."""

    article: ArticleRow
    held: set[str]


async def as_they_are(
    session: ReadSession, tenant: TenantId, drafts: Sequence[Draft]
) -> list[Draft]:
    """``drafts``, each marked stale where an article that it cites is not what it was.

    One query; where an article was touched since, its text is read and cut once more, because
    the indexed passages follow an article a moment later.

    Args:
        session: The session.
        tenant: Whose drafts.
        drafts: As stored.
    """
    cited = [one for draft in drafts for one in _cited(draft)]
    if not cited:
        return list(drafts)
    now = await _articles(session, tenant, cited)
    unclear = {
        one.article_id: now[one.article_id].article
        for one in cited
        if one.article_id in now and _is_touched(one, now[one.article_id])
    }
    ids = await asyncio.to_thread(_passage_ids, tenant, list(unclear.values()))
    return [_marked(draft, now, ids) for draft in drafts]


def _cited(draft: Draft) -> list[Passage]:
    passages = [one.passage for one in draft.citations if one.passage is not None]
    return [one for one in passages if one.article_id is not None]


async def _articles(
    session: ReadSession, tenant: TenantId, cited: Sequence[Passage]
) -> dict[str | None, _Now]:
    found: dict[str | None, _Now] = {}
    for start in range(0, len(cited), _IN_ONE_QUERY):
        some = cited[start : start + _IN_ONE_QUERY]
        held = and_(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == "article",
            PassageRow.source_id == ArticleRow.id,
            PassageRow.id.in_({one.id for one in some}),
        )
        rows = await session.execute(
            select(ArticleRow, PassageRow.id)
            .outerjoin(PassageRow, held)
            .where(
                ArticleRow.tenant_id == tenant, ArticleRow.id.in_({one.article_id for one in some})
            )
        )
        for article, passage_id in rows:
            one = found.setdefault(article.id, _Now(article, set()))
            if passage_id is not None:
                one.held.add(passage_id)
    return found


def _is_touched(passage: Passage, now: _Now) -> bool:
    return passage.id not in now.held or passage.updated_at != now.article.updated_at


def _passage_ids(tenant: TenantId, articles: Sequence[ArticleRow]) -> dict[str, set[str]]:
    return {
        row.id: {one.id for one in wanted_passages(tenant, as_article(row))} for row in articles
    }


def _marked(draft: Draft, now: dict[str | None, _Now], ids: dict[str, set[str]]) -> Draft:
    by_code: dict[str, list[Citation]] = {}
    for one in draft.citations:
        passage = one.passage
        if passage is not None and (code := _what_became_of(passage, now, ids)) is not None:
            by_code.setdefault(code, []).append(one)
    if not by_code:
        return draft
    return as_stale(draft, *(_warning(code, ones) for code, ones in by_code.items()))


def _what_became_of(
    passage: Passage, now: dict[str | None, _Now], ids: dict[str, set[str]]
) -> str | None:
    article_id = passage.article_id
    if article_id is None:
        return None
    if article_id not in now:
        return "source_gone"
    if passage.visibility == "public" and now[article_id].article.visibility == "internal":
        return "source_now_internal"
    if article_id in ids and passage.id not in ids[article_id]:
        return "source_changed"
    return None


def _warning(code: str, citations: Sequence[Citation]) -> DraftWarning:
    named = ", ".join(
        f"[{one.n}] {one.passage.title}" for one in citations if one.passage is not None
    )
    return DraftWarning(
        code=code, detail=f"{_TOLD[code]}: {named}", citations=[one.n for one in citations]
    )
