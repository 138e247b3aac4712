"""A small shop: real stores and the real context card; search compares words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from copilot.context.flow import ContextBuilder
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import Author, Conversation, ConversationIn, MessageIn
from copilot.customers import flow as customers
from copilot.customers import orders
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn, OrderItem, Tracking
from copilot.grounding.support import support
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.money import Money
from copilot.kernel.resources import bundled
from copilot.kernel.visibility import Visibility
from copilot.knowledge import passage_store, store
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.desired import wanted_passages
from copilot.knowledge.flow import put_article
from copilot.knowledge.passage import Passage
from copilot.knowledge.query import SearchQuery
from copilot.knowledge.searching import Found
from copilot.llm.prompts import Prompts
from copilot.search.index import PassageKind
from tests.fake_openai import FakeOpenAI, running

AT = datetime(2026, 3, 17, 9, tzinfo=UTC)


def passage(
    name: str,
    text: str,
    language: str,
    *,
    visibility: Visibility = "public",
    kind: PassageKind = "article",
    url: str | None = None,
) -> Passage:
    return Passage(
        id=f"pas-{name}",
        kind=kind,
        article_id=name if kind == "article" else None,
        conversation_id=name if kind == "conversation" else None,
        title=name,
        text=text,
        url=url,
        visibility=visibility,
        language=language,
        updated_at=AT,
    )


ARTICLES = [
    passage(
        "Palautus 30 päivän kuluessa",
        "Sinulla on 30 päivää toimituksesta aikaa palauttaa tuote.\n\n"
        "Maa | Palautusmaksu\nSuomi | 4,90 €\nRuotsi | 6,90 €\n\n"
        "Maksu vähennetään hyvityksestä.",
        "fi",
        url="https://kuusikulma.example/help/palautus",
    ),
    passage(
        "Hyvityksen aikataulu",
        "Hyvitys maksetaan 3–5 arkipäivän kuluessa siitä, kun palautus on tarkastettu.",
        "fi",
    ),
    passage(
        "Returning an order",
        "You can return an unused item within 30 days of delivery. "
        "The return fee is £5.90 from the UK.",
        "en",
    ),
    passage(
        "Warranty",
        "Kettles have a warranty of 24 months. The warranty does not cover limescale.",
        "en",
    ),
    passage(
        "Sisäinen: palautuksen hyvän tahdon ele",
        "Palautusmaksun saa hyvittää enintään 15,00 € ilman lupaa. Ei kerrota asiakkaille.",
        "fi",
        visibility="internal",
    ),
]


async def shelved(db: Database, tenant: TenantId, page: Passage) -> Passage:
    """Store ``page`` as an article of one passage, as the indexer would; returns that passage."""
    body = ArticleIn.model_validate(
        {
            "title": page.title,
            "body": page.text,
            "format": "text",
            "url": page.url,
            "language": page.language,
            "visibility": page.visibility,
            "updated_at": page.updated_at,
        }
    )
    async with db.write() as session:
        article, _ = await put_article(session, tenant, "kb", page.title, body)
        wanted = wanted_passages(tenant, article)
        await passage_store.save(session, tenant, wanted, "test")
    async with db.read() as session:
        (stored,) = (await store.passages(session, tenant, [one.id for one in wanted])).values()
    return stored


class WordSearch:
    """Search by shared words over a few passages: no index is needed to test drafts."""

    def __init__(self, passages: list[Passage]) -> None:
        self.passages = passages

    async def search(
        self,
        tenant: TenantId,
        query: str | SearchQuery,
        *,
        visibility: Visibility,
        kinds: Sequence[PassageKind] = ("article", "conversation"),
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        language: str | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        words = query if isinstance(query, str) else query.text
        scored = [
            (support(words, f"{one.title} {one.text}") + (one.language == language), one)
            for one in self.passages
            if one.kind in kinds and (visibility == "internal" or one.visibility == "public")
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [one.model_copy(update={"score": score}) for score, one in scored[:limit]]

    async def find(self, tenant: TenantId, query: str | SearchQuery, **options: Any) -> Found:
        return Found(await self.search(tenant, query, **options), {})


class Shop(NamedTuple):
    """What drafts are made from."""

    db: Database
    tenant: TenantId
    search: WordSearch
    context: ContextBuilder
    prompts: Prompts

    async def conversation(
        self, text: str, *, channel: str = "email", more: Sequence[tuple[str, str]] = ()
    ) -> str:
        """Store a conversation that Maija Virtanen opens with ``text``; returns its id."""
        return (await self.put(text, channel=channel, more=more)).id

    async def put(
        self, text: str, *, channel: str = "email", more: Sequence[tuple[str, str]] = ()
    ) -> Conversation:
        said = [("customer", text), *more]
        body = ConversationIn.model_validate(
            {
                "channel": channel,
                "subject": "Kysymys",
                "customer": {"source": "crm", "external_id": "c-1"},
                "messages": [
                    MessageIn(
                        external_id=f"m{number}",
                        author=Author(
                            role=role.split(":")[0],  # type: ignore[arg-type]
                            name="Maija Virtanen" if role == "customer" else "Noora Ahlroos",
                        ),
                        visibility="internal" if role.endswith(":internal") else "public",
                        sent_at=AT.replace(minute=number),
                        text=words,
                    ).model_dump()
                    for number, (role, words) in enumerate(said)
                ],
            }
        )
        async with self.db.write() as session:
            stored, _ = await conversations.put(session, self.tenant, "test", "c", body)
        return stored


@pytest.fixture
async def shop(db: Database, tenant: TenantId) -> Shop:
    """A shop with a customer, an order and a few articles."""
    async with db.write() as session:
        await customers.resolve(
            session,
            tenant,
            CustomerIn(
                source="crm",
                external_id="c-1",
                name="Maija Virtanen",
                emails=["maija.virtanen@posti.example"],
                phones=["+358401234567"],
                language="fi",
            ),
        )
    async with db.write() as session:
        await orders.put(
            session,
            tenant,
            "shop",
            "KK-20694",
            OrderIn(
                customer=OrderCustomer(source="crm", external_id="c-1"),
                status="shipped",
                placed_at=datetime(2026, 3, 12, tzinfo=UTC),
                total=Money(amount="1234.50", currency="EUR"),  # type: ignore[arg-type]
                items=[OrderItem(name="Ruokapöytä")],
                tracking=[
                    Tracking(
                        carrier="Havukuljetus",
                        number="JJFI62010004402",
                        status="in_transit",
                        eta="2026-03-20",
                    )
                ],
            ),
        )
    search = WordSearch([await shelved(db, tenant, one) for one in ARTICLES])
    context = ContextBuilder(db, search)  # type: ignore[arg-type]
    return Shop(db, tenant, search, context, Prompts(bundled("prompts")))


@pytest.fixture
def model_server() -> Iterator[FakeOpenAI]:
    """A server that speaks the OpenAI protocol."""
    with running() as fake:
        yield fake
