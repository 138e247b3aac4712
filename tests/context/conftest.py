"""A tenant with a past: customers, orders, articles and conversations, really indexed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from copilot.context.flow import ContextBuilder
from copilot.conversations.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationIn,
    MessageIn,
    Role,
)
from copilot.conversations.flow import put
from copilot.customers import orders
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn, Tracking
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.flow import put_article
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.searching import Searcher
from copilot.search.batching import EmbeddingService
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Index
from tests.search.embedders import CARD, BagOfWords

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
PIRJO = CustomerIn(
    source="crm", external_id="c-1", name="Pirjo Laine", emails=["pirjo@example.com"]
)
SAM = CustomerIn(source="crm", external_id="c-2", name="Sam Reed", emails=["sam@example.com"])


class World(NamedTuple):
    db: Database
    tenant: TenantId
    embedder: BagOfWords
    embedding: EmbeddingService
    vectors: Index
    builder: ContextBuilder

    async def talk(
        self,
        external_id: str,
        who: CustomerIn | None,
        *turns: tuple[Role, str],
        days_ago: int = 0,
        status: str = "open",
        channel: Channel = "email",
        subject: str | None = None,
        language: str = "fi",
    ) -> Conversation:
        async with self.db.write() as session:
            stored, _ = await put(
                session,
                self.tenant,
                "test",
                external_id,
                ConversationIn(
                    channel=channel,
                    subject=subject,
                    status=status,
                    language=language,
                    customer=who,
                    messages=[
                        MessageIn(
                            external_id=f"{external_id}-{number}",
                            author=Author(role=role),
                            sent_at=NOW - timedelta(days=days_ago, minutes=30 - number),
                            text=text,
                        )
                        for number, (role, text) in enumerate(turns)
                    ],
                ),
            )
        return stored

    async def order(
        self, number: str, who: CustomerIn, status: str, *, days_ago: int, parcel: str | None = None
    ) -> None:
        assert who.source
        assert who.external_id
        async with self.db.write() as session:
            await orders.put(
                session,
                self.tenant,
                "shop",
                number,
                OrderIn(
                    customer=OrderCustomer(source=who.source, external_id=who.external_id),
                    status=status,
                    placed_at=NOW - timedelta(days=days_ago),
                    tracking=[Tracking(number=parcel)] if parcel else [],
                ),
            )

    async def article(self, title: str, text: str, language: str, visibility: str) -> None:
        body = ArticleIn.model_validate(
            {"title": title, "body": text, "language": language, "visibility": visibility}
        )
        async with self.db.write() as session:
            await put_article(session, self.tenant, "kb", title, body)

    async def index_all(self) -> None:
        await Indexer(self.db, self.embedding, self.vectors).drain()


@pytest.fixture
async def world(db: Database, tenant: TenantId, tmp_path: Path) -> AsyncIterator[World]:
    embedder = BagOfWords()
    async with (
        EmbeddingService.open(lambda: embedder, CARD) as embedding,
        EdgeIndex.open(
            IndexConfig(), folder=tmp_path / "index", model=CARD.name, dimension=CARD.dimension
        ) as index,
    ):
        builder = ContextBuilder(db, Searcher(db, embedding, index))
        yield World(db, tenant, embedder, embedding, index, builder)
