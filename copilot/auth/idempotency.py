"""``Idempotency-Key``: a request that is sent again gets the answer that was given, done once.

Applies to POST, PUT, PATCH and DELETE under ``/v1`` with a valid credential. A key belongs to one
credential of one tenant, for 24 hours. Kept are answers below 500 that the route itself gave:
not refusals (401, 403, 413, 429), not streams (``text/event-stream``), not answers over 1 MB and
not those of routes that call :func:`keep_no_answer`. After such an answer the key is free again.

An answer leaves only once it is kept. When a process dies between doing the work and keeping the
answer, its claim is taken over after ``stale_after`` and the work is done again: at least once,
not exactly once, which is why the contract's PUT routes are idempotent by themselves.
"""

import time
from datetime import timedelta
from secrets import token_hex
from typing import ClassVar, Final

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.auth import answer_store
from copilot.auth.access import Caller, admit, auth_service, identify
from copilot.auth.answer_store import Answer, Claim
from copilot.auth.held_answer import HeldAnswer, never_failing
from copilot.auth.request_body import ClientGoneError, RequestBody
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import (
    ConflictError,
    CopilotError,
    ForbiddenError,
    InvalidInputError,
    NotAuthenticatedError,
)
from copilot.kernel.http import database, problem_response

KEY_HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PURGE_EVERY_S = 600.0


class IdempotencyConflictError(ConflictError):
    """The key was used for another request."""

    code = "idempotency_conflict"
    title = "The idempotency key belongs to another request"


class IdempotencyInProgressError(ConflictError):
    """The same request is being answered right now."""

    code = "idempotency_in_progress"
    title = "The same request is in progress"


class IdempotencyKeyError(InvalidInputError):
    """The key itself cannot be used."""

    code: ClassVar[str] = "idempotency_key_invalid"
    title: ClassVar[str] = "The idempotency key cannot be used"


def keep_no_answer(request: Request) -> None:
    """Tell that the answer to ``request`` holds a secret and must not be kept for a repeat."""
    request.state.keep_no_answer = True


class IdempotencyMiddleware:
    """See the module. Needs ``deps.db`` and ``deps.auth`` in the request's state.

    Args:
        app: The application inside.
        stale_after: When a claim that nobody finished may be taken over; longer than any
            request takes.
    """

    def __init__(self, app: ASGIApp, *, stale_after: timedelta = timedelta(minutes=5)) -> None:
        self._app = app
        self._stale_after = stale_after
        self._purge_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        key = _key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller = await identify(request)
        except (NotAuthenticatedError, ForbiddenError):
            # The route refuses it, or needs no credential; either way nothing is kept.
            await self._app(scope, receive, send)
            return
        try:
            admit(request, caller)
            _check(key)
            await self._answer_once(request, caller, key, receive, send)
        except CopilotError as error:
            await problem_response(error, request)(scope, receive, send)

    async def _answer_once(
        self, request: Request, caller: Caller, key: str, receive: Receive, send: Send
    ) -> None:
        try:
            body, fingerprint = await RequestBody.read(request.scope, receive)
        except ClientGoneError:
            return
        try:
            tenant = caller.principal.tenant
            hashed = auth_service(request).hashes.of("idempotency", tenant, caller.credential, key)
            claim = Claim(hashed, fingerprint, token_hex(16), now())
            db = database(request)
            await self._purge(db)
            async with db.write() as session:
                result = await answer_store.claim(
                    session, tenant, claim, stale_after=self._stale_after
                )
            if isinstance(result, Answer):
                await _replay(result)(request.scope, receive, send)
            elif result == "conflict":
                raise IdempotencyConflictError(
                    "This Idempotency-Key was sent with another request: use a new key."
                )
            elif result == "in_progress":
                raise IdempotencyInProgressError(
                    "The first request with this Idempotency-Key is not answered yet: try again.",
                    retry_after_s=2,
                )
            else:
                await HeldAnswer(db, tenant, claim, request, send).run(self._app, body.play)
        finally:
            body.close()

    async def _purge(self, db: Database) -> None:
        if time.monotonic() < self._purge_at:
            return
        self._purge_at = time.monotonic() + _PURGE_EVERY_S
        await never_failing(db, lambda session: answer_store.purge(session, now()))


def _key_of(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] not in _METHODS:
        return None
    if not scope["path"].startswith("/v1/"):
        return None
    return Headers(scope=scope).get(KEY_HEADER)


def _check(key: str) -> None:
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise IdempotencyKeyError("Idempotency-Key takes 1 to 255 printable ASCII characters.")


def _replay(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, dict(answer.headers))
    response.headers[REPLAYED_HEADER] = "true"
    return response
