"""The panel for other desktops: its page, its element, and the window that lets it in."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from copilot.auth.access import (
    SESSION_COOKIE,
    auth_service,
    check_csrf,
    check_site,
    current_agent,
    current_panel,
)
from copilot.auth.agent import Session
from copilot.auth.panel import check_challenge, code_of
from copilot.auth.service import AuthService
from copilot.kernel.errors import ForbiddenError
from copilot.kernel.ids import TenantId
from copilot.kernel.security_headers import policy
from copilot.web.pages import STATIC, page, script

router = APIRouter(include_in_schema=False)

MaybeAgent = Annotated[Session | None, Depends(current_agent)]
Auth = Annotated[AuthService, Depends(auth_service)]
THEMES = ("light", "dark", "auto")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@router.get("/panel")
async def panel(
    request: Request,
    auth: Auth,
    session: MaybeAgent,
    site: str = "",
    theme: str = "auto",
    accent: str = "",
) -> Response:
    """The panel itself: a shell without any data, in frames of the tenant's sites alone."""
    origins = await auth.panel_origins(TenantId(site)) if site else []
    found = session or await current_panel(request)
    # Where a cookie does come along, it counts for its own tenant only.
    ours = found if found is not None and found.tenant == site else None
    response = page(
        request,
        "panel.html",
        session=ours,
        asked=request.query_params.get("locale"),
        site=site,
        origins=origins,
        theme=theme if theme in THEMES else "auto",
        accent=accent if _COLOUR.fullmatch(accent) else "",
    )
    response.headers["Content-Security-Policy"] = policy(origins)
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


@router.get("/panel/element.js")
async def element() -> Response:
    """``<copilot-panel>``, for pages of other sites."""
    headers = {
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(script(STATIC / "js" / "panel_element.js"), 200, headers, "text/javascript")


@router.get("/panel/allow")
async def ask_leave(
    request: Request, auth: Auth, session: MaybeAgent, site: str = "", challenge: str = ""
) -> Response:
    """The window in which a signed-in agent lets a panel in."""
    check_challenge(challenge)
    if session is None:
        return page(request, "panel_sign_in.html", session=None, site=site, challenge=challenge)
    tenant = await auth.tenant(session.tenant)
    return page(
        request,
        "panel_allow.html",
        session=session,
        tenant=tenant.name,
        right=site == session.tenant,
        origins=await auth.panel_origins(session.tenant),
        challenge=challenge,
        code=code_of(challenge),
        done=False,
    )


@router.post("/panel/allow")
async def give_leave(
    request: Request,
    auth: Auth,
    session: MaybeAgent,
    csrf_token: Annotated[str, Form(max_length=200)] = "",
    site: Annotated[str, Form(max_length=64)] = "",
    challenge: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Let the panel in."""
    if session is None:
        return RedirectResponse("/login", 303)
    check_site(request)
    check_csrf(session, csrf_token)
    if site != session.tenant:
        raise ForbiddenError("This panel belongs to another team: sign in there.")
    await auth.allow_panel(request.cookies[SESSION_COOKIE], session, challenge)
    return page(
        request,
        "panel_allow.html",
        session=session,
        tenant="",
        right=True,
        origins=[],
        challenge=challenge,
        code=code_of(challenge),
        done=True,
    )
