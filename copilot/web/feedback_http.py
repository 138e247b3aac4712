"""The page of a one-tap link: one question, without an account and without a script."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from copilot.auth.access import auth_service, client_ip
from copilot.auth.service import AuthService
from copilot.feedback.feedback import SCALES
from copilot.feedback.links import Asked, answer, is_answered, read_link
from copilot.kernel.clock import now
from copilot.kernel.http import Reads, Writes
from copilot.kernel.language import primary_subtag
from copilot.web.pages import page

router = APIRouter(include_in_schema=False)

Auth = Annotated[AuthService, Depends(auth_service)]


@router.get("/f/{token}")
async def feedback_page(request: Request, auth: Auth, session: Reads, token: str) -> Response:
    """The question; opening it records nothing."""
    auth.take_public_request(client_ip(request))
    asked = read_link(token, auth.hashes, now())
    return await _page(request, auth, asked, done=await is_answered(session, asked.tenant, asked))


@router.post("/f/{token}")
async def give_answer(
    request: Request,
    auth: Auth,
    session: Writes,
    token: str,
    score: Annotated[int, Form(ge=0, le=10)],
    comment: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep the answer."""
    auth.take_public_request(client_ip(request))
    asked = read_link(token, auth.hashes, now())
    await answer(session, asked.tenant, asked, score, comment.strip() or None)
    return await _page(request, auth, asked, done=True)


async def _page(request: Request, auth: AuthService, asked: Asked, *, done: bool) -> Response:
    low, high = SCALES[asked.kind]
    return page(
        request,
        "feedback.html",
        session=None,
        asked=primary_subtag(asked.language) if asked.language else None,
        team=(await auth.tenant(asked.tenant)).name,
        kind=asked.kind,
        scores=range(low, high + 1),
        done=done,
    )
