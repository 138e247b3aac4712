"""Who sends this request: an API key in ``Authorization``, or the console's session cookie."""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from copilot.auth.agent import Session
from copilot.auth.panel import panel_principal
from copilot.auth.principal import Principal, Scope
from copilot.auth.rate_limit import Allowance
from copilot.auth.service import AuthService
from copilot.auth.tokens import PANEL_PREFIX
from copilot.kernel.errors import ForbiddenError, NotAuthenticatedError, RateLimitedError

SESSION_COOKIE: Final = "copilot_session"
PANEL_COOKIE: Final = "__Host-copilot_panel"
CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_BEARER = HTTPBearer(
    scheme_name="apiKey",
    bearerFormat="cpk_…",
    description="A tenant's API key.",
    auto_error=False,
)
_COOKIE = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description=f"The console's session. Requests that change something also need {CSRF_HEADER}.",
    auto_error=False,
)


class CsrfError(ForbiddenError):
    """The request came with a session but without its CSRF token."""

    code = "csrf_failed"
    title = "The CSRF token is missing or wrong"


class Caller(NamedTuple):
    """Who sends a request. ``session`` is None for an API key; ``credential`` is a secret."""

    principal: Principal
    session: Session | None
    credential: str


def auth_service(request: Request) -> AuthService:
    """The service that knows keys and sessions."""
    service: AuthService = request.state.deps.auth
    return service


async def identify(request: Request) -> Caller:
    """The caller of ``request``, found once per request. Nothing is counted here.

    Raises:
        NotAuthenticatedError: No credential, or one that is not valid (any more).
        CsrfError: A session's request that changes something lacks its CSRF token.
    """
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        known = await _find(request)
        request.state.caller = known
    return known


async def still_may(request: Request, scope: Scope) -> bool:
    """Whether the caller's key or session is valid still, and has ``scope``.

    For answers that go on: who began one may be signed out, or their key revoked, meanwhile.
    """
    try:
        found = await _find(request)
    except NotAuthenticatedError:
        return False
    return found.principal.may(scope)


def admit(request: Request, found: Caller) -> Allowance:
    """Count ``request`` against its caller's limit, once however often it is asked.

    Raises:
        RateLimitedError: Too many requests in a minute.
    """
    left: Allowance | None = getattr(request.state, "allowance", None)
    if left is None:
        left = auth_service(request).take_request(found.principal)
        request.state.allowance = left
    if not left.allowed:
        raise RateLimitedError(
            f"More than {left.limit} requests in a minute: slow down.",
            retry_after_s=left.retry_after_s,
            headers=left.headers(),
        )
    return left


async def current_agent(request: Request) -> Session | None:
    """The signed-in agent for a page, or None. For pages: it asks for no CSRF token."""
    token = request.cookies.get(SESSION_COOKIE)
    return None if token is None else await auth_service(request).session(token)


async def current_panel(request: Request) -> Session | None:
    """The session that the frame of a panel stands for, or None. For pages."""
    token = request.cookies.get(PANEL_COOKIE)
    return None if token is None else await auth_service(request).panel_session(token)


def set_panel_cookie(response: Response, token: str, *, seconds: float) -> None:
    """Give a panel's frame its token, so that it need not be let in again at every reload.

    The cookie is partitioned (CHIPS): the browser sends it from frames of ours on that one site
    alone. Browsers take it over https, and from this machine itself.
    """
    response.headers.append(
        "Set-Cookie",
        f"{PANEL_COOKIE}={token}; Max-Age={max(0, int(seconds))}; Path=/; Secure; HttpOnly; "
        "SameSite=None; Partitioned",
    )


def check_site(request: Request) -> None:
    """Look where a browser says that a request or form which changes something comes from.

    ``Sec-Fetch-Site`` is W3C's Fetch Metadata; programs send neither header.

    Raises:
        CsrfError: From a page of another site.
    """
    origin = request.headers.get("origin")
    host = request.headers.get("host", "").lower()
    # Compared as text: what a header holds may be no address at all.
    foreign = origin and origin.lower() not in {f"http://{host}", f"https://{host}"}
    if foreign or request.headers.get("sec-fetch-site") == "cross-site":
        raise CsrfError("This was sent from another site: use the console's own pages.")


def check_csrf(session: Session, given: str | None) -> None:
    """Compare the CSRF token that came with a request or form with the session's.

    Raises:
        CsrfError: It is missing or another one.
    """
    wanted = session.csrf_token.encode()
    if given is None or not hmac.compare_digest(wanted, given.encode("utf-8", "surrogatepass")):
        raise CsrfError(f"Send the session's token in {CSRF_HEADER}: reload the page to get it.")


def set_session_cookie(response: Response, request: Request, token: str, *, hours: float) -> None:
    """Give the browser a session; over https the cookie never travels without encryption."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(hours * 3600),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(response: Response, request: Request) -> None:
    """Take the session's cookie from the browser; end the session itself with ``sign_out``."""
    response.delete_cookie(
        SESSION_COOKIE,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def client_ip(request: Request) -> str | None:
    """Where the request comes from; behind a proxy, what uvicorn was told to trust of it."""
    return request.client.host if request.client else None


async def caller(
    request: Request,
    response: Response,
    _key: Annotated[object, Security(_BEARER)],
    _cookie: Annotated[object, Security(_COOKIE)],
) -> Caller:
    """Dependency: whoever is calling, whatever they may do; counts against their limit.

    Raises:
        NotAuthenticatedError: See :func:`identify`.
        CsrfError: See :func:`identify`.
        RateLimitedError: See :func:`admit`.
    """
    found = await identify(request)
    response.headers.update(admit(request, found).headers())
    return found


@dataclass(frozen=True)
class Require:
    """Dependency: the caller, who must have ``scope``."""

    scope: Scope

    async def __call__(self, found: Annotated[Caller, Depends(caller)]) -> Principal:
        """The caller's principal.

        Raises:
            ForbiddenError: The scope is missing.
        """
        found.principal.require(self.scope)
        return found.principal


def require(scope: Scope) -> Require:
    """A dependency that gives the caller's Principal and refuses those without ``scope``."""
    return Require(scope)


async def _find(request: Request) -> Caller:
    service = auth_service(request)
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotAuthenticatedError("Send the API key as 'Authorization: Bearer cpk_…'.")
        key = text.strip()
        if key.startswith(PANEL_PREFIX):
            return await _panel(service, key)
        return Caller(await service.principal_for_key(key), None, key)
    token = request.cookies.get(SESSION_COOKIE)
    if token is None and PANEL_COOKIE in request.cookies:
        found = await _panel(service, request.cookies[PANEL_COOKIE])
        if found.session is not None and request.method not in _SAFE_METHODS:
            check_site(request)
            check_csrf(found.session, request.headers.get(CSRF_HEADER))
        return found
    if token is None:
        raise NotAuthenticatedError("Send an API key as 'Authorization: Bearer cpk_…', or sign in.")
    session = await service.session(token)
    if session is None:
        raise NotAuthenticatedError("The session has ended: sign in again.")
    if request.method not in _SAFE_METHODS:
        check_site(request)
        check_csrf(session, request.headers.get(CSRF_HEADER))
    return Caller(session.principal, session, token)


async def _panel(service: AuthService, token: str) -> Caller:
    session = await service.panel_session(token)
    if session is None:
        raise NotAuthenticatedError("The session has ended: sign in again.")
    return Caller(panel_principal(session), session, token)
