"""One review as a case to evaluate with."""

import asyncio
from typing import Any

from copilot.drafts import review_store
from copilot.drafts.errors import ReviewNotFoundError
from copilot.evals.export.draft_cases import Why, draft_case
from copilot.evals.export.reviewed import read, team_of
from copilot.kernel.db import ReadSession
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId

_WHY: dict[Why, str] = {
    "nothing_asked": "The conversation holds no message of a customer, so there is nothing to ask.",
    "still_personal": "Personal data would be left in it, so it is not given out.",
}


class NoCaseError(ConflictError):
    """The review cannot be made a case of."""

    code = "review_makes_no_case"
    title = "No case can be made of this review"


async def case_of_review(session: ReadSession, tenant: TenantId, review_id: str) -> dict[str, Any]:
    """A line of a ``draft`` dataset, pseudonymised, made of one review.

    Args:
        session: The session.
        tenant: Whose.
        review_id: Which review; one that a later one of the same draft replaced will do.

    Raises:
        ReviewNotFoundError: The tenant has no such review.
        NoCaseError: Nothing was asked, or personal data would be left in it.
    """
    await review_store.draft_of(session, tenant, review_id)
    found = await read(session, tenant, [review_id])
    if not found:
        raise ReviewNotFoundError(review_id)
    team = await team_of(session, tenant)
    case = await asyncio.to_thread(draft_case, found[0], team)
    if isinstance(case, str):
        raise NoCaseError(_WHY[case])
    return dict(case.line)
