"""The indexing parts on real databases and the real embedded index, with a cheap embedder."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.flow import put_article
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.searching import Searcher
from copilot.search.batching import EmbeddingService
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Index
from tests.search.embedders import CARD, BagOfWords


class Parts(NamedTuple):
    db: Database
    embedder: BagOfWords
    embedding: EmbeddingService
    index: Index  # type: ignore[assignment]  # not the tuple's method
    indexer: Indexer
    searcher: Searcher

    async def put(self, tenant: TenantId, external_id: str, body: str, **fields: object) -> Article:
        article = ArticleIn.model_validate({"title": external_id, "body": body, **fields})
        async with self.db.write() as session:
            return (await put_article(session, tenant, "kb", external_id, article))[0]

    async def find(self, tenant: TenantId, query: str, **options: object) -> list[str]:
        asked = {"visibility": "internal", **options}
        hits = await self.searcher.search(tenant, query, **asked)  # type: ignore[arg-type]
        return [hit.text for hit in hits]


@pytest.fixture
async def parts(db: Database, tmp_path: Path) -> AsyncIterator[Parts]:
    embedder = BagOfWords()
    async with (
        EmbeddingService.open(lambda: embedder, CARD) as embedding,
        EdgeIndex.open(
            IndexConfig(), folder=tmp_path / "index", model=CARD.name, dimension=CARD.dimension
        ) as index,
    ):
        yield Parts(
            db,
            embedder,
            embedding,
            index,
            Indexer(db, embedding, index),
            Searcher(db, embedding, index),
        )
