"""Problems as pages: a browser that asks for a page gets one, a program gets problem+json."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.http import PROBLEM_JSON
from copilot.web.pages import page

_KINDS = {404: "not_found", 405: "not_found", 429: "unavailable", 503: "unavailable"}
_KEPT = ("retry-after",)


class ErrorPagesMiddleware:
    """Replaces problem+json outside ``/v1`` by a page of the console, with the same status.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        replaced = False

        async def answer(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                if headers.get("content-type", "").startswith(PROBLEM_JSON):
                    replaced = True
                    await _send_page(message["status"], headers, scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, answer)


def _wants_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["path"].startswith("/v1/"):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


async def _send_page(
    status: int, headers: Headers, scope: Scope, receive: Receive, send: Send
) -> None:
    request = Request(scope)
    # A form that we did not make as it came is no fault of ours.
    kind = _KINDS.get(status, "forbidden" if status < 500 else "fault")
    response = page(
        request,
        "error.html",
        session=None,
        status=status,
        kind=kind,
        request_id=getattr(request.state, "request_id", None) if kind == "fault" else None,
    )
    for name in _KEPT:
        if name in headers:
            response.headers[name] = headers[name]
    await response(scope, receive, send)
