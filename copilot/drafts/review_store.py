"""Reading and writing reviews."""

from sqlalchemy import delete, select

from copilot.drafts.comparing import body_of
from copilot.drafts.draft import Draft, Review, ReviewIn, SourceUse, StoredReview
from copilot.drafts.errors import ReviewNotFoundError
from copilot.drafts.freshness import STALE_CODES
from copilot.drafts.past_edits import MaskedReply
from copilot.drafts.tables import DraftRow, ReviewExampleRow, ReviewRow, ReviewSourceRow
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.sentences import split_sentences
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place


async def add(
    session: WriteSession,
    tenant: TenantId,
    draft: Draft,
    review: Review,
    told: ReviewIn,
    reviewer_id: str | None,
    example: MaskedReply | None = None,
) -> None:
    """Keep a review.

    Args:
        session: The transaction.
        tenant: Whose.
        draft: What was reviewed.
        review: What became of it.
        told: What the caller said.
        reviewer_id: Who it was.
        example: The reply as an example for later drafts. An earlier review of the same draft is
            none any more either way: the last one counts.
    """
    sentences = split_sentences(draft.text)
    body = body_of(sentences)
    answer = sentences[body.start : body.end]
    session.add(
        ReviewRow(
            id=review.id,
            tenant_id=tenant,
            draft_id=review.draft_id,
            reviewer_id=reviewer_id,
            action=review.action,
            final_text=told.final_text,
            reason=told.reason,
            comment=told.comment,
            edit_distance=review.edit_distance,
            similarity=review.similarity,
            sentences={
                "kept": review.kept_sentences,
                "removed": review.removed_sentences,
                "added": review.added_sentences,
                "moved": review.moved_sentences,
                "changed": [one.model_dump() for one in review.changed_sentences],
                "greeting": review.greeting,
                "closing": review.closing,
                "marks": review.marks,
            },
            confirmed=review.confirmed,
            unsupported=[one.model_dump(mode="json") for one in review.unsupported_figures],
            sentence_count=len(answer),
            kept_count=_kept_of(answer, review.kept_sentences),
            created_at=review.created_at,
        )
    )
    await session.flush()
    for one in review.sources:
        session.add(
            ReviewSourceRow(
                review_id=review.id,
                kind=one.kind,
                source_id=one.id,
                part=one.passage_id or "",
                tenant_id=tenant,
                sentence_count=one.sentences,
                kept_count=one.kept,
                changed_count=one.changed,
            )
        )
    earlier = select(ReviewRow.id).where(
        ReviewRow.tenant_id == tenant, ReviewRow.draft_id == review.draft_id
    )
    await session.execute(delete(ReviewExampleRow).where(ReviewExampleRow.review_id.in_(earlier)))
    if example is not None:
        session.add(
            ReviewExampleRow(
                review_id=review.id,
                tenant_id=tenant,
                language=example.language,
                question=example.question,
                words=example.words,
                sent=example.sent,
                created_at=review.created_at,
            )
        )
    await session.flush()


async def of_draft(
    session: ReadSession,
    tenant: TenantId,
    draft_id: str,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[StoredReview]:
    """The reviews of a draft, the one that counts first.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = select(ReviewRow).where(
        ReviewRow.tenant_id == tenant, ReviewRow.draft_id == storable(draft_id)
    )
    wanted = latest_first(wanted, ReviewRow.created_at, ReviewRow.id, limit=limit, cursor=cursor)
    rows = list(await session.scalars(wanted))
    shown = rows[:limit]
    ids = [one.id for one in shown]
    uses: dict[str, list[SourceUse]] = {one: [] for one in ids}
    found = await session.scalars(
        select(ReviewSourceRow).where(
            ReviewSourceRow.tenant_id == tenant, ReviewSourceRow.review_id.in_(ids)
        )
    )
    for row in found:
        uses[row.review_id].append(_use(row))
    return Page(
        items=[_review(one, uses[one.id]) for one in shown],
        next_cursor=write_place(shown[-1].created_at, shown[-1].id) if len(rows) > limit else None,
    )


async def draft_of(session: ReadSession, tenant: TenantId, review_id: str) -> str:
    """The id of the draft that a review is about.

    Raises:
        ReviewNotFoundError: The tenant has no such review.
    """
    found = await session.scalar(
        select(ReviewRow.draft_id)
        .join(DraftRow, DraftRow.id == ReviewRow.draft_id)
        .where(ReviewRow.tenant_id == tenant, ReviewRow.id == storable(review_id))
    )
    if found is None:
        raise ReviewNotFoundError(review_id)
    return found


def _kept_of(answer: list[str], kept: list[str]) -> int:
    left = list(kept)
    many = 0
    for one in answer:
        if one in left:
            left.remove(one)
            many += 1
    return many


def _use(row: ReviewSourceRow) -> SourceUse:
    return SourceUse.model_validate(
        {
            "kind": row.kind,
            "id": row.source_id,
            "passage_id": row.part or None,
            "sentences": row.sentence_count,
            "kept": row.kept_count,
            "changed": row.changed_count,
        }
    )


def _review(row: ReviewRow, sources: list[SourceUse]) -> StoredReview:
    """A stored review; one from before some of this was kept lacks it."""
    told = row.sentences
    marks = list(told.get("marks", []))
    return StoredReview.model_validate(
        {
            "id": row.id,
            "draft_id": row.draft_id,
            "action": row.action,
            "edit_distance": row.edit_distance,
            "similarity": row.similarity,
            "kept_sentences": told.get("kept", []),
            "removed_sentences": told.get("removed", []),
            "added_sentences": told.get("added", []),
            "moved_sentences": told.get("moved", []),
            "changed_sentences": told.get("changed", []),
            "greeting": told.get("greeting"),
            "closing": told.get("closing"),
            "sources": sources,
            "confirmed": row.confirmed,
            "unsupported_figures": [FigureCheck.model_validate(one) for one in row.unsupported],
            "stale": any(one in STALE_CODES for one in marks),
            "marks": marks,
            "created_at": row.created_at,
            "final_text": row.final_text,
            "reason": row.reason,
            "comment": row.comment,
            "reviewer_id": row.reviewer_id,
        }
    )
