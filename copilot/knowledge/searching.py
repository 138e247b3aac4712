"""Searching: a text in, passages out, best first."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.kernel.db import Database, ReadSession
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.knowledge import fulltext, store
from copilot.knowledge.degraded import Degraded, merged
from copilot.knowledge.index_state import IndexState
from copilot.knowledge.passage import Passage
from copilot.knowledge.query import SearchQuery
from copilot.knowledge.query_terms import QueryTerms, Terms
from copilot.knowledge.ranking import ranked
from copilot.knowledge.store import AnyPassage
from copilot.knowledge.unindexed import cut_unindexed
from copilot.search.batching import EmbeddingService
from copilot.search.fusion import dense_weight, fuse
from copilot.search.index import Filter, Hit, Index, PassageKind
from copilot.search.reranking import RerankingService

_log = logging.getLogger(__name__)
# A query takes milliseconds; beyond this it is answered by its words.
_EMBED_S = 10.0
_INDEX_S = 5.0


class Found(NamedTuple):
    """What a search found.

    Attributes:
        passages: Best first.
        timings_ms: How long each part took, in milliseconds.
        degraded: What was missing; empty when the answer is as good as it can be.
    """

    passages: list[Passage]
    timings_ms: dict[str, float]
    degraded: tuple[Degraded, ...] = ()


class Searcher:
    """Search over articles and past conversations, as long as the database answers.

    Args:
        db: The database.
        embedding: The embedding model. Without it, texts are found by their words alone.
        index: The index. Where it fails or is being filled, SQL full-text search helps out.
        model_wait_s: How long a search waits, in seconds, while the model is loading; None is as
            long as ``embedding`` lets its callers wait.
        reranking: Reads the best again, when one is configured.

    Attributes:
        state: Whether the index is whole.
        answered: How many searches were answered, under ``""``, and how many of them lacked what.
    """

    def __init__(
        self,
        db: Database,
        embedding: EmbeddingService,
        index: Index,
        *,
        model_wait_s: float | None = None,
        reranking: RerankingService | None = None,
    ) -> None:
        self._db = db
        self._embedding = embedding
        self._index = index
        self._model_wait_s = model_wait_s
        self._reranking = reranking
        self._terms = QueryTerms()
        self._told: tuple[Degraded, ...] = ()
        self.state = IndexState(db, index)
        self.answered: Counter[str] = Counter()

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
        query: str | SearchQuery,
        *,
        visibility: Visibility,
        kinds: Sequence[PassageKind] = ("article", "conversation"),
        customer_id: str | None = None,
        not_customer_id: str | None = None,
        language: str | None = None,
        limit: int = 10,
    ) -> Found:
        """The same, with timings and what was missing.

        Args:
            tenant: Whose passages.
            query: What to look for, in words or taken apart by what they are good for.
            visibility: ``public`` finds public passages only; ``internal`` finds all. Passages
                of conversations are always internal.
            kinds: Articles, conversations, or both.
            customer_id: Only this customer's conversations.
            not_customer_id: Not this customer's conversations.
            language: The language to prefer; passages in others come after equals.
            limit: Most passages.
        """
        started = perf_counter()
        asked = SearchQuery.of(query) if isinstance(query, str) else query.cut()
        if not asked.text or not kinds or limit < 1:
            return Found([], {"total": 0.0})
        # The vector first: it takes longest, and needs no lock of Python's meanwhile.
        dense, terms = await asyncio.gather(self._dense(asked), self._terms.of(asked, language))
        embedded = perf_counter()
        where = Filter(visibility, tuple(kinds), customer_id, not_customer_id)
        hits, lacking = await self._hits(tenant, dense, terms, where, limit * 3 + 10)
        searched = perf_counter()
        passages, problem = await self._best(tenant, asked, hits, where, language, limit)
        ordered = perf_counter()
        degraded: tuple[Degraded, ...] = tuple(one for one in (lacking, problem) if one)
        if dense is None:
            degraded = ("no_embedding", *degraded)
        if dense is None or lacking is not None:
            words = await asyncio.to_thread(fulltext.query_words, asked.text, terms.language)
            found, rows = await self._in_sql(tenant, words, where, limit, indexed=lacking is None)
            passages = merged([passages, ranked(found, rows, language, limit)], limit)
        self._count(degraded)
        ended = perf_counter()
        timings = {
            "embed": embedded - started,
            "index": searched - embedded,
            "order": ordered - searched,
            "read": ended - ordered,
            "total": ended - started,
        }
        told = {name: round(took * 1000, 2) for name, took in timings.items()}
        return Found(passages, told, degraded)

    async def _dense(self, query: SearchQuery) -> NDArray[np.float32] | None:
        """The query's vector, or None when the model is not there in time."""
        ready, wait_s = self._embedding.ready, self._model_wait_s
        if not ready and (self._embedding.error is not None or wait_s == 0):
            return None
        try:
            async with asyncio.timeout(_EMBED_S if ready else wait_s):
                vectors = await asyncio.gather(*map(self._embedding.query, query.meant))
        except (UnavailableError, TimeoutError):
            return None
        if len(vectors) == 1:
            return vectors[0]
        mean = np.sum(vectors, axis=0)
        length = float(np.linalg.norm(mean))
        return np.asarray(mean / length if length > 0 else vectors[0], dtype=np.float32)

    async def _best(
        self,
        tenant: TenantId,
        query: SearchQuery,
        hits: Sequence[Hit],
        where: Filter,
        language: str | None,
        limit: int,
    ) -> tuple[list[Passage], Degraded | None]:
        """The best of ``hits`` that may be shown, and what was missing to order them."""
        reading = self._embedding.reading(query.text)
        weight = dense_weight(*reading) if reading else dense_weight(None)
        fused = fuse(hits, weight=weight, unrelated=self._embedding.unrelated)
        # Reading a passage costs more than finding it: seldom are more needed than the first.
        for most in (limit * 2 + 10, len(fused)):
            async with self._db.read() as session:
                ids = [one.id for one in fused[:most]]
                rows = await _readable(session, tenant, ids, where)
            order = [one for one in fused if one.id in rows]
            passages = ranked(order, rows, language, limit)
            # How many there are does not depend on their order.
            if len(passages) == limit or most >= len(fused):
                break
        if self._reranking is None:
            return passages, None
        texts = {one: f"{row.title}\n{row.text}" for one, row in rows.items()}
        reordered, problem = await self._reranking.rerank(query.text, order, texts)
        return ranked(reordered, rows, language, limit), problem

    async def _hits(
        self,
        tenant: TenantId,
        dense: NDArray[np.float32] | None,
        terms: Terms,
        where: Filter,
        limit: int,
    ) -> tuple[list[Hit], Degraded | None]:
        """What the index has, and what is the matter with it."""
        vector = None if dense is None else dense.tolist()
        try:
            async with asyncio.timeout(_INDEX_S):
                whole = await self.state.whole()
                hits = await self._index.search(
                    tenant, vector, terms.sparse, names=terms.names, where=where, limit=limit
                )
        except (UnavailableError, TimeoutError):
            return [], "full_text_only"
        return hits, None if whole else "index_rebuilding"

    async def _in_sql(
        self,
        tenant: TenantId,
        words: Sequence[fulltext.Word],
        where: Filter,
        limit: int,
        *,
        indexed: bool,
    ) -> tuple[Sequence[tuple[str, float]], dict[str, AnyPassage]]:
        """What full-text search has: of passages unless they are ``indexed``, and of the rest."""
        most = limit * 3 + 10
        async with self._db.read() as session:
            hits = []
            if not indexed:
                found = await fulltext.search_passages(
                    session, tenant, words, where=where, limit=most
                )
                hits = [Hit(id=one.id, dense=0.0, sparse=one.score) for one in found]
            rows = await _readable(session, tenant, [hit.id for hit in hits], where)
            waiting = await cut_unindexed(session, tenant, words, where=where, limit=limit)
        for score, row in waiting:
            hits.append(Hit(id=row.id, dense=0.0, sparse=score))
            rows[row.id] = row
        return [one for one in fuse(hits) if one.id in rows], rows

    def _count(self, degraded: tuple[Degraded, ...]) -> None:
        self.answered[""] += 1
        self.answered.update(degraded)
        if degraded != self._told:
            self._told = degraded
            _log.warning("searches are degraded: %s", ", ".join(degraded) or "no longer")


async def _readable(
    session: ReadSession, tenant: TenantId, ids: Sequence[str], where: Filter
) -> dict[str, AnyPassage]:
    """The rows of what may be shown. The index may lag behind: the database decides."""
    rows = await store.passage_rows(session, tenant, ids)
    return {row.id: row for row in rows if _allows(where, row)}


def _allows(where: Filter, row: store.StoredPassage) -> bool:
    """Whether a passage may be found.

    The rows of passages are the indexer's and follow a moved or deleted conversation later.
    """
    if row.kind == "conversation" and not row.in_conversation:
        return False
    seen = where.visibility == "internal" or row.visibility == "public"
    theirs = where.customer_id is None or row.current_customer == where.customer_id
    others = where.not_customer_id is None or row.current_customer != where.not_customer_id
    return seen and theirs and others and row.kind in where.kinds
