"""What reviews tell together: how many drafts were used as they were, and what of them was kept."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, select

from copilot.conversations.tables import ConversationRow
from copilot.drafts.freshness import STALE_CODES
from copilot.drafts.own import OWN
from copilot.drafts.tables import DraftRow, ReviewRow, ReviewSourceRow
from copilot.kernel.clock import UtcTime
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.tables import ArticleRow

GroupBy = Literal["engine", "prompt", "article", "source", "language", "channel"]
MOST_GROUPS = 500
_AT_ONCE = 1000


class ReviewCounts(BaseModel):
    """Reviewed drafts, counted; of a draft that was reviewed again the last review counts."""

    reviews: int
    accepted: int
    edited: int
    rejected: int
    accepted_share: float | None = Field(description="Null where there is nothing to share.")
    edited_share: float | None
    rejected_share: float | None
    median_similarity: float | None = Field(
        description="Of the draft and what was sent, 0 to 1; rejected ones count as 0."
    )
    sentences: int = Field(
        description="Of the drafts, without greeting and closing; by `article` and `source` those "
        "that rest on it."
    )
    kept_sentences: int
    kept_share: float | None
    stale: int = Field(description="How many were reviewed when something had changed since.")
    confirmed_figures: int = Field(description="Without a source, vouched for by a person.")
    unsupported_figures: int = Field(description="Without a source, in what was sent.")


class ReviewGroup(ReviewCounts):
    """The drafts that have one thing in common."""

    key: str | None = Field(description="The engine, article and so on; null where none is known.")
    label: str | None = Field(default=None, description="With an article: its title.")
    cited: int = Field(
        default=0, description="By `article` and `source`: reviewed drafts that rest on it."
    )


class ReviewStats(BaseModel):
    """What became of a tenant's drafts."""

    since: UtcTime | None
    group_by: GroupBy
    total: ReviewCounts
    groups: list[ReviewGroup] = Field(
        description=f"Those with the most reviews first, at most {MOST_GROUPS}."
    )


@dataclass
class _Tally:
    actions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    similarities: list[float] = field(default_factory=list)
    sentences: int = 0
    kept: int = 0
    stale: int = 0
    confirmed: int = 0
    unsupported: int = 0

    def count(self, row: Any, sentences: int, kept: int) -> None:
        self.actions[row.action] += 1
        self.similarities.append(row.similarity)
        self.sentences += sentences
        self.kept += kept
        self.stale += _is_stale(row.sentences)
        self.confirmed += len(row.confirmed)
        self.unsupported += len(row.unsupported)

    def told(self) -> dict[str, Any]:
        total = len(self.similarities)
        shares = {
            f"{one}_share": _share(self.actions[one], total)
            for one in ("accepted", "edited", "rejected")
        }
        return {
            "reviews": total,
            **{one: self.actions[one] for one in ("accepted", "edited", "rejected")},
            **shares,
            "median_similarity": round(median(self.similarities), 4) if total else None,
            "sentences": self.sentences,
            "kept_sentences": self.kept,
            "kept_share": _share(self.kept, self.sentences),
            "stale": self.stale,
            "confirmed_figures": self.confirmed,
            "unsupported_figures": self.unsupported,
        }


async def review_stats(
    session: ReadSession,
    tenant: TenantId,
    *,
    since: datetime | None = None,
    group_by: GroupBy = "engine",
) -> ReviewStats:
    """Count a tenant's reviews, but those of what agents wrote by themselves.

    Args:
        session: The session.
        tenant: Whose.
        since: Only reviews at or after this time.
        group_by: What to count by. By ``article`` and ``source`` a draft counts in each group that
            it rests on, with the sentences that do.
    """
    total, groups = _Tally(), defaultdict[str | None, _Tally](_Tally)
    by_source = group_by in ("article", "source")
    uses: Mapping[str, list[tuple[str, int, int]]] = {}
    if by_source:
        uses = await _uses(session, tenant, since, articles=group_by == "article")
    rows = await session.stream(_last_reviews(tenant, since))
    async for some in rows.partitions(_AT_ONCE):
        for row in some:
            total.count(row, row.sentence_count, row.kept_count)
            if by_source:
                for key, sentences, kept in uses.get(row.id, ()):
                    groups[key].count(row, sentences, kept)
            else:
                key = getattr(row, _COLUMNS[group_by])
                groups[key].count(row, row.sentence_count, row.kept_count)
    ordered = sorted(groups.items(), key=lambda one: (-len(one[1].similarities), one[0] or ""))
    shown = ordered[:MOST_GROUPS]
    keys = [str(key) for key, _ in shown] if group_by == "article" else []
    titles = await _titles(session, tenant, keys)
    return ReviewStats(
        since=since,
        group_by=group_by,
        total=ReviewCounts(**total.told()),
        groups=[
            ReviewGroup(
                key=key,
                label=titles.get(str(key)),
                cited=len(tally.similarities) if by_source else 0,
                **tally.told(),
            )
            for key, tally in shown
        ],
    )


_COLUMNS: dict[GroupBy, str] = {
    "engine": "engine",
    "prompt": "prompt_hash",
    "language": "language",
    "channel": "channel",
}


def _last_reviews(tenant: TenantId, since: datetime | None) -> "Select[*tuple[Any, ...]]":
    """Each draft's last review, with what it can be counted by."""
    place = func.row_number().over(
        partition_by=ReviewRow.draft_id,
        order_by=(ReviewRow.created_at.desc(), ReviewRow.id.desc()),
    )
    numbered = (
        select(ReviewRow.id, place.label("place")).where(ReviewRow.tenant_id == tenant).subquery()
    )
    wanted = (
        select(
            ReviewRow.id,
            ReviewRow.action,
            ReviewRow.similarity,
            ReviewRow.sentences,
            ReviewRow.confirmed,
            ReviewRow.unsupported,
            ReviewRow.sentence_count,
            ReviewRow.kept_count,
            DraftRow.engine,
            DraftRow.prompt_hash,
            DraftRow.language,
            ConversationRow.channel,
        )
        .join(numbered, numbered.c.id == ReviewRow.id)
        .join(DraftRow, DraftRow.id == ReviewRow.draft_id)
        .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
        .where(numbered.c.place == 1, ReviewRow.tenant_id == tenant, DraftRow.engine != OWN)
    )
    return wanted if since is None else wanted.where(ReviewRow.created_at >= since)


async def _uses(
    session: ReadSession, tenant: TenantId, since: datetime | None, *, articles: bool
) -> dict[str, list[tuple[str, int, int]]]:
    """Per review, its groups with how many sentences rest on each and how many were kept."""
    key = ReviewSourceRow.source_id if articles else ReviewSourceRow.kind
    wanted = (
        select(
            ReviewSourceRow.review_id,
            key.label("key"),
            func.sum(ReviewSourceRow.sentence_count).label("sentences"),
            func.sum(ReviewSourceRow.kept_count).label("kept"),
        )
        .join(ReviewRow, ReviewRow.id == ReviewSourceRow.review_id)
        .where(ReviewSourceRow.tenant_id == tenant, ReviewRow.tenant_id == tenant)
        .group_by(ReviewSourceRow.review_id, key)
    )
    if articles:
        wanted = wanted.where(ReviewSourceRow.kind == "article")
    if since is not None:
        wanted = wanted.where(ReviewRow.created_at >= since)
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    rows = await session.stream(wanted)
    async for some in rows.partitions(_AT_ONCE):
        for row in some:
            found[row.review_id].append((row.key, int(row.sentences), int(row.kept)))
    return found


async def _titles(session: ReadSession, tenant: TenantId, ids: list[str]) -> dict[str, str]:
    rows = await session.execute(
        select(ArticleRow.id, ArticleRow.title).where(
            ArticleRow.tenant_id == tenant, ArticleRow.id.in_(ids)
        )
    )
    return {row.id: row.title for row in rows}


def _is_stale(told: dict[str, Any]) -> bool:
    return any(one in STALE_CODES for one in told.get("marks", ()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
