"""The console's pages, its static files, and signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from copilot.auth.access import auth_service
from copilot.auth.http import (
    SESSION_COOKIE,
    Session,
    check_csrf,
    check_site,
    clear_session_cookie,
    client_ip,
    current_agent,
    set_session_cookie,
)
from copilot.auth.service import AuthService
from copilot.kernel.errors import CopilotError, NotFoundError
from copilot.web.coming_back import back_after_sign_in, stay_here, to_sign_in
from copilot.web.i18n import LOCALES
from copilot.web.pages import LOCALE_COOKIE, page, script, static_files, static_version

router = APIRouter(include_in_schema=False)

MaybeAgent = Annotated[Session | None, Depends(current_agent)]
Auth = Annotated[AuthService, Depends(auth_service)]
_KEEP = "public, max-age=31536000, immutable"
SECTIONS = ("engines", "guidance", "jobs", "ledger", "people", "access")
ADMIN = frozenset(("ledger", "people", "access"))
"""What only administrators may see."""
_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@router.get("/static/{version}/{path:path}")
async def static(version: str, path: str) -> Response:
    """Our own scripts, styles and pictures.

    The version is in the address, so browsers may keep them for a year; an address of another
    version answers too, for pages that are open while we are updated, but is not to be kept.
    """
    # Looked up, never opened: what is asked for may be no path that a file system takes.
    file = static_files().get(path)
    if file is None or file.suffix not in _MEDIA:
        raise NotFoundError("There is no such file.")
    media_type = _MEDIA[file.suffix]
    headers = {"Cache-Control": _KEEP if version == static_version() else "no-cache"}
    if file.suffix == ".js":
        return Response(script(file), media_type=media_type, headers=headers)
    return FileResponse(file, media_type=media_type, headers=headers)


@router.get("/")
async def inbox(request: Request, session: MaybeAgent) -> Response:
    """The list of conversations."""
    return _signed_in(request, session, "inbox.html")


@router.get("/c/{conversation_id}")
async def conversation(request: Request, session: MaybeAgent, conversation_id: str) -> Response:
    """One conversation with everything an agent needs beside it."""
    return _signed_in(request, session, "conversation.html", conversation_id=conversation_id)


@router.get("/calls")
async def calls(request: Request, session: MaybeAgent) -> Response:
    """The list of calls and the upload."""
    return _signed_in(request, session, "calls.html")


@router.get("/calls/{call_id}")
async def call(request: Request, session: MaybeAgent, call_id: str) -> Response:
    """One call: player, transcript, notes."""
    return _signed_in(request, session, "call.html", call_id=call_id)


@router.get("/knowledge")
async def knowledge(request: Request, session: MaybeAgent) -> Response:
    """The list of articles."""
    return _signed_in(request, session, "knowledge.html")


@router.get("/knowledge/{article_id}")
async def article(request: Request, session: MaybeAgent, article_id: str) -> Response:
    """One article."""
    return _signed_in(request, session, "article.html", article_id=article_id)


@router.get("/settings")
async def settings(request: Request, session: MaybeAgent) -> Response:
    """The first section of the settings."""
    if session is None:
        return to_sign_in(request)
    return RedirectResponse(f"/settings/{SECTIONS[0]}", 303)


@router.get("/settings/{section}")
async def settings_section(request: Request, session: MaybeAgent, section: str) -> Response:
    """One section of the settings: those of administration for administrators alone."""
    if session is None:
        return to_sign_in(request)
    shown = [one for one in SECTIONS if one not in ADMIN or session.agent.role == "admin"]
    if section not in shown:
        raise NotFoundError("There is no such section of the settings.")
    return page(request, "settings.html", session=session, section=section, sections=shown)


@router.get("/login")
async def login_page(request: Request, session: MaybeAgent) -> Response:
    """The sign-in form."""
    if session is not None:
        return RedirectResponse("/", 303)
    return page(request, "login.html", session=None, error=None)


@router.post("/login")
async def login(
    request: Request,
    auth: Auth,
    email: Annotated[str, Form(max_length=320)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
) -> Response:
    """Sign in by password."""
    check_site(request)
    try:
        token = await auth.sign_in(email, password, client_ip(request))
    except CopilotError as error:
        return page(request, "login.html", session=None, status=error.status, error=error.code)
    return _begin(request, auth, token)


@router.get("/login/link/{token}")
async def link_page(request: Request, token: str) -> Response:
    """A button that uses the one-time link: scanners that open links must not use it up."""
    return page(request, "link.html", session=None, token=token)


@router.post("/login/link/{token}")
async def redeem(request: Request, auth: Auth, token: str) -> Response:
    """Sign in by a one-time link."""
    check_site(request)
    try:
        session_token = await auth.redeem_link(token, client_ip(request))
    except CopilotError as error:
        return page(request, "login.html", session=None, status=error.status, error=error.code)
    return _begin(request, auth, session_token)


@router.post("/logout")
async def logout(
    request: Request,
    auth: Auth,
    session: MaybeAgent,
    csrf_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """End the session."""
    response = RedirectResponse("/login", 303)
    if session is not None:
        check_site(request)
        check_csrf(session, csrf_token)
        await auth.sign_out(request.cookies[SESSION_COOKIE])
    clear_session_cookie(response, request)
    stay_here(response, request)
    return response


@router.post("/locale")
async def set_locale(
    request: Request,
    locale: Annotated[str, Form(max_length=5)],
    back: Annotated[str, Form(max_length=300)] = "/",
) -> Response:
    """Choose the console's language for this browser."""
    check_site(request)
    response = RedirectResponse(_path_of_ours(back), 303)
    if locale in LOCALES:
        response.set_cookie(
            LOCALE_COOKIE,
            locale,
            max_age=31_536_000,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return response


def _path_of_ours(back: str) -> str:
    # Anything else would make this an open redirect. Browsers read a backslash as a slash and
    # leave out tabs and line ends.
    ours = back.startswith("/") and not back.startswith("//")
    if not ours or "\\" in back or not back.isprintable():
        return "/"
    return back.partition("?")[0].partition("#")[0]


def _signed_in(
    request: Request, session: Session | None, template: str, **context: str
) -> Response:
    if session is None:
        return to_sign_in(request)
    return page(request, template, session=session, status=200, **context)


def _begin(request: Request, auth: AuthService, token: str) -> Response:
    response = back_after_sign_in(request)
    set_session_cookie(response, request, token, hours=auth.config.session_hours)
    return response
