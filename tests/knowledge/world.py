"""Two tenants' articles and conversations, and a model of who may find which."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select

from copilot.conversations import edits
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.customers import merging
from copilot.customers import store as customers
from copilot.customers.tables import CustomerRow
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.visibility import Visibility
from copilot.knowledge.flow import delete_article
from copilot.knowledge.passage import Passage
from copilot.knowledge.searching import Searcher
from copilot.knowledge.store import get_article
from copilot.knowledge.tables import PassageRow
from copilot.search.index import Fields, Hit, Index, PassageKind, Point
from copilot.search.sparse import passage_vector
from tests.knowledge.conftest import Parts

_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@dataclass
class Source:
    """What is known of an article or conversation; ``texts`` are all it ever said in public."""

    tenant: TenantId
    kind: PassageKind
    visibility: Visibility
    owner: str | None = None
    texts: set[str] = field(default_factory=set)


@dataclass
class World:
    """Two tenants with the same names for everything, and what each may find."""

    parts: Parts
    tenants: list[TenantId]
    sources: dict[str, Source] = field(default_factory=dict)
    names: dict[tuple[TenantId, PassageKind, int], str] = field(default_factory=dict)
    people: set[str] = field(default_factory=lambda: {"cus_nobody", "", "' OR 1=1 --"})
    said: int = 0
    tampered: bool = False
    found: int = 0

    def sentence(self) -> str:
        """Words that everybody searches for, and a number that stands nowhere else."""
        self.said += 1
        return f"The kettle lid number {self.said} is here."

    async def put_article(
        self, tenant: TenantId, name: int, visibility: Visibility, language: str
    ) -> None:
        text = self.sentence()
        article = await self.parts.put(
            tenant, f"page-{name}", text, visibility=visibility, language=language
        )
        known = self.sources.setdefault(article.id, Source(tenant, "article", visibility))
        known.visibility = visibility
        if visibility == "public":
            known.texts.add(text)
        self.names[tenant, "article", name] = article.id

    async def show_article(self, tenant: TenantId, name: int, visibility: Visibility) -> None:
        """Change who may see an article, and not its words."""
        article_id = self.names.get((tenant, "article", name))
        if article_id is None:
            return
        async with self.parts.db.read() as session:
            now = await get_article(session, tenant, article_id)
        await self.parts.put(
            tenant, f"page-{name}", now.text, visibility=visibility, language=now.language
        )
        known = self.sources[article_id]
        known.visibility = visibility
        if visibility == "public":
            known.texts.add(now.text)

    async def delete_article(self, tenant: TenantId, name: int) -> None:
        article_id = self.names.pop((tenant, "article", name), None)
        if article_id is None:
            return
        async with self.parts.db.write() as session:
            await delete_article(session, tenant, "kb", f"page-{name}")
        del self.sources[article_id]

    async def put_conversation(self, tenant: TenantId, name: int, person: int | None) -> None:
        who = {"source": "crm", "external_id": f"c-{person}", "name": f"Person {person}"}
        body = ConversationIn.model_validate(
            {
                "channel": "email",
                "subject": "Kettle",
                "language": "en",
                "customer": None if person is None else who,
                "messages": [
                    {
                        "external_id": new_id("m"),
                        "author": {"role": "customer"},
                        "sent_at": _AT,
                        "text": self.sentence(),
                    }
                ],
            }
        )
        async with self.parts.db.write() as session:
            stored, _ = await conversations.put(session, tenant, "mail", f"case-{name}", body)
        self.sources[stored.id] = Source(tenant, "conversation", "internal", stored.customer_id)
        self.names[tenant, "conversation", name] = stored.id
        if stored.customer_id is not None:
            self.people.add(stored.customer_id)

    async def delete_conversation(self, tenant: TenantId, name: int) -> None:
        case = self.names.pop((tenant, "conversation", name), None)
        if case is not None:
            async with self.parts.db.write() as session:
                await edits.delete(session, tenant, case)
            del self.sources[case]

    def _owners(self, tenant: TenantId) -> list[str]:
        owners = {one.owner for one in self.sources.values() if one.tenant == tenant}
        return sorted(one for one in owners if one is not None)

    async def merge(self, tenant: TenantId) -> None:
        """The first two customers of a tenant turn out to be one."""
        owners = self._owners(tenant)
        if len(owners) < 2:
            return
        async with self.parts.db.write() as session:
            keep = await customers.get(session, tenant, owners[0])
            drop = await customers.get(session, tenant, owners[1])
            await merging.merge(session, tenant, keep=keep, drop=drop)
        for one in self.sources.values():
            if one.owner == owners[1]:
                one.owner = owners[0]

    async def delete_customer(self, tenant: TenantId) -> None:
        """A customer goes with all of their conversations."""
        owners = self._owners(tenant)
        if not owners:
            return
        theirs = [key for key, one in self.sources.items() if one.owner == owners[0]]
        async with self.parts.db.write() as session:
            for case in theirs:
                await edits.delete(session, tenant, case)
            await session.execute(delete(CustomerRow).where(CustomerRow.id == owners[0]))
        for case in theirs:
            del self.sources[case]
        self.names = {key: one for key, one in self.names.items() if one not in theirs}

    async def tamper(self, tenant: TenantId, other: TenantId, visibility: Visibility) -> None:
        """Put points of ``other`` under ``tenant``, with fields that are wrong for all of them."""
        self.tampered = True
        async with self.parts.db.read() as session:
            rows = list(
                await session.scalars(select(PassageRow).where(PassageRow.tenant_id == other))
            )
        if not rows:
            return
        vectors = await self.parts.embedding.passages([one.text for one in rows])
        owners = self._owners(tenant)
        kind: PassageKind = "article" if visibility == "public" else "conversation"
        points = [
            Point(
                row.id,
                vector.tolist(),
                passage_vector(row.text, row.language),
                Fields(kind, row.source_id, visibility, "en", owners[0] if owners else None),
            )
            for row, vector in zip(rows, vectors, strict=True)
        ]
        await self.parts.index.upsert(tenant, points)

    async def search(self, asked: dict[str, Any], *, broken: bool) -> None:
        people = sorted(self.people)
        tenant = self.tenants[asked["tenant"]]
        wanted, unwanted = (
            None if asked[one] is None else people[asked[one] % len(people)]
            for one in ("customer", "not_customer")
        )
        index = _Broken(self.parts.index) if broken else self.parts.index
        searcher = Searcher(self.parts.db, self.parts.embedding, index)  # type: ignore[arg-type]
        hits = await searcher.search(
            tenant,
            asked["query"],
            visibility=asked["visibility"],
            kinds=asked["kinds"],
            customer_id=wanted,
            not_customer_id=unwanted,
            language=asked["language"],
            limit=asked["limit"],
        )
        assert len(hits) <= asked["limit"]
        self.found += len(hits)
        for hit in hits:
            self.check(hit, tenant, asked["visibility"], asked["kinds"], wanted, unwanted)

    def check(
        self,
        hit: Passage,
        tenant: TenantId,
        visibility: Visibility,
        kinds: Sequence[PassageKind],
        wanted: str | None,
        unwanted: str | None,
    ) -> None:
        """Fail unless the one who searched may see ``hit``."""
        source = self.sources.get(hit.article_id or hit.conversation_id or "")
        assert source is not None, "it is deleted"
        assert source.tenant == tenant
        assert source.kind == hit.kind
        assert hit.kind in kinds
        assert visibility == "internal" or source.visibility == "public"
        if hit.visibility == "public":
            assert source.visibility == "public"
            assert hit.text in source.texts, "it was never public"
        assert wanted is None or source.owner == wanted
        assert unwanted is None or source.owner != unwanted

    async def check_everything_is_found(self) -> None:
        """The other side: what may be seen is found once the indexer has come by."""
        await self.parts.indexer.drain()
        for tenant in self.tenants:
            hits = await self.parts.searcher.search(
                tenant, "kettle lid", visibility="internal", limit=100
            )
            mine = {key for key, one in self.sources.items() if one.tenant == tenant}
            assert {one.article_id or one.conversation_id for one in hits} == mine


class _Broken:
    """An index that fails whatever it is asked: SQL answers instead."""

    def __init__(self, index: Index) -> None:
        self._index = index

    fresh = False

    async def count(self) -> int:
        raise UnavailableError("The index is broken.")

    async def search(self, *_: object, **__: object) -> list[Hit]:
        raise UnavailableError("The index is broken.")
