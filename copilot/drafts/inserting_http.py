"""Routes of what agents write themselves and take from the context card."""

from typing import Annotated

from fastapi import APIRouter, Depends

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts.draft import Draft
from copilot.drafts.errors import DraftNotFoundError, SourceNotFoundError, TooManyInsertedError
from copilot.drafts.http import as_seen_by, may_use_internal
from copilot.drafts.inserting import InsertIn, Insertion, insert
from copilot.drafts.own import begin_own
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import Writes, problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["drafts"])

MayWrite = Annotated[Principal, Depends(require("drafts:write"))]
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)


@router.post(
    "/conversations/{conversation_id}/drafts/own",
    responses=problems(*AUTH_ERRORS, InvalidInputError, ConversationNotFoundError),
)
async def begin_own_draft(
    conversation_id: StorableText, principal: MayWrite, session: Writes
) -> Draft:
    """Begin a reply that the agent writes: an empty draft, `engine` `agent`.

    What is written is checked, cited and reviewed like any draft; counts of reviews leave it out.
    """
    return await begin_own(session, principal.tenant, conversation_id)


@router.post(
    "/drafts/{draft_id}/insertions",
    responses=problems(
        *AUTH_ERRORS, *_BODY_ERRORS, DraftNotFoundError, SourceNotFoundError, TooManyInsertedError
    ),
)
async def insert_source(
    draft_id: StorableText, body: InsertIn, principal: MayWrite, session: Writes
) -> Insertion:
    """Take something from the context card into a draft: the draft cites its source from now on.

    The draft's own text stays; `text` is what to put where the agent wants it. Figures in it are
    checked against the source too. Messages and conversations need the scope
    `conversations:read`, internal articles `knowledge:read` as well.
    """
    if body.message_id is not None or body.similar_id is not None:
        principal.require("conversations:read")
    made = await insert(
        session,
        principal.tenant,
        draft_id,
        body,
        may_use_internal=may_use_internal(principal),
    )
    return made.model_copy(update={"draft": as_seen_by(principal, made.draft)})
