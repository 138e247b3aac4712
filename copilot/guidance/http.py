"""Routes of processes, saved replies and the tone guide."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.guidance import store
from copilot.guidance.errors import (
    ProcessNotFoundError,
    ProcessUnreadableError,
    SavedReplyNotFoundError,
    ToneGuideNotFoundError,
    ToneGuideUnreadableError,
    TooManyGuidesError,
)
from copilot.guidance.process import LONGEST, Process, read_process
from copilot.guidance.saved_reply import SavedReply, SavedReplyIn, ToneGuide, ToneGuideIn
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, Writes, problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["guidance"])

MayRead = Annotated[Principal, Depends(require("knowledge:read"))]
MayWrite = Annotated[Principal, Depends(require("knowledge:write"))]
Name = Annotated[StorableText, Path(min_length=1, max_length=64, examples=["broken-item"])]
Source = Annotated[StorableText, Path(min_length=1, max_length=64, examples=["helpdesk"])]
ExternalId = Annotated[StorableText, Path(min_length=1, max_length=255, examples=["where-is-it"])]
Answers = dict[int | str, dict[str, Any]]
_PROCESS_CREATED: Answers = {201: {"description": "Created", "model": Process}}
_REPLY_CREATED: Answers = {201: {"description": "Created", "model": SavedReply}}


class ProcessIn(BaseModel):
    """The body of ``PUT /v1/processes/{name}``."""

    model_config = ConfigDict(extra="forbid")

    body: StorableText = Field(
        min_length=1, max_length=LONGEST, description="The Markdown file, front matter and all."
    )


class Processes(BaseModel):
    """All processes of a tenant."""

    items: list[Process]


class SavedReplies(BaseModel):
    """All saved replies of a tenant."""

    items: list[SavedReply]


@router.get("/processes", responses=problems(*AUTH_ERRORS))
async def list_processes(session: Reads, principal: MayRead) -> Processes:
    """The processes, by name."""
    return Processes(items=await store.processes(session, principal.tenant))


@router.get("/processes/{name}", responses=problems(*AUTH_ERRORS, ProcessNotFoundError))
async def get_process(name: Name, session: Reads, principal: MayRead) -> Process:
    """One process."""
    return await store.process(session, principal.tenant, name)


@router.put(
    "/processes/{name}",
    responses=_PROCESS_CREATED
    | problems(*AUTH_ERRORS, InvalidInputError, ProcessUnreadableError, TooManyGuidesError),
)
async def put_process(
    name: Name, body: ProcessIn, session: Writes, principal: MayWrite, response: Response
) -> Process:
    """Create or replace a process; its front matter has the same name."""
    read = read_process(body.body)
    if read.front.name != name:
        raise ProcessUnreadableError(
            f"The front matter calls the process {read.front.name!r}: send it to that name."
        )
    created = await store.put_process(session, principal.tenant, read)
    response.status_code = 201 if created else 200
    return await store.process(session, principal.tenant, name)


@router.delete(
    "/processes/{name}",
    status_code=204,
    responses=problems(*AUTH_ERRORS, ProcessNotFoundError),
)
async def delete_process(name: Name, session: Writes, principal: MayWrite) -> None:
    """Delete a process."""
    await store.delete_process(session, principal.tenant, name)


@router.get("/saved-replies", responses=problems(*AUTH_ERRORS))
async def list_saved_replies(session: Reads, principal: MayRead) -> SavedReplies:
    """The saved replies, by title."""
    return SavedReplies(items=await store.replies(session, principal.tenant))


@router.get(
    "/saved-replies/{source}/{external_id:path}",
    responses=problems(*AUTH_ERRORS, SavedReplyNotFoundError),
)
async def get_saved_reply(
    source: Source, external_id: ExternalId, session: Reads, principal: MayRead
) -> SavedReply:
    """One saved reply."""
    return await store.reply(session, principal.tenant, source, external_id)


@router.put(
    "/saved-replies/{source}/{external_id:path}",
    responses=_REPLY_CREATED | problems(*AUTH_ERRORS, InvalidInputError, TooManyGuidesError),
)
async def put_saved_reply(
    source: Source,
    external_id: ExternalId,
    body: SavedReplyIn,
    session: Writes,
    principal: MayWrite,
    response: Response,
) -> SavedReply:
    """Create or replace a saved reply."""
    made, created = await store.put_reply(session, principal.tenant, source, external_id, body)
    response.status_code = 201 if created else 200
    return made


@router.delete(
    "/saved-replies/{source}/{external_id:path}",
    status_code=204,
    responses=problems(*AUTH_ERRORS, SavedReplyNotFoundError),
)
async def delete_saved_reply(
    source: Source, external_id: ExternalId, session: Writes, principal: MayWrite
) -> None:
    """Delete a saved reply."""
    await store.delete_reply(session, principal.tenant, source, external_id)


@router.get("/tone-guide", responses=problems(*AUTH_ERRORS, ToneGuideNotFoundError))
async def get_tone_guide(session: Reads, principal: MayRead) -> ToneGuide:
    """How this tenant writes to its customers."""
    found = await store.guide(session, principal.tenant)
    if found is None:
        raise ToneGuideNotFoundError("There is no tone guide.")
    return found


@router.put(
    "/tone-guide",
    responses=problems(*AUTH_ERRORS, InvalidInputError, ToneGuideUnreadableError),
)
async def put_tone_guide(body: ToneGuideIn, session: Writes, principal: MayWrite) -> ToneGuide:
    """Set how this tenant writes: the language model is told. It gives nobody any authority."""
    return await store.put_guide(session, principal.tenant, body.body)


@router.delete(
    "/tone-guide",
    status_code=204,
    responses=problems(*AUTH_ERRORS, ToneGuideNotFoundError),
)
async def delete_tone_guide(session: Writes, principal: MayWrite) -> None:
    """Delete the tone guide."""
    await store.delete_guide(session, principal.tenant)
