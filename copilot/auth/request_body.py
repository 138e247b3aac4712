"""A request's body, read once and played again; large ones wait in a temporary file."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

_IN_MEMORY: Final = 1_000_000
_CHUNK: Final = 65_536
_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)


class ClientGoneError(Exception):
    """The client closed the connection before its body was complete."""


class RequestBody:
    """The whole body of one request. Close it when done.

    Args:
        receive: Where it comes from.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see close
        self._size = 0
        self._played = False

    @classmethod
    async def read(cls, scope: Scope, receive: Receive) -> tuple[Self, str]:
        """Read a body to its end; returns it and the fingerprint of the request.

        Raises:
            ClientGoneError: The client did not finish.
        """
        body = cls(receive)
        try:
            fingerprint = Fingerprint(scope)
            async for chunk in _chunks(receive):
                fingerprint.add(chunk)
                await body._keep(chunk)
            body._file.seek(0)
        except BaseException:
            body.close()
            raise
        return body, fingerprint.end()

    async def play(self) -> Message:
        """An ASGI ``receive`` that gives the body again, then what really comes after it."""
        if self._played:
            return await self._receive()
        if self._size > _IN_MEMORY:
            chunk = await asyncio.to_thread(self._file.read, _CHUNK)
        else:
            chunk = self._file.read()
        self._played = self._file.tell() >= self._size
        return {"type": "http.request", "body": chunk, "more_body": not self._played}

    def close(self) -> None:
        """Remove the temporary file."""
        self._file.close()

    async def _keep(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > _IN_MEMORY:
            await asyncio.to_thread(self._file.write, chunk)
        else:
            self._file.write(chunk)


class Fingerprint:
    """A hash of what makes two requests the same: method, address, kind of body, body.

    The boundary of a multipart body is left out: clients choose a new one for every try.

    Args:
        scope: The request.
    """

    def __init__(self, scope: Scope) -> None:
        content_type = Headers(scope=scope).get("content-type", "")
        kind = content_type.partition(";")[0].strip().lower()
        found = _BOUNDARY.search(content_type) if kind.startswith("multipart/") else None
        boundary = (found.group(1) or found.group(2)) if found else ""
        self._boundary = boundary.encode("latin-1")
        self._tail = b""
        self._hash = hashlib.sha256()
        for part in (scope["method"], scope["path"], scope["query_string"], kind):
            framed = part if isinstance(part, bytes) else str(part).encode("utf-8", "replace")
            self._hash.update(len(framed).to_bytes(8, "big") + framed)

    def add(self, chunk: bytes) -> None:
        """Go on with the next bytes of the body."""
        if not self._boundary:
            self._hash.update(chunk)
            return
        *whole, rest = (self._tail + chunk).split(self._boundary)
        for piece in _followed_by_mark(whole):
            self._hash.update(piece)
        # The boundary may be cut in two by the end of the chunk.
        kept = min(len(rest), len(self._boundary) - 1)
        cut = len(rest) - kept
        self._hash.update(rest[:cut])
        self._tail = rest[cut:]

    def end(self) -> str:
        """The fingerprint, in hexadecimal."""
        self._hash.update(self._tail)
        return self._hash.hexdigest()


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _followed_by_mark(pieces: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        yield b"\0boundary\0"
