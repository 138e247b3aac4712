"""Keeping the index equal to the database.

Whoever changes an article or conversation marks it in the outbox, in the same transaction. The
indexer takes what is marked, cuts it, embeds what is new, and clears the mark unless there was
another meanwhile. Every step may be cut off by a crash: vectors are written before their rows and
rows go after their vectors, so what is left over is seen and repaired the next time.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex

from copilot.jobs.queue import JobContext
from copilot.kernel.db import Database
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge import passage_store, reconciling
from copilot.knowledge.desired import Difference, Wanted, difference, read_source, wanted_passages
from copilot.knowledge.passages import embedded_text
from copilot.knowledge.reconciling import Reconciled
from copilot.search import outbox
from copilot.search.batching import EmbeddingService
from copilot.search.collection import collection_name
from copilot.search.index import Index, Point
from copilot.search.outbox import Claim
from copilot.search.sparse import passage_vector

_log = logging.getLogger(__name__)
_SOURCES = 32
_CHUNK = 32
# A long article is indexed in rounds, so that a short one behind it is found within seconds.
_PER_ROUND = 128
_POLL_S = 1.0
_RETRY_S = 5.0


class Indexer:
    """The indexer of this process; several processes share the work through claims.

    Args:
        db: The database.
        embedding: The embedding model.
        index: The index to keep.
    """

    def __init__(self, db: Database, embedding: EmbeddingService, index: Index) -> None:
        self._db = db
        self._embedding = embedding
        self._index = index
        self._label = collection_name(embedding.name, embedding.dimension)
        self._worker = token_hex(16)
        self._broken: set[Claim] = set()
        self._alone = asyncio.Lock()
        self._woken = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Reconcile, then index whatever is marked, in the background until exit."""
        task = asyncio.create_task(self._run(), name="indexer")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self) -> None:
        """Look for marked sources now instead of at the next poll; call it after the commit."""
        self._woken.set()

    async def handle(self, job: JobContext) -> None:
        """The job kind ``index``: index whatever is marked, of all tenants."""
        await job.step("drain", self.drain)

    async def drain(self, tell: Callable[[int], None] | None = None) -> int:
        """Index everything that is marked, of all tenants.

        Args:
            tell: Called after each round with how many are done.

        Returns:
            How many articles and conversations were brought up to date.

        Raises:
            UnavailableError: The embedding model is not available; the marks stay.
        """
        done = 0
        async with self._alone:
            while True:
                async with self._db.write() as session:
                    claims = await outbox.claim(
                        session, self._worker, limit=_SOURCES, alone=self._db.is_sqlite
                    )
                try:
                    if self._broken.issuperset(claims):
                        return done
                    done += await self._round(claims)
                    if tell is not None:
                        tell(done)
                finally:
                    # Whatever was not cleared is free again, also when the model went away.
                    async with self._db.write() as session:
                        await outbox.release(session, self._worker, to_the_end=claims)

    async def reconcile(self, tenant: TenantId) -> Reconciled:
        """Compare a tenant's passages with the index; mark what is missing, drop what is extra."""
        async with self._alone:
            return await reconciling.reconcile(self._db, self._index, tenant, self._label)

    async def reindex(self, tenant: TenantId, tell: Callable[[int], None] | None = None) -> int:
        """Embed everything of a tenant again; what is found meanwhile is the old until replaced.

        Args:
            tenant: Whose articles and conversations.
            tell: Called after each round with how many are done.

        Returns:
            How many articles and conversations were indexed.
        """
        await self.reconcile(tenant)
        await reconciling.mark_everything(self._db, tenant)
        return await self.drain(tell)

    async def _run(self) -> None:
        reconciled = False
        while True:
            wait_s = _POLL_S
            try:
                if not reconciled:
                    for tenant in await reconciling.tenants(self._db):
                        await self.reconcile(tenant)
                    reconciled = True
                self._woken.clear()
                async with self._db.read() as session:
                    waiting = await outbox.waiting(session)
                if waiting and not await self.drain():
                    wait_s = _RETRY_S  # what waits cannot be indexed, or is in other hands
            except UnavailableError as error:
                _log.warning("indexing waits: %s", error.detail)
                wait_s = _RETRY_S
            except Exception:  # noqa: BLE001 - whatever fails, the marks stay and the loop goes on
                _log.exception("indexing failed and will be tried again")
                wait_s = _RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    async def _round(self, claims: Sequence[Claim]) -> int:
        plans: dict[Claim, Difference] = {}
        for claim in claims:
            if claim in self._broken:
                continue
            try:
                plans[claim] = await self._plan(claim)
            except (ValueError, TypeError, RecursionError, KeyError) as error:
                # A text that cannot be cut must not keep the others from being found. The error's
                # own words may hold the text.
                kind = type(error).__name__
                _log.error("%s %s cannot be indexed: %s", claim.kind, claim.source_id, kind)
                self._broken.add(claim)
        # What is gone or hidden needs no model, and must not wait for one.
        done = await self._finish({one: plan for one, plan in plans.items() if not plan.to_embed})
        new = [(claim, one) for claim, plan in plans.items() for one in plan.to_embed[:_PER_ROUND]]
        for start in range(0, len(new), _CHUNK):
            await self._embed(new[start : start + _CHUNK])
        return done + await self._finish(
            {one: plan for one, plan in plans.items() if 0 < len(plan.to_embed) <= _PER_ROUND}
        )

    async def _finish(self, plans: Mapping[Claim, Difference]) -> int:
        if not plans:
            return 0
        for claim, plan in plans.items():
            await self._tidy(claim, plan)
        async with self._db.write() as session:
            await outbox.clear(session, list(plans))
        return len(plans)

    async def _plan(self, claim: Claim) -> Difference:
        tenant, kind, source_id, _ = claim
        async with self._db.read() as session:
            source = await read_source(session, tenant, kind, source_id)
            rows = await passage_store.of_source(session, tenant, kind, source_id)
        if source is None:
            return Difference([], [], [row.id for row in rows], gone=True)
        wanted = await asyncio.to_thread(wanted_passages, tenant, source)
        return difference(wanted, rows, self._label)

    async def _embed(self, new: Sequence[tuple[Claim, Wanted]]) -> None:
        vectors = await self._embedding.passages([embedded_text(one.cut) for _, one in new])
        points = await asyncio.to_thread(
            lambda: [_point(one, vector) for (_, one), vector in zip(new, vectors, strict=True)]
        )
        by_claim: dict[Claim, list[tuple[Wanted, Point]]] = {}
        for (claim, one), point in zip(new, points, strict=True):
            by_claim.setdefault(claim, []).append((one, point))
        for claim, pairs in by_claim.items():
            await self._index.upsert(claim.tenant, [point for _, point in pairs])
        async with self._db.write() as session:
            current = await outbox.unchanged(session, by_claim)
            for claim in current:
                wanted = [one for one, _ in by_claim[claim]]
                await passage_store.save(session, claim.tenant, wanted, self._label)
        # By itself: a transaction that holds some of these rows must not wait for the others.
        async with self._db.write() as session:
            await outbox.renew(session, self._worker)
        # What changed while it was embedded may be internal or gone by now: not a trace of it.
        for claim in by_claim.keys() - current:
            await self._index.delete(claim.tenant, [point.id for _, point in by_claim[claim]])

    async def _tidy(self, claim: Claim, plan: Difference) -> None:
        if plan.gone:
            await self._index.delete_source(claim.tenant, claim.source_id)
        elif plan.to_refresh:
            await self._index.set_fields(claim.tenant, plan.to_refresh[0].fields)
        if plan.to_delete:
            await self._index.delete(claim.tenant, plan.to_delete)
        if not (plan.to_refresh or plan.to_delete):
            return
        async with self._db.write() as session:
            if claim in await outbox.unchanged(session, [claim]):
                await passage_store.save(session, claim.tenant, plan.to_refresh, self._label)
            await passage_store.remove(session, claim.tenant, plan.to_delete)


def _point(wanted: Wanted, vector: Sequence[float]) -> Point:
    sparse = passage_vector(embedded_text(wanted.cut), wanted.fields.language)
    return Point(wanted.id, [float(value) for value in vector], sparse, wanted.fields)
