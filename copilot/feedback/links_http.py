"""The route that makes one-tap links; their page is the console's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from copilot.auth.access import auth_service
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts.errors import DraftNotFoundError
from copilot.feedback.links import FeedbackLink, LinkIn, make_link
from copilot.kernel.clock import now
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import Reads, problems, public_address

router = APIRouter(prefix="/v1", tags=["feedback"])

MayWrite = Annotated[Principal, Depends(require("feedback:write"))]
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)


@router.post(
    "/feedback/links",
    status_code=201,
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, ConversationNotFoundError, DraftNotFoundError),
)
async def make_feedback_link(
    body: LinkIn,
    session: Reads,
    auth: Annotated[AuthService, Depends(auth_service)],
    principal: MayWrite,
    request: Request,
) -> FeedbackLink:
    """A signed address to send to a customer, who answers there without an account, once.

    Opening it records nothing: mail scanners do that. The page is in the conversation's language.
    """
    token, until = await make_link(session, principal.tenant, body, auth.hashes, now())
    return FeedbackLink(url=public_address(request, f"/f/{token}"), expires_at=until)
