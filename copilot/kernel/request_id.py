"""Every request has an id: in its answer, in problem+json and on each of its log lines."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.ids import new_id
from copilot.kernel.telemetry import request_id_var

HEADER = "X-Request-Id"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")


class RequestIdMiddleware:
    """Takes the caller's ``X-Request-Id`` when it is harmless, makes one otherwise.

    Harmless is up to 64 letters, digits, dots, hyphens and underscores: nothing that could start
    a new log line, colour a terminal or close a quote.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given(scope) or new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        token = request_id_var.set(request_id)
        try:
            await self._app(scope, receive, answer)
        finally:
            request_id_var.reset(token)


def _given(scope: Scope) -> str | None:
    given = Headers(scope=scope).get(HEADER)
    return given if given is not None and _SAFE.fullmatch(given) else None
