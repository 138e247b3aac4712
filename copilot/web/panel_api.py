"""What the panel for other desktops asks for, and which sites may show it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.access import auth_service, client_ip, require, set_panel_cookie
from copilot.auth.http import AUTH_ERRORS
from copilot.auth.idempotency import keep_no_answer
from copilot.auth.panel import MOST_ORIGINS
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.conversations.conversation import ConversationHead
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.finding import head_of
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.errors import (
    InvalidInputError,
    MalformedBodyError,
    PayloadTooLargeError,
    RateLimitedError,
)
from copilot.kernel.http import Reads, problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["panel"])

Auth = Annotated[AuthService, Depends(auth_service)]
Admin = Annotated[Principal, Depends(require("admin"))]
MayRead = Annotated[Principal, Depends(require("conversations:read"))]
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)


class PanelSites(BaseModel):
    """The sites that may show the panel in a frame."""

    model_config = ConfigDict(extra="forbid")

    origins: list[StorableText] = Field(
        max_length=MOST_ORIGINS,
        examples=[["https://desk.example", "https://*.apps.zdusercontent.com"]],
        description="All of those around it: a frame within a frame needs both.",
    )


class PanelSecret(BaseModel):
    """What a panel made up, and nobody else knows."""

    model_config = ConfigDict(extra="forbid")

    secret: str = Field(min_length=32, max_length=200)


class PanelLeave(BaseModel):
    """The token of a panel, told once; null until an agent has let it in."""

    token: str | None = None
    expires_at: UtcTime | None = None


@router.get("/panel/sites", responses=problems(*AUTH_ERRORS))
async def get_sites(auth: Auth, admin: Admin) -> PanelSites:
    """The sites that may show this tenant's panel."""
    return PanelSites(origins=await auth.panel_origins(admin.tenant))


@router.put("/panel/sites", responses=problems(*AUTH_ERRORS, *_BODY_ERRORS))
async def put_sites(auth: Auth, admin: Admin, body: PanelSites) -> PanelSites:
    """Replace the sites that may show this tenant's panel; none may with an empty list."""
    return PanelSites(origins=await auth.set_panel_origins(admin.tenant, body.origins, by=admin))


@router.post("/panel/token", responses=problems(*_BODY_ERRORS, RateLimitedError))
async def take_token(
    auth: Auth, body: PanelSecret, request: Request, response: Response
) -> PanelLeave:
    """The token for a panel's secret, once, after an agent allowed it in a window of ours.

    The token does what that agent may, administration apart, and ends with their session.
    """
    keep_no_answer(request)
    auth.take_public_request(client_ip(request))
    made = await auth.panel_token(body.secret)
    if made is None:
        return PanelLeave()
    left = made.expires_at - now()
    set_panel_cookie(response, made.token, seconds=left.total_seconds())
    return PanelLeave(**made._asdict())


@router.get("/panel/conversation", responses=problems(*AUTH_ERRORS, ConversationNotFoundError))
async def find_conversation(
    session: Reads,
    principal: MayRead,
    source: Annotated[StorableText, Query(max_length=64)],
    external_id: Annotated[StorableText, Query(max_length=255)],
) -> ConversationHead:
    """The conversation that a helpdesk knows by its own id."""
    return await head_of(session, principal.tenant, source, external_id)
