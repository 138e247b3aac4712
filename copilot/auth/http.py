"""Routes about the caller, API keys and the audit log; ``require`` for every other feature."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.access import (
    CSRF_HEADER,
    SESSION_COOKIE,
    Caller,
    CsrfError,
    Require,
    auth_service,
    caller,
    check_csrf,
    check_site,
    clear_session_cookie,
    client_ip,
    current_agent,
    require,
    set_session_cookie,
)
from copilot.auth.agent import Agent, Session
from copilot.auth.audit import AuditEvent, AuditKind
from copilot.auth.idempotency import keep_no_answer
from copilot.auth.key import ApiKey, Tenant
from copilot.auth.principal import ALL_SCOPES, Principal, Scope
from copilot.auth.service import AuthService
from copilot.auth.store import KeyNotFoundError
from copilot.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    NotAuthenticatedError,
    RateLimitedError,
)
from copilot.kernel.http import problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

__all__ = [
    "AUTH_ERRORS",
    "CSRF_HEADER",
    "SESSION_COOKIE",
    "CsrfError",
    "Require",
    "Session",
    "check_csrf",
    "check_site",
    "clear_session_cookie",
    "client_ip",
    "current_agent",
    "require",
    "router",
    "set_session_cookie",
]

AUTH_ERRORS = (NotAuthenticatedError, ForbiddenError, RateLimitedError)
"""What every route with a principal may answer."""

router = APIRouter(prefix="/v1", tags=["access"])

Auth = Annotated[AuthService, Depends(auth_service)]
Admin = Annotated[Principal, Depends(require("admin"))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=500)]


class Me(BaseModel):
    """The caller."""

    kind: Literal["key", "agent"]
    id: str
    name: str
    tenant: Tenant
    scopes: list[Scope]
    agent: Agent | None = Field(description="Null for an API key.")


class KeyIn(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: StorableText = Field(min_length=1, max_length=200, examples=["CRM sync"])
    scopes: list[Scope] = Field(min_length=1, max_length=len(ALL_SCOPES))


class KeyMade(BaseModel):
    """A key just made. ``key`` is shown here once and cannot be shown again."""

    id: str
    tenant: str
    name: str
    key: str = Field(examples=["cpk_…"])
    scopes: list[Scope]


@router.get("/me", responses=problems(*AUTH_ERRORS))
async def me(auth: Auth, found: Annotated[Caller, Depends(caller)]) -> Me:
    """Who is calling, and what they may do."""
    principal = found.principal
    return Me(
        kind=principal.kind,
        id=principal.id,
        name=principal.name,
        tenant=await auth.tenant(principal.tenant),
        scopes=[scope for scope in ALL_SCOPES if scope in principal.scopes],
        agent=found.session.agent if found.session else None,
    )


@router.post("/keys", status_code=201, responses=problems(*AUTH_ERRORS, InvalidInputError))
async def create_key(auth: Auth, admin: Admin, body: KeyIn, request: Request) -> KeyMade:
    """Make an API key. The answer is never kept, so ``Idempotency-Key`` has no effect here."""
    keep_no_answer(request)
    made = await auth.create_key(admin.tenant, body.name, body.scopes, by=admin)
    ordered = [scope for scope in ALL_SCOPES if scope in body.scopes]
    return KeyMade(id=made.id, tenant=admin.tenant, name=body.name, key=made.secret, scopes=ordered)


@router.get("/keys", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_keys(
    auth: Auth, admin: Admin, limit: Limit = 50, cursor: Cursor = None
) -> Page[ApiKey]:
    """The tenant's API keys without their secrets, newest first, revoked ones included."""
    return await auth.keys(admin.tenant, limit=limit, cursor=cursor)


@router.delete(
    "/keys/{key_id}", status_code=204, responses=problems(*AUTH_ERRORS, KeyNotFoundError)
)
async def revoke_key(auth: Auth, admin: Admin, key_id: str) -> Response:
    """Make an API key useless from now on. It stays in the list."""
    await auth.revoke_key(admin.tenant, key_id, by=admin)
    return Response(status_code=204)


@router.get("/audit", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def audit_events(
    auth: Auth,
    admin: Admin,
    kind: AuditKind | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEvent]:
    """What happened around sign-ins and keys, newest first."""
    return await auth.audit_events(admin.tenant, kind=kind, limit=limit, cursor=cursor)
