"""Passages on their way into the index: embedded, written to the index, then to their rows.

The model is the slow part, so it must never wait: there are always a few of its passes' worth of
texts with it, and what a pass has made is written while the next ones run. What is with it is
bounded, so that a change that somebody waits for is behind a second's work and not an hour's.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import NamedTuple, Self

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import passage_store
from copilot.knowledge.desired import Wanted
from copilot.knowledge.passages import embedded_text, name_of
from copilot.search import outbox
from copilot.search.batching import EmbeddingService
from copilot.search.index import Index, Point
from copilot.search.outbox import Claim
from copilot.search.sparse import SparseVector, passage_names, passage_vector

WINDOW = 48_000
"""Most characters with the model or just made: six passes, less than a second on 2 cores."""

_TOGETHER = 32
# A long source goes in such pieces by turns with others.
_PIECE = 8


class _Job(NamedTuple):
    claim: Claim
    wanted: Wanted
    text: str
    done: "asyncio.Future[None]"


class _Made(NamedTuple):
    job: _Job
    point: Point


class Pipeline:
    """See the module.

    Args:
        db: Where the rows are.
        embedding: The embedding model.
        index: The index.
        label: Name of the vectors in use.
        worker: Who holds the claims.
        window: Most characters with the model at a time.
        stir: Called when there is room for more.
    """

    def __init__(
        self,
        db: Database,
        embedding: EmbeddingService,
        index: Index,
        label: str,
        worker: str,
        *,
        window: int = WINDOW,
        stir: Callable[[], object] = bool,
    ) -> None:
        self._db = db
        self._embedding = embedding
        self._index = index
        self._label = label
        self._worker = worker
        self._window = window
        self._stir = stir
        self._order = count()
        self._waiting: list[tuple[bool, int, int, _Job]] = []
        self._with_model = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._made: list[_Made] = []
        self._some_made = asyncio.Event()
        self._writing = asyncio.Lock()
        self._sources: dict[Claim, list[_Job]] = {}

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        db: Database,
        embedding: EmbeddingService,
        index: Index,
        label: str,
        worker: str,
        *,
        window: int = WINDOW,
        stir: Callable[[], object] = bool,
    ) -> AsyncIterator[Self]:
        """Work until exit; what is unfinished then is dropped. Arguments as for the class."""
        pipeline = cls(db, embedding, index, label, worker, window=window, stir=stir)
        writer = asyncio.create_task(pipeline._write_on(), name="passages")
        try:
            yield pipeline
        finally:
            tasks = [writer, *pipeline._tasks]
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def full(self) -> bool:
        """Whether there is more to embed than the model is given at a time."""
        return bool(self._waiting)

    @property
    def sources(self) -> list[Claim]:
        """Whose passages are on their way."""
        return list(self._sources)

    async def add(self, claim: Claim, passages: Sequence[Wanted]) -> None:
        """Embed and store passages of one source; returns when the last one is found.

        Those of a source that was changed meanwhile are dropped: it is indexed again.

        Raises:
            UnavailableError: The model, or the index, is not available.
        """
        loop = asyncio.get_running_loop()
        jobs = [_Job(claim, one, embedded_text(one.cut), loop.create_future()) for one in passages]
        self._sources[claim] = jobs
        for n, job in enumerate(jobs):
            heapq.heappush(self._waiting, (claim.bulk, n // _PIECE, next(self._order), job))
        self._start()
        try:
            await asyncio.gather(*(job.done for job in jobs))
            # What was dropped may be in the write that is going on: the source is not free before.
            async with self._writing:
                pass
        finally:
            del self._sources[claim]
            for job in jobs:
                job.done.cancel()

    def drop(self, claim: Claim) -> None:
        """Forget a source's passages: it was changed, and whoever changed it waits."""
        for job in self._sources.get(claim, []):
            if not job.done.done():
                job.done.set_result(None)

    def _start(self) -> None:
        """Hand the model as much as there is room for."""
        while self._next_fits():
            some: list[_Job] = []
            while self._next_fits() and len(some) < _TOGETHER:
                *_, job = heapq.heappop(self._waiting)
                if not job.done.done():
                    some.append(job)
                    self._with_model += len(job.text)
            if some:
                self._go(self._embed(some))
        if not self._waiting:
            self._stir()

    def _next_fits(self) -> bool:
        if not self._waiting:
            return False
        # What somebody waits for goes past what the model has of bulk work.
        bulk = self._waiting[0][0]
        return self._with_model < (self._window if bulk else 2 * self._window)

    def _go(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _embed(self, jobs: Sequence[_Job]) -> None:
        # While the model works, and ready when it is: a crash finds little that is not yet stored.
        sparse = asyncio.create_task(asyncio.to_thread(_term_weights, jobs))
        await asyncio.gather(*(self._embed_one(job, n, sparse) for n, job in enumerate(jobs)))

    async def _embed_one(self, job: _Job, n: int, sparse: "asyncio.Task[list[_Terms]]") -> None:
        try:
            # One by one: each is stored when its own pass is over, whatever passes the others
            # are put in.
            (vector,) = await self._embedding.passages([job.text], urgent=not job.claim.bulk)
            terms = (await sparse)[n]
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the passage
            if not job.done.done():
                job.done.set_exception(error)
            self._leave([job])
            return
        wanted = job.wanted
        point = Point(wanted.id, vector.tolist(), terms.sparse, wanted.fields, terms.names)
        self._made.append(_Made(job, point))
        self._some_made.set()

    def _leave(self, jobs: Sequence[_Job]) -> None:
        self._with_model -= sum(len(job.text) for job in jobs)
        self._start()

    async def _write_on(self) -> None:
        while True:
            await self._some_made.wait()
            self._some_made.clear()
            async with self._writing:
                all_made, self._made = self._made, []
                made = [one for one in all_made if not one.job.done.done()]
                try:
                    if made:
                        await self._write(made)
                except Exception as error:  # noqa: BLE001 - told to whoever waits for the passages
                    failure: Exception | None = error
                else:
                    failure = None
            for one in made:
                if one.job.done.done():
                    continue
                if failure is None:
                    one.job.done.set_result(None)
                else:
                    one.job.done.set_exception(failure)
            self._leave([one.job for one in all_made])

    async def _write(self, made: Sequence[_Made]) -> None:
        """The vectors, then their rows: what a crash leaves between is found by its id."""
        for tenant, some in _by_tenant(made).items():
            await self._index.upsert(tenant, [one.point for one in some])
        async with self._db.write() as session:
            claims = {one.job.claim for one in made}
            unchanged, changed = await outbox.standing(session, self._worker, claims)
            kept = [one for one in made if one.job.claim in unchanged]
            for tenant, some in _by_tenant(kept).items():
                wanted = [one.job.wanted for one in some]
                await passage_store.save(session, tenant, wanted, self._label)
        # What changed while it was embedded may be internal or gone by now: not a trace of it.
        stale = [one for one in made if one.job.claim in changed]
        for tenant, some in _by_tenant(stale).items():
            await self._index.delete(tenant, [one.point.id for one in some])


def _by_tenant(made: Sequence[_Made]) -> dict[TenantId, list[_Made]]:
    found: dict[TenantId, list[_Made]] = {}
    for one in made:
        found.setdefault(one.job.claim.tenant, []).append(one)
    return found


class _Terms(NamedTuple):
    sparse: SparseVector
    names: SparseVector


def _term_weights(jobs: Sequence[_Job]) -> list[_Terms]:
    return [
        _Terms(
            passage_vector(job.text, job.wanted.fields.language),
            passage_names(name_of(job.wanted.cut)),
        )
        for job in jobs
    ]
