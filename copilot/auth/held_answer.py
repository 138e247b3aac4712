"""An answer held back until it is kept for a repeat, or found not to be for keeping."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Send

from copilot.auth import answer_store
from copilot.auth.answer_store import Answer, Claim
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId

_NEVER_KEPT = frozenset({401, 403, 413, 429})
_KEPT_HEADERS = ("content-type", "location")
_LARGEST_KEPT = 1_000_000
_log = logging.getLogger(__name__)


class HeldAnswer:
    """One answer on its way out. It always ends with the claim settled.

    Args:
        db: Where answers are kept.
        tenant: Whose request it is.
        claim: The right to answer.
        request: The request.
        send: Where the answer goes.
    """

    def __init__(
        self, db: Database, tenant: TenantId, claim: Claim, request: Request, send: Send
    ) -> None:
        self._db = db
        self._tenant = tenant
        self._claim = claim
        self._request = request
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._streams = False
        self._settled = False

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        """Let ``app`` answer the request, whose body ``receive`` gives."""
        try:
            await app(self._request.scope, receive, self._take)
        finally:
            if not self._settled:
                await asyncio.shield(self._give_up())

    async def _take(self, message: Message) -> None:
        if self._streams:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
            if Headers(scope=message).get("content-type", "").startswith("text/event-stream"):
                await self._stream()
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()
            elif len(self._body) > _LARGEST_KEPT:
                await self._stream()
        else:
            await self._send(message)

    async def _stream(self) -> None:
        self._streams = True
        await self._send_start()
        if self._body:
            await self._send(
                {"type": "http.response.body", "body": bytes(self._body), "more_body": True}
            )

    async def _finish(self) -> None:
        answer = self._for_keeping()
        if answer is None:
            await self._give_up()
        else:
            self._settled = True
            await never_failing(
                self._db,
                lambda session: answer_store.keep(session, self._tenant, self._claim, answer),
            )
        await self._send_start()
        await self._send({"type": "http.response.body", "body": bytes(self._body)})

    def _for_keeping(self) -> Answer | None:
        if self._start is None or getattr(self._request.state, "keep_no_answer", False):
            return None
        status: int = self._start["status"]
        if status >= 500 or status in _NEVER_KEPT or len(self._body) > _LARGEST_KEPT:
            return None
        headers = Headers(scope=self._start)
        kept = [(name, headers[name]) for name in _KEPT_HEADERS if name in headers]
        return Answer(status, kept, bytes(self._body))

    async def _send_start(self) -> None:
        if self._start is not None:
            await self._send(self._start)

    async def _give_up(self) -> None:
        self._settled = True
        await never_failing(
            self._db, lambda session: answer_store.give_up(session, self._tenant, self._claim)
        )


async def never_failing(db: Database, work: Callable[[WriteSession], Awaitable[None]]) -> None:
    """Do ``work`` in a transaction; the log tells when it could not be done.

    The answer is more use to the caller than the error that it could not be kept.
    """
    try:
        async with db.write() as session:
            await work(session)
    except SQLAlchemyError:
        _log.exception("an answer for an Idempotency-Key could not be kept, freed or purged")
