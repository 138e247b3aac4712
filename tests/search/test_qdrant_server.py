"""What holds for the index on a server alone: it may not answer."""

import socket

import pytest
from qdrant_client import AsyncQdrantClient

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.search.config import IndexConfig
from copilot.search.index import Fields
from copilot.search.qdrant_server import QdrantIndex
from tests.search.test_index_contract import ANN, found, name, point


@pytest.fixture
def nobody() -> str:
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_a_server_that_went_away_is_told_as_unavailable(nobody: str) -> None:
    client = AsyncQdrantClient(url=nobody, check_compatibility=False)
    index = QdrantIndex(client, "copilot-made")
    try:
        for call in (
            index.upsert(ANN, [point(1)]),
            index.set_fields(ANN, Fields("article", "art_1", "public", None, None)),
            index.delete(ANN, [name(1)]),
            index.delete_source(ANN, "art_1"),
            index.delete_tenant(ANN),
            found(index),
            index.ids(ANN),
            index.count(),
        ):
            with pytest.raises(UnavailableError, match="try again") as told:
                await call
            assert "127.0.0.1" not in told.value.detail
    finally:
        await client.close()


async def test_at_start_it_is_told_what_to_set(nobody: str) -> None:
    for config, told in (
        (IndexConfig(kind="server", url=nobody), nobody),
        (IndexConfig(kind="server"), "COPILOT_INDEX__URL"),
    ):
        with pytest.raises(ConfigurationError, match=told):
            async with QdrantIndex.open(config, model="made", dimension=4):
                pass
