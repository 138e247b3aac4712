"""Blobs on a local folder, through the same library as on a cloud."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.errors import NotFoundError


@pytest.fixture(params=["folder", "url"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObstoreBlobs]:
    url = f"file://{tmp_path}/by-url" if request.param == "url" else None
    async with ObstoreBlobs.open(BlobsConfig(url=url), folder=tmp_path / "blobs") as opened:
        yield opened


async def chunks() -> AsyncIterator[bytes]:
    for number in range(10):
        yield bytes([number]) * 1000


async def test_what_is_put_comes_back(blobs: ObstoreBlobs) -> None:
    assert await blobs.put("t/calls/1", b"hello") == 5
    assert await blobs.get("t/calls/1") == b"hello"
    assert await blobs.get("t/calls/1", start=1, end=3) == b"el"
    assert await blobs.get("t/calls/1", start=3) == b"lo"
    assert await blobs.get("t/calls/1", start=5) == b""


async def test_a_stream_is_stored_whole(blobs: ObstoreBlobs) -> None:
    assert await blobs.put("t/calls/2", chunks()) == 10_000
    assert await blobs.size("t/calls/2") == 10_000
    assert await blobs.get("t/calls/2", start=9_999) == b"\x09"


async def test_missing_blobs(blobs: ObstoreBlobs) -> None:
    await blobs.delete("t/calls/none")
    with pytest.raises(NotFoundError):
        await blobs.get("t/calls/none")
    with pytest.raises(NotFoundError):
        await blobs.size("t/calls/none")


async def test_a_broken_stream_leaves_nothing(blobs: ObstoreBlobs) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 100
        raise ConnectionError("gone")

    with pytest.raises(Exception):  # noqa: B017 - whatever the store makes of it
        await blobs.put("t/calls/3", broken())
    with pytest.raises(NotFoundError):
        await blobs.size("t/calls/3")
