"""Routes of privacy: redacting calls, and how long calls are kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.calls.errors import (
    CallNotFoundError,
    CallNotReadyError,
    RecordingExpiredError,
    SegmentNotFoundError,
)
from copilot.calls.http import CallId, MayRead, MayWrite
from copilot.calls.privacy import CallPrivacy, Redaction, RedactionIn, RedactionPreview
from copilot.calls.redacted import SensitiveType
from copilot.calls.retention import Retention, RetentionIn
from copilot.calls.retention_flow import Retainer
from copilot.kernel.errors import InvalidInputError, MalformedBodyError
from copilot.kernel.http import problems

router = APIRouter(prefix="/v1", tags=["calls"])

MayAdminister = Annotated[Principal, Depends(require("admin"))]


def call_privacy(request: Request) -> CallPrivacy:
    """What takes sensitive figures out of calls."""
    privacy: CallPrivacy = request.state.deps.call_privacy
    return privacy


def retainer(request: Request) -> Retainer:
    """What keeps calls only as long as they are to be kept."""
    found: Retainer = request.state.deps.retainer
    return found


Privacy = Annotated[CallPrivacy, Depends(call_privacy)]
Keeper = Annotated[Retainer, Depends(retainer)]


@router.get(
    "/calls/{call_id}/redact",
    responses=problems(*AUTH_ERRORS, CallNotFoundError, CallNotReadyError, InvalidInputError),
)
async def preview_redaction(
    call_id: CallId,
    privacy: Privacy,
    principal: MayRead,
    types: Annotated[
        list[SensitiveType] | None,
        Query(description="Repeat it; without, cards, security codes, IBANs and national ids"),
    ] = None,
) -> RedactionPreview:
    """What a redaction would find now, by segment and second, and what earlier ones took out."""
    return await privacy.preview(principal.tenant, call_id, types)


@router.post(
    "/calls/{call_id}/redact",
    status_code=202,
    responses=problems(
        *AUTH_ERRORS,
        CallNotFoundError,
        SegmentNotFoundError,
        CallNotReadyError,
        RecordingExpiredError,
        MalformedBodyError,
        InvalidInputError,
    ),
)
async def redact_call(
    call_id: CallId, body: RedactionIn, privacy: Privacy, principal: MayWrite
) -> Redaction:
    """Take card numbers and the like out of a call, for good.

    They are gone from the transcript, the conversation, summaries, notes, drafts and the search
    when this answers; the notes are written anew, and with `audio` the same seconds of the stored
    recording made silent, by the job. Nothing that was taken out can be brought back.
    """
    return await privacy.redact(principal.tenant, call_id, body)


@router.get("/retention", responses=problems(*AUTH_ERRORS))
async def get_retention(keeper: Keeper, principal: MayAdminister) -> Retention:
    """How long calls are kept, and how many have been kept longer and are about to go."""
    return await keeper.show(principal.tenant)


@router.put("/retention", responses=problems(*AUTH_ERRORS, MalformedBodyError, InvalidInputError))
async def put_retention(body: RetentionIn, keeper: Keeper, principal: MayAdminister) -> Retention:
    """Set how many days recordings, and whole calls, are kept; null keeps them for ever.

    Days count from when the call was sent here. Older recordings and calls are deleted within the
    hour, and cannot be brought back.
    """
    return await keeper.set(principal.tenant, body)
