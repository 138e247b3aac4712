"""The route that hands out everything kept of a customer."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from copilot.auth import audit
from copilot.auth.audit import actor_of
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.customers.errors import CustomerNotFoundError
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import problems
from copilot.kernel.text import StorableText
from copilot.portability.document import document

router = APIRouter(prefix="/v1", tags=["customers"])

MayRead = Annotated[Principal, Depends(require("customers:read"))]
MayReadConversations = Annotated[Principal, Depends(require("conversations:read"))]
MayReadCalls = Annotated[Principal, Depends(require("calls:read"))]


@router.get(
    "/customers/{customer_id}/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/json": {}}, "description": "The document"},
        **problems(*AUTH_ERRORS, CustomerNotFoundError, InvalidInputError),
    },
)
async def export_customer(
    request: Request,
    customer_id: StorableText,
    principal: MayRead,
    _conversations: MayReadConversations,
    _calls: MayReadCalls,
    include_internal: Annotated[  # noqa: FBT002 - a query parameter is always named
        bool, Query(description="Internal notes, summaries and drafts too.")
    ] = False,
) -> StreamingResponse:
    """Everything kept of a customer as one JSON document, for the customer.

    Their record and addresses, orders, conversations with messages and feedback, calls with
    transcripts, and whom text about them was given to. Recordings are named by their address. Needs
    the scopes `conversations:read` and `calls:read` too. That it was handed out is recorded.
    """
    db: Database = request.state.deps.db
    pieces = document(db, principal.tenant, customer_id, internal=include_internal)
    first = await anext(pieces)
    actor = actor_of(principal)
    await audit.note(db, principal.tenant, "customer_exported", actor, subject_id=customer_id)

    async def all_of_it() -> AsyncIterator[str]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(
        all_of_it(),
        media_type="application/json",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="customer.json"',
        },
    )
