"""The route that tries an engine."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from copilot.auth.access import auth_service
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.idempotency import keep_no_answer
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.health.checking import EngineKind, try_engine
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import problems

router = APIRouter(prefix="/v1", tags=["health"])


class EngineCheck(BaseModel):
    """How an engine did when it was tried just now."""

    ok: bool = Field(description="Whether it works, or is not needed.")
    engine: str
    detail: str | None = Field(default=None, description="What to know or to mend.")
    ms: float = Field(description="How long it took, in milliseconds; loading included.")


@router.post("/engines/{kind}/check", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def check_engine(
    kind: EngineKind,
    admin: Annotated[Principal, Depends(require("admin"))],
    auth: Annotated[AuthService, Depends(auth_service)],
    request: Request,
) -> EngineCheck:
    """Try an engine once. One that fails is an answer too, with what to mend.

    What goes to a language model for it stands in the ledger, as the task `check`. Always tried
    anew, so ``Idempotency-Key`` has no effect here.
    """
    keep_no_answer(request)
    auth.take_check(admin)
    found, ms = await try_engine(request.state.deps, kind, admin.tenant, admin.id)
    return EngineCheck(**found._asdict(), ms=round(ms, 1))
