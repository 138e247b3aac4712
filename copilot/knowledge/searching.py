"""Searching: a text in, passages out, best first."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.language import detect_language
from copilot.kernel.text import storable
from copilot.kernel.visibility import Visibility
from copilot.knowledge import store
from copilot.knowledge.passage import Passage
from copilot.knowledge.tables import PassageRow
from copilot.search.batching import EmbeddingService
from copilot.search.index import Filter, Hit, Index, PassageKind
from copilot.search.sparse import SparseVector, query_vector

# One article's passages must not fill the list, and neither may one long case.
_PER_SOURCE = 2
# About ten places of one half: an answer in the asked language is worth that much.
_SAME_LANGUAGE = 1.15
_LONGEST_QUERY = 8000


class Found(NamedTuple):
    """Passages, best first, and how long each part took, in milliseconds."""

    passages: list[Passage]
    timings_ms: dict[str, float]


class Searcher:
    """Search over articles and past conversations.

    Args:
        db: The database.
        embedding: The embedding model.
        index: The index.
    """

    def __init__(self, db: Database, embedding: EmbeddingService, index: Index) -> None:
        self._db = db
        self._embedding = embedding
        self._index = index

    async def search(
        self,
        tenant: TenantId,
        query: str,
        *,
        visibility: Visibility,
        kinds: Sequence[PassageKind] = ("article", "conversation"),
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        language: str | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        """The passages of the tenant that answer ``query`` best. Arguments as for ``find``."""
        found = await self.find(
            tenant,
            query,
            visibility=visibility,
            kinds=kinds,
            customer_id=customer_id,
            not_customer_id=not_customer_id,
            language=language,
            limit=limit,
        )
        return found.passages

    async def find(
        self,
        tenant: TenantId,
        query: str,
        *,
        visibility: Visibility,
        kinds: Sequence[PassageKind] = ("article", "conversation"),
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        language: str | None = None,
        limit: int = 10,
    ) -> Found:
        """The same, with timings.

        Args:
            tenant: Whose passages.
            query: What to look for, in words.
            visibility: ``public`` finds public passages only; ``internal`` finds all. Passages
                of conversations are always internal.
            kinds: Articles, conversations, or both.
            customer_id: Only this customer's conversations.
            not_customer_id: Not this customer's conversations.
            language: The language to prefer; passages in others come after equals.
            limit: Most passages.

        Raises:
            UnavailableError: The embedding model or the index is not available.
        """
        started = perf_counter()
        query = storable(query[:_LONGEST_QUERY]).strip()
        if not query or not kinds or limit < 1:
            return Found([], {"total": 0.0})
        sparse, dense = await asyncio.gather(
            asyncio.to_thread(_sparse, query, language), self._embedding.query(query)
        )
        embedded = perf_counter()
        where = Filter(visibility, tuple(kinds), customer_id, not_customer_id)
        hits = await self._index.search(
            tenant, dense.tolist(), sparse, where=where, limit=limit * 3 + 10
        )
        searched = perf_counter()
        async with self._db.read() as session:
            rows = await store.passage_rows(session, tenant, [hit.id for hit in hits])
            cases = {row.source_id for row in rows if row.kind == "conversation"}
            owners = await store.current_customers(session, tenant, cases) if cases else {}
        # The index may lag behind the database: what may be shown is decided by the database.
        allowed = {row.id: row for row in rows if _allows(where, row, owners)}
        passages = _ranked(hits, allowed, language, limit)
        ended = perf_counter()
        timings = {
            "embed": embedded - started,
            "index": searched - embedded,
            "read": ended - searched,
            "total": ended - started,
        }
        return Found(passages, {name: round(took * 1000, 2) for name, took in timings.items()})


def _sparse(query: str, language: str | None) -> SparseVector:
    return query_vector(query, language or detect_language(query))


def _allows(where: Filter, row: PassageRow, owners: Mapping[str, str | None]) -> bool:
    """Whether a passage may be found; ``owners`` are the customers of conversations that exist.

    The rows of passages are the indexer's and follow a moved or deleted conversation later.
    """
    if row.kind == "conversation" and row.source_id not in owners:
        return False
    customer_id = owners.get(row.source_id) if row.kind == "conversation" else None
    seen = where.visibility == "internal" or row.visibility == "public"
    theirs = where.customer_id is None or customer_id == where.customer_id
    others = where.not_customer_id is None or customer_id != where.not_customer_id
    return seen and theirs and others and row.kind in where.kinds


def _ranked(
    hits: Sequence[Hit], rows: dict[str, PassageRow], language: str | None, limit: int
) -> list[Passage]:
    scored = [
        (hit.score * (_SAME_LANGUAGE if _same(rows[hit.id].language, language) else 1.0), hit.id)
        for hit in hits
        if hit.id in rows
    ]
    per_source: Counter[str] = Counter()
    passages: list[Passage] = []
    for score, passage_id in sorted(scored, key=lambda one: -one[0]):
        row = rows[passage_id]
        per_source[row.source_id] += 1
        if per_source[row.source_id] > _PER_SOURCE:
            continue
        passages.append(store.as_passage(row).model_copy(update={"score": round(score, 6)}))
        if len(passages) == limit:
            break
    return passages


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _primary(str(one)) == _primary(str(other))


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
