"""Where somebody was when their session ended: signing in leads back there."""

import re

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

_COOKIE = "copilot_back"
_MAX_AGE_S = 3600
# A path of a page of ours and nothing else: never another site, and nothing to be escaped.
_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+){1,3}", re.ASCII)


def to_sign_in(request: Request) -> Response:
    """To the sign-in page, remembering the page that was asked for."""
    response = RedirectResponse("/login", 303)
    path = request.url.path
    if _PATH.fullmatch(path):
        response.set_cookie(
            _COOKIE,
            path,
            max_age=_MAX_AGE_S,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return response


def back_after_sign_in(request: Request) -> Response:
    """To the page that was asked for before signing in, else to the inbox."""
    path = request.cookies.get(_COOKIE, "")
    response = RedirectResponse(path if _PATH.fullmatch(path) else "/", 303)
    if path:
        stay_here(response, request)
    return response


def stay_here(response: Response, request: Request) -> None:
    """Forget the page: whoever signs in next in this browser need not be the same person."""
    secure = request.url.scheme == "https"
    response.delete_cookie(_COOKIE, secure=secure, httponly=True, samesite="lax")
