"""Routes of call notes: read them, edit them, put them into the conversation."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from copilot.auth.http import AUTH_ERRORS
from copilot.calls.approving import approve_notes, edit_notes
from copilot.calls.errors import CallNotFoundError, CallNotReadyError, NotesPlaceTakenError
from copilot.calls.http import CallId, MayRead, MayWrite
from copilot.calls.note import ApprovalIn, CallNotes, NotesIn
from copilot.calls.notes import notes_of
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError, InvalidInputError, MalformedBodyError
from copilot.kernel.http import Reads, database, problems

router = APIRouter(prefix="/v1", tags=["calls"])

Db = Annotated[Database, Depends(database)]
_ERRORS = (*AUTH_ERRORS, CallNotFoundError, CallNotReadyError)
_BODY_ERRORS = (*_ERRORS, ConflictError, MalformedBodyError, InvalidInputError)


@router.get("/calls/{call_id}/notes", responses=problems(*_ERRORS))
async def get_notes(call_id: CallId, session: Reads, principal: MayRead) -> CallNotes:
    """The call in a few sentences, each with the seconds of the recording that say it."""
    return await notes_of(session, principal.tenant, call_id)


@router.put("/calls/{call_id}/notes", responses=problems(*_BODY_ERRORS))
async def put_notes(call_id: CallId, body: NotesIn, db: Db, principal: MayWrite) -> CallNotes:
    """Put the notes as they should be; each figure is checked against what was said.

    A sentence keeps the messages it names, those that are the call's; without any, those that
    carry it are looked for. Notes that were approved are no longer, until they are approved again.
    """
    return await edit_notes(db, principal.tenant, call_id, body.sections, principal.name)


@router.post(
    "/calls/{call_id}/notes/approve", responses=problems(*_BODY_ERRORS, NotesPlaceTakenError)
)
async def approve(
    call_id: CallId,
    db: Db,
    principal: MayWrite,
    body: Annotated[ApprovalIn | None, Body()] = None,
) -> CallNotes:
    """Write the notes to the conversation, as an internal message that customers never see.

    With `sections` they are edited first. Approving again what is approved changes nothing; after
    an edit it replaces the message.
    """
    sections = None if body is None else body.sections
    return await approve_notes(db, principal.tenant, call_id, sections, principal.name)
