"""Blobs in a local folder or in S3, Google Cloud Storage or Azure, through obstore."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from copilot.kernel.errors import NotFoundError


class BlobsConfig(BaseModel):
    """Where blobs go: an ``s3://``, ``gs://``, ``az://`` or ``file://`` URL.

    None keeps them in the data folder. Credentials come from the cloud's usual environment.
    """

    model_config = ConfigDict(extra="forbid")

    url: str | None = None


class ObstoreBlobs:
    """The Blobs port on an object store.

    Args:
        store: An open obstore store.
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    @asynccontextmanager
    async def open(cls, config: BlobsConfig, *, folder: Path) -> AsyncIterator[Self]:
        """Open the store that ``config`` names, or ``folder`` when it names none."""
        from obstore.store import LocalStore, from_url

        if config.url is None or config.url.startswith("file://"):
            place = folder if config.url is None else Path(config.url.removeprefix("file://"))
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield cls(LocalStore(place))
        else:
            yield cls(from_url(config.url))

    async def put(self, name: str, content: AsyncIterator[bytes] | bytes) -> int:
        """See :meth:`Blobs.put`."""
        from obstore import put_async

        counted = 0

        async def count(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
            nonlocal counted
            async for chunk in chunks:
                counted += len(chunk)
                yield chunk

        if isinstance(content, bytes):
            await put_async(self._store, name, content)
            return len(content)
        await put_async(self._store, name, count(content))
        return counted

    async def get(self, name: str, *, start: int = 0, end: int | None = None) -> bytes:
        """See :meth:`Blobs.get`."""
        from obstore import get_async, get_range_async

        with _missing_as_not_found(name):
            if start == 0 and end is None:
                result = await get_async(self._store, name)
                return bytes(await result.bytes_async())
            stop = await self.size(name) if end is None else end
            if stop <= start:
                return b""
            return bytes(await get_range_async(self._store, name, start=start, end=stop))

    async def size(self, name: str) -> int:
        """See :meth:`Blobs.size`."""
        from obstore import head_async

        with _missing_as_not_found(name):
            return int((await head_async(self._store, name))["size"])

    async def delete(self, name: str) -> None:
        """See :meth:`Blobs.delete`."""
        from obstore import delete_async

        try:
            await delete_async(self._store, name)
        except FileNotFoundError:
            return


class _missing_as_not_found:  # noqa: N801 - a context manager, used like a function
    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise NotFoundError(f"The stored file {self._name!r} is gone.") from error
