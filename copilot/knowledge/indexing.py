"""Keeping the index equal to the database.

Whoever changes an article or conversation marks it in the outbox, in the same transaction. The
indexer takes what is marked in rounds, cuts it, embeds what is new, and clears the mark unless
there was another meanwhile. Rounds overlap: while the model works for some, others are read, cut
and written. Every step may be cut off by a crash: vectors are written before their rows and rows
go after their vectors, so what is left over is seen and repaired the next time.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex

from copilot.jobs.queue import JobContext
from copilot.kernel.db import Database
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge import passage_store, planning, reconciling
from copilot.knowledge.desired import Difference
from copilot.knowledge.pipeline import WINDOW, Pipeline
from copilot.knowledge.reconciling import Reconciled
from copilot.search import outbox
from copilot.search.batching import EmbeddingService
from copilot.search.collection import collection_name
from copilot.search.index import Index
from copilot.search.outbox import Claim

_log = logging.getLogger(__name__)
_SOURCES = 32
_ROUNDS = 8
# A long article is indexed in rounds, so that a short one behind it is found within seconds.
_PER_ROUND = 128
# Another process marks and cannot wake us: a change is to be found within two seconds. Embedded,
# that is a command beside the server now and then.
_POLL_S = 0.5
_POLL_EMBEDDED_S = 1.5
_RETRY_S = 5.0
_TOGETHER_S = 0.2


class Indexer:
    """The indexer of this process; several processes share the work through claims.

    Args:
        db: The database.
        embedding: The embedding model.
        index: The index to keep.
        window: Most characters with the model at a time.
    """

    def __init__(
        self, db: Database, embedding: EmbeddingService, index: Index, *, window: int = WINDOW
    ) -> None:
        self._db = db
        self._embedding = embedding
        self._index = index
        self._window = window
        self._label = collection_name(embedding.name, embedding.dimension)
        self._worker = token_hex(16)
        self._broken: dict[tuple[str, str, str], int] = {}
        self._alone = asyncio.Lock()
        self._woken = asyncio.Event()
        self._stirred = asyncio.Event()

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
        self._stirred.set()

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
        async with self._alone:
            rounds: set[asyncio.Task[int]] = set()
            try:
                async with Pipeline.running(
                    self._db,
                    self._embedding,
                    self._index,
                    self._label,
                    self._worker,
                    window=self._window,
                    stir=self._stirred.set,
                ) as pipeline:
                    return await self._rounds(pipeline, rounds, tell or (lambda _: None))
            finally:
                for one in rounds:
                    one.cancel()
                await asyncio.gather(*rounds, return_exceptions=True)
                # Whatever was not cleared is free again, also when the model went away.
                async with self._db.write() as session:
                    await outbox.release(session, self._worker)

    async def reconcile(self, tenant: TenantId) -> Reconciled:
        """Compare a tenant's passages with the index; mark what differs, drop what is extra.

        What was marked is repaired by the next :meth:`drain`.
        """
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

    async def tell_filled(self) -> None:
        """Tell the index that it holds everything, if it does; after a reconcile of all tenants."""
        if not await self._waiting():
            await self._index.filled()

    async def _waiting(self) -> bool:
        async with self._db.read_statement() as connection:
            return await outbox.waiting(connection, but=self._broken)

    async def _run(self) -> None:
        reconciled = repaired = filled = False
        while True:
            wait_s = _POLL_EMBEDDED_S if self._db.is_sqlite else _POLL_S
            self._woken.clear()
            try:
                if filled and self._index.fresh:
                    # A part of it was found broken since, and is empty now.
                    reconciled = repaired = filled = False
                if not reconciled:
                    for tenant in await reconciling.tenants(self._db):
                        await self.reconcile(tenant)
                    reconciled = True
                if await self._waiting():
                    await self.drain()
                elif not (filled or repaired) and await reconciling.lacks_points(
                    self._db, self._index
                ):
                    # A part of it broke while it was being filled: once more from the start.
                    reconciled, repaired = False, True
                    self._woken.set()
                elif not filled:
                    await self._index.filled()
                    filled = True
            except UnavailableError as error:
                _log.warning("indexing waits: %s", error.detail)
                wait_s = _RETRY_S
            except Exception:  # noqa: BLE001 - whatever fails, the marks stay and the loop goes on
                _log.exception("indexing failed and will be tried again")
                wait_s = _RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    async def _rounds(
        self, pipeline: Pipeline, rounds: set[asyncio.Task[int]], tell: Callable[[int], None]
    ) -> int:
        done = 0
        renewed = time.monotonic()
        while True:
            self._stirred.clear()
            await self._let_go(pipeline)
            claims = await self._claim(urgent=pipeline.full) if len(rounds) < _ROUNDS else []
            for claim in claims:
                if self._broken.get(claim[:3]) != claim.marks:
                    self._broken.pop(claim[:3], None)
            if claims:
                one = asyncio.create_task(self._round(pipeline, claims))
                one.add_done_callback(lambda _: self._stirred.set())
                rounds.add(one)
            elif not rounds:
                return done
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S):
                        await self._stirred.wait()
            for one in [one for one in rounds if one.done()]:
                rounds.discard(one)
                done += one.result()
                tell(done)
            if time.monotonic() - renewed > outbox.LEASE.total_seconds() / 4:
                renewed = time.monotonic()
                async with self._db.write() as session:
                    await outbox.renew(session, self._worker)

    async def _claim(self, *, urgent: bool) -> list[Claim]:
        async with self._db.write() as session:
            return await outbox.claim(
                session, self._worker, limit=_SOURCES, alone=self._db.is_sqlite, urgent=urgent
            )

    async def _let_go(self, pipeline: Pipeline) -> None:
        """Let go of what was changed since it was claimed, so that it is claimed anew."""
        async with self._db.read() as session:
            now = {one[:3]: one for one in await outbox.urgent_of(session, self._worker)}
        for one in pipeline.sources:
            if one[:3] in now and now[one[:3]].marks != one.marks:
                pipeline.drop(one)
        mended = [one for key, one in now.items() if self._broken.get(key, one.marks) != one.marks]
        for one in mended:
            del self._broken[one[:3]]
        if mended:
            async with self._db.write() as session:
                await outbox.give_back(session, self._worker, mended)

    async def _round(self, pipeline: Pipeline, claims: Sequence[Claim]) -> int:
        # Claims on what cannot be indexed are kept until the drain ends: it goes on without them.
        unbroken = [one for one in claims if one[:3] not in self._broken]
        plans = await planning.plan(self._db, self._index, unbroken, self._label)
        broken = [one for one in claims if one not in plans]
        self._broken.update({one[:3]: one.marks for one in broken})
        async with self._db.write() as session:
            await outbox.to_the_end(session, broken)
        # What is gone or hidden needs no model, and must not wait for one.
        done = await self._finish({one: plan for one, plan in plans.items() if not plan.to_embed})
        adding = {
            asyncio.create_task(pipeline.add(claim, plan.to_embed[:_PER_ROUND])): claim
            for claim, plan in plans.items()
            if plan.to_embed
        }
        left: set[asyncio.Task[None]] = set(adding)
        try:
            while left:
                await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                # What is embedded can be found: clearing marks can wait for a few to come together.
                added, left = await asyncio.wait(left, timeout=_TOGETHER_S)
                for one in added:
                    one.result()
                done += await self._finish({adding[one]: plans[adding[one]] for one in added})
        finally:
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        return done

    async def _finish(self, plans: Mapping[Claim, Difference]) -> int:
        """Do what is left to do for sources whose passages are embedded, and clear their marks."""
        if not plans:
            return 0
        whole = {claim: one for claim, one in plans.items() if len(one.to_embed) <= _PER_ROUND}
        for claim, plan in whole.items():
            await self._tidy(claim, plan)
        async with self._db.write() as session:
            await outbox.clear(session, list(whole))
            await outbox.to_the_end(session, [one for one in plans if one not in whole])
            await outbox.give_back(session, self._worker, list(plans))
        self._stirred.set()
        return len(whole)

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
            now = await outbox.standing(session, self._worker, [claim])
            if claim in now.unchanged:
                await passage_store.save(session, claim.tenant, plan.to_refresh, self._label)
            await passage_store.remove(session, claim.tenant, plan.to_delete)
