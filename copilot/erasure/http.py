"""The route that erases a customer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from copilot.auth.audit import actor_of
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.customers.errors import CustomerNotFoundError
from copilot.erasure.erasure import Erasure
from copilot.erasure.flow import Eraser
from copilot.kernel.http import problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["customers"])

MayErase = Annotated[Principal, Depends(require("customers:write"))]


def eraser(request: Request) -> Eraser:
    """What erases customers in this service."""
    found: Eraser = request.state.deps.eraser
    return found


@router.delete("/customers/{customer_id}", responses=problems(*AUTH_ERRORS, CustomerNotFoundError))
async def erase_customer(
    customer_id: StorableText, principal: MayErase, erasing: Annotated[Eraser, Depends(eraser)]
) -> Erasure:
    """Erase a customer everywhere: conversations, calls and recordings, orders, drafts, the index.

    It cannot be undone. The search index follows within seconds. Where it breaks off, ask again.
    """
    return await erasing.erase(principal.tenant, customer_id, actor_of(principal))
