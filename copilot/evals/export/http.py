"""The route of a review as a case to evaluate with."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.drafts.errors import ReviewNotFoundError
from copilot.evals.export.one import NoCaseError, case_of_review
from copilot.kernel.http import Reads, problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["drafts"])

MayExport = Annotated[Principal, Depends(require("admin"))]


@router.get(
    "/reviews/{review_id}/eval-case",
    responses=problems(*AUTH_ERRORS, ReviewNotFoundError, NoCaseError),
)
async def get_eval_case(
    review_id: StorableText, principal: MayExport, session: Reads
) -> dict[str, Any]:
    """The review as a line of a `draft` dataset: what was asked, what is right, what is wrong.

    Personal data is replaced by placeholders. Needs `admin`: it shows a whole conversation.
    """
    return await case_of_review(session, principal.tenant, review_id)
