"""Refusing bodies that are too large.

By their announced length before a byte is read, and by counting where none was announced.
"""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.errors import PayloadTooLargeError
from copilot.kernel.http import problem_response

# In full: names that others give may end in ":import" as well.
_UPLOADS = re.compile(r"/v1/(?:calls|[a-z-]+:import)")


class BodyLimitMiddleware:
    """Answers 413 as problem+json and closes the connection, so that the sender stops.

    Args:
        app: The application inside.
        body_bytes: The most that a body may have.
        upload_bytes: The most for recordings (``/v1/calls``) and bulk imports (``…:import``).
    """

    def __init__(self, app: ASGIApp, *, body_bytes: int, upload_bytes: int) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_for(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await _refuse(limit, scope, receive, send)
            return
        await _Counted(self._app, limit, scope, receive, send).run()

    def _limit_for(self, path: str) -> int:
        return self._upload_bytes if _UPLOADS.fullmatch(path) else self._body_bytes


class _TooLarge(HTTPException):
    # FastAPI lets this one kind of exception through while it reads a body.
    def __init__(self) -> None:
        super().__init__(413)


class _Counted:
    """One request whose body is counted while it is read."""

    def __init__(
        self, app: ASGIApp, limit: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._app = app
        self._limit = limit
        self._scope = scope
        self._receive = receive
        self._send = send
        self._read = 0
        self._started = False

    async def run(self) -> None:
        try:
            await self._app(self._scope, self._count, self._answer)
        except _TooLarge:
            if self._started:
                raise
        if self._is_over and not self._started:
            await _refuse(self._limit, self._scope, self._receive, self._send)

    @property
    def _is_over(self) -> bool:
        return self._read > self._limit

    async def _count(self) -> Message:
        if self._is_over:
            raise _TooLarge
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._is_over:
                raise _TooLarge
        return message

    async def _answer(self, message: Message) -> None:
        # Whatever the application makes of the broken body, the caller is told the reason.
        if self._is_over and not self._started:
            return
        self._started = True
        await self._send(message)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    error = PayloadTooLargeError(
        f"The body has more than the {limit / 1_000_000:g} MB that are accepted here.",
        headers={"Connection": "close"},
    )
    await problem_response(error, Request(scope))(scope, receive, send)
