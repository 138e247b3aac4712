"""What became of what drafts rest on: changed, hidden or deleted since.

Articles and orders here; processes and saved replies in ``guide_changes.py``.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, select

from copilot.customers.tables import OrderRow
from copilot.drafts.draft import Citation, Draft, DraftWarning
from copilot.drafts.guide_changes import GUIDE_CODES, with_guides
from copilot.drafts.store import MOVED, as_stale
from copilot.kernel.db import ReadSession, belongs_to
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
_ORDER_TOLD = {
    "order_changed": "An order that this draft rests on has changed since it was made",
    "order_gone": "An order that this draft rests on was deleted since it was made",
}
SOURCE_CODES = (*_TOLD, *_ORDER_TOLD)
"""Codes of the warnings that a source is not what it was."""

STALE_CODES = (MOVED.code, *SOURCE_CODES, *GUIDE_CODES)
"""Codes of all warnings that make a draft stale."""


class _Now(NamedTuple):
    """What a cited article is now, and which of the cited passages the search still holds."""

    article: ArticleRow
    held: set[str]


async def as_they_are(
    session: ReadSession, tenant: TenantId, drafts: Sequence[Draft]
) -> list[Draft]:
    """``drafts``, each marked stale where something that it rests on is not what it was.

    One query each kind; where an article was touched since, its text is read and cut once more,
    because the indexed passages follow an article a moment later.

    Args:
        session: The session.
        tenant: Whose drafts.
        drafts: As stored.
    """
    drafts = await _with_orders(session, tenant, drafts)
    drafts = await with_guides(session, tenant, drafts)
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


async def _with_orders(
    session: ReadSession, tenant: TenantId, drafts: Sequence[Draft]
) -> list[Draft]:
    """``drafts``, marked where an order that they cite or take a figure from was changed."""
    wanted = sorted({one for draft in drafts for one in _orders_of(draft)})
    now: dict[str, datetime] = {}
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        some = wanted[start : start + _IN_ONE_QUERY]
        rows = await session.execute(
            select(OrderRow.id, OrderRow.updated_at).where(
                belongs_to(OrderRow.tenant_id, tenant), OrderRow.id.in_(some)
            )
        )
        now |= {row.id: row.updated_at for row in rows}
    return [_order_marked(draft, now) for draft in drafts] if wanted else list(drafts)


def _orders_of(draft: Draft) -> dict[str, str | None]:
    """The orders that ``draft`` rests on: their ids, and their numbers where it cites them."""
    checked = [one.evidence for one in draft.figures if one.evidence is not None]
    found: dict[str, str | None] = {one.id: None for one in checked if one.source == "order"}
    return found | {
        one.order_id: one.order_number for one in draft.citations if one.order_id is not None
    }


def _order_marked(draft: Draft, now: dict[str, datetime]) -> Draft:
    # What was read may have changed while the text was written.
    read_at = draft.created_at - timedelta(milliseconds=draft.timings_ms.get("total", 0.0))
    by_code: dict[str, list[str]] = {}
    for order_id in _orders_of(draft):
        if order_id not in now:
            by_code.setdefault("order_gone", []).append(order_id)
        elif now[order_id] > read_at:
            by_code.setdefault("order_changed", []).append(order_id)
    if not by_code:
        return draft
    return as_stale(draft, *(_order_warning(draft, code, ids) for code, ids in by_code.items()))


def _order_warning(draft: Draft, code: str, ids: Sequence[str]) -> DraftWarning:
    numbers = _orders_of(draft)
    named = ", ".join(filter(None, (numbers[one] for one in ids)))
    return DraftWarning(
        code=code,
        detail=f"{_ORDER_TOLD[code]}: {named}" if named else f"{_ORDER_TOLD[code]}.",
        citations=[one.n for one in draft.citations if one.order_id in ids],
    )


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
