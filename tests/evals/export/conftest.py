"""Where recordings are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[ObstoreBlobs]:
    async with ObstoreBlobs.open(BlobsConfig(), folder=tmp_path / "blobs") as opened:
        yield opened
