"""Routes of feedback."""

from typing import Annotated

from fastapi import APIRouter, Depends

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts.errors import DraftNotFoundError
from copilot.feedback import store
from copilot.feedback.feedback import Feedback, FeedbackIn
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import Writes, problems

router = APIRouter(prefix="/v1", tags=["feedback"])

MayWrite = Annotated[Principal, Depends(require("feedback:write"))]


@router.post(
    "/feedback",
    status_code=201,
    responses=problems(
        *AUTH_ERRORS,
        ConversationNotFoundError,
        DraftNotFoundError,
        InvalidInputError,
        MalformedBodyError,
        PayloadTooLargeError,
    ),
)
async def give_feedback(body: FeedbackIn, session: Writes, principal: MayWrite) -> Feedback:
    """Keep a customer's score for a conversation, a reply to it, or the service as a whole.

    `csat` and `cfs` go from 1 to 5, `ces` from 1 (much effort) to 7, `nps` from 0 to 10.
    """
    return await store.add(session, principal.tenant, body)
