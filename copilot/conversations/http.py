"""Routes of conversations, their import, and a customer's timeline.

What stores a conversation is in ``summaries.storing_http``: it may ask for a summary too. Their
list is in ``inbox_http``.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, UploadFile

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations import imports, store
from copilot.conversations.conversation import (
    Conversation,
    Message,
)
from copilot.conversations.errors import (
    ConversationNotFoundError,
    ImportNotFoundError,
    UnreadableFileError,
)
from copilot.conversations.timeline import TimelineEntry, timeline
from copilot.customers.errors import CustomerNotFoundError
from copilot.jobs.imports import AcceptedImport, Import
from copilot.jobs.queue import Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, database, problems
from copilot.kernel.paging import Page, decode_cursor, encode_cursor
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["conversations"])

MayRead = Annotated[Principal, Depends(require("conversations:read"))]
MayWrite = Annotated[Principal, Depends(require("conversations:write"))]
MayReadCustomers = Annotated[Principal, Depends(require("customers:read"))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1000)]


def blob_store(request: Request) -> Blobs:
    """Where uploads are kept."""
    blobs: Blobs = request.state.deps.blobs
    return blobs


def job_queue(request: Request) -> Queue:
    """The queue of background work."""
    queue: Queue = request.state.deps.queue
    return queue


@router.post(
    "/conversations:import",
    status_code=202,
    responses=problems(*AUTH_ERRORS, InvalidInputError, UnreadableFileError),
)
async def import_conversations(
    file: Annotated[
        UploadFile, File(description=".eml, .mbox, .zip of them, .json or .jsonl of conversations")
    ],
    db: Annotated[Database, Depends(database)],
    blobs: Annotated[Blobs, Depends(blob_store)],
    queue: Annotated[Queue, Depends(job_queue)],
    principal: MayWrite,
) -> AcceptedImport:
    """Import a file in the background; entries that cannot be read are told, the rest is stored."""
    name = file.filename or ""
    return await imports.accept_upload(db, blobs, queue, principal.tenant, name, _chunks(file))


@router.get(
    "/conversation-imports/{import_id}", responses=problems(*AUTH_ERRORS, ImportNotFoundError)
)
async def get_import(import_id: StorableText, session: Reads, principal: MayRead) -> Import:
    """What an import has found, stored and not been able to read."""
    return await imports.get_import(session, principal.tenant, import_id)


@router.get(
    "/conversations/{conversation_id}",
    responses=problems(*AUTH_ERRORS, ConversationNotFoundError),
)
async def get_conversation(
    conversation_id: StorableText, session: Reads, principal: MayRead
) -> Conversation:
    """One conversation with its messages in order."""
    return await store.get(session, principal.tenant, conversation_id)


@router.get(
    "/conversations/{conversation_id}/messages",
    responses=problems(*AUTH_ERRORS, ConversationNotFoundError, InvalidInputError),
)
async def list_messages(
    conversation_id: StorableText,
    session: Reads,
    principal: MayRead,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Message]:
    """The messages of a conversation in order."""
    head = await store.head(session, principal.tenant, conversation_id)
    found = await store.message_page(
        session, principal.tenant, head.id, after_seq=_seq(cursor), limit=limit + 1
    )
    shown = found[:limit]
    more = len(found) > limit
    return Page(items=shown, next_cursor=encode_cursor(str(shown[-1].seq)) if more else None)


@router.get(
    "/customers/{customer_id}/timeline",
    tags=["customers"],
    responses=problems(*AUTH_ERRORS, CustomerNotFoundError, InvalidInputError),
)
async def get_timeline(
    customer_id: StorableText,
    session: Reads,
    principal: MayReadCustomers,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[TimelineEntry]:
    """Everything between a customer and us, on every channel, orders included; latest first."""
    principal.require("conversations:read")
    return await timeline(session, principal.tenant, customer_id, limit=limit, cursor=cursor)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(1_000_000):
        yield chunk


def _seq(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (written,) = decode_cursor(cursor, parts=1)
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise InvalidInputError(
            "The cursor is not one that a list gave: leave it out to start over."
        )
    return int(written)
