"""Port: where recordings and originals are kept."""

from collections.abc import AsyncIterator
from typing import Protocol


class Blobs(Protocol):
    """Named byte strings. Names are ``tenant/kind/id``; the caller puts the tenant first."""

    async def put(self, name: str, content: AsyncIterator[bytes] | bytes) -> int:
        """Store ``content`` under ``name``, whole or not at all; returns its size in bytes."""
        ...

    async def get(self, name: str, *, start: int = 0, end: int | None = None) -> bytes:
        """Bytes ``start`` to ``end`` (exclusive; None: to the end) of ``name``.

        Raises:
            NotFoundError: There is no such blob.
        """
        ...

    async def size(self, name: str) -> int:
        """Size in bytes.

        Raises:
            NotFoundError: There is no such blob.
        """
        ...

    async def delete(self, name: str) -> None:
        """Remove ``name``; nothing happens when it is not there."""
        ...
