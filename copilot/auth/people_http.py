"""Routes of a tenant's people, for its administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.access import auth_service, require
from copilot.auth.agent import Role
from copilot.auth.http import AUTH_ERRORS
from copilot.auth.idempotency import keep_no_answer
from copilot.auth.people import LastAdministratorError, Person, PersonChange
from copilot.auth.people_store import AgentExistsError, AgentNotFoundError
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import problems, public_address
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["access"])

Auth = Annotated[AuthService, Depends(auth_service)]
Admin = Annotated[Principal, Depends(require("admin"))]
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)


class PersonIn(BaseModel):
    """A person to let in."""

    model_config = ConfigDict(extra="forbid")

    email: StorableText = Field(max_length=320, examples=["aino@desk.example"])
    name: StorableText = Field(min_length=1, max_length=200)
    role: Role = "agent"


class Invitation(BaseModel):
    """A one-time link to sign in with. It is shown here once and cannot be shown again."""

    agent: Person
    link: str
    minutes: int = Field(description="How long it can be used.")


@router.get("/agents", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_people(
    auth: Auth,
    admin: Admin,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Page[Person]:
    """The people who may sign in to the console, newest first, shut accounts included."""
    return await auth.people(admin.tenant, limit=limit, cursor=cursor)


@router.post(
    "/agents",
    status_code=201,
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, AgentExistsError),
)
async def add_person(auth: Auth, admin: Admin, body: PersonIn, request: Request) -> Invitation:
    """Add a person; nothing is mailed: give them the link.

    The answer is never kept, so ``Idempotency-Key`` has no effect here.
    """
    keep_no_answer(request)
    made = await auth.create_agent(admin.tenant, body.email, body.name, body.role, by=admin)
    return await _invitation(auth, admin, made.id, request)


@router.patch(
    "/agents/{agent_id}",
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, AgentNotFoundError, LastAdministratorError),
)
async def change_person(
    auth: Auth, admin: Admin, agent_id: StorableText, body: PersonChange
) -> Person:
    """Change a person's name or role. The last administrator who can sign in stays one."""
    return await auth.change_person(admin.tenant, agent_id, body, by=admin)


@router.post(
    "/agents/{agent_id}/link",
    status_code=201,
    responses=problems(*AUTH_ERRORS, InvalidInputError, AgentNotFoundError),
)
async def invite_again(
    auth: Auth, admin: Admin, agent_id: StorableText, request: Request
) -> Invitation:
    """A new one-time link; it opens a shut account again. Never kept, as with a new person."""
    keep_no_answer(request)
    await auth.person(admin.tenant, agent_id)
    return await _invitation(auth, admin, agent_id, request)


@router.delete(
    "/agents/{agent_id}",
    status_code=204,
    responses=problems(*AUTH_ERRORS, InvalidInputError, AgentNotFoundError, LastAdministratorError),
)
async def shut_out(auth: Auth, admin: Admin, agent_id: StorableText) -> Response:
    """Leave a person no way in, at once: no session, password, link or panel.

    The account stays, for what it wrote, and so do API keys that they made.
    """
    await auth.shut_out(admin.tenant, agent_id, by=admin)
    return Response(status_code=204)


async def _invitation(
    auth: AuthService, admin: Principal, agent_id: str, request: Request
) -> Invitation:
    token = await auth.create_link(agent_id, by=admin)
    return Invitation(
        agent=await auth.person(admin.tenant, agent_id),
        link=public_address(request, f"/login/link/{token}"),
        minutes=int(auth.config.link_minutes),
    )
