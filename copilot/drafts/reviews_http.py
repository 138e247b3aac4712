"""Routes of reviews: those of a draft, and what all of them tell together."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.drafts import review_store, store
from copilot.drafts.draft import StoredReview
from copilot.drafts.errors import DraftNotFoundError
from copilot.drafts.review_stats import GroupBy, ReviewStats, review_stats
from copilot.kernel.clock import UtcTime
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["drafts"])

MayRead = Annotated[Principal, Depends(require("drafts:read"))]
MayCount = Annotated[Principal, Depends(require("insights:read"))]


@router.get(
    "/drafts/{draft_id}/reviews",
    responses=problems(*AUTH_ERRORS, InvalidInputError, DraftNotFoundError),
)
async def list_reviews(
    draft_id: StorableText,
    principal: MayRead,
    session: Reads,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[StoredReview]:
    """What people did with a draft, the latest first: that one counts."""
    await store.get(session, principal.tenant, draft_id)
    return await review_store.of_draft(
        session, principal.tenant, draft_id, limit=limit, cursor=cursor
    )


@router.get("/reviews/stats", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def get_review_stats(
    principal: MayCount,
    session: Reads,
    since: Annotated[
        UtcTime | None, Query(description="Only reviews at or after this time.")
    ] = None,
    group_by: Annotated[
        GroupBy,
        Query(
            description="`prompt` is the draft's `prompt_hash`; `source` a kind of source. By "
            "`article` each group tells how many reviewed drafts cite it and what was kept."
        ),
    ] = "engine",
) -> ReviewStats:
    """How many drafts were used as they were, edited or thrown away, and what of them was kept."""
    return await review_stats(session, principal.tenant, since=since, group_by=group_by)
