"""The re-ranker behind a deadline: a search without it is still a search.

It runs in one thread of its own, one query after the other, a few texts at a time, so that a pass
whose caller has gone ends soon. One that keeps failing or keeps missing its deadline rests for a
while instead of delaying every search.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple, Self

import numpy as np

from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.search.reranker import Reranker, Scores, reranked

_log = logging.getLogger(__name__)
_MISSES_BEFORE_REST = 3
_REST_S = 30.0

Problem = Literal["no_reranking"]


class Reordered(NamedTuple):
    """Ids with their scores, best first, and what an answer made of them should say.

    Attributes:
        order: By both scores, or the fused ones as they came.
        problem: ``no_reranking`` when the re-ranker had no say though one is configured.
    """

    order: list[tuple[str, float]]
    problem: Problem | None


class RerankingService:
    """A re-ranker shared by everyone.

    Args:
        load: Makes the re-ranker; blocking, run once in the worker thread.
        name: The model's name, known before it is loaded.
        top: How many of the best are read.
        weight: How much it says beside the fused score, from 0 to 1 (see ``reranked``).
        deadline_s: Longest that a search waits for it, in seconds, the queue included.
        batch_size: Most texts between two looks at whether anybody still waits.
        rest_s: How long it rests after missing three deadlines in a row, in seconds.
    """

    def __init__(
        self,
        load: Callable[[], Reranker],
        name: str,
        *,
        top: int = 30,
        weight: float = 0.7,
        deadline_s: float = 0.3,
        batch_size: int = 8,
        rest_s: float = _REST_S,
    ) -> None:
        self.name = name
        self.error: str | None = None
        self._load = load
        self._top = top
        self._weight = weight
        self._deadline_s = deadline_s
        self._batch_size = batch_size
        self._rest_s = rest_s
        self._reranker: Reranker | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reranking")
        self._loading: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._misses = 0
        self._rests_until = 0.0

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        load: Callable[[], Reranker],
        name: str,
        *,
        top: int = 30,
        weight: float = 0.7,
        deadline_s: float = 0.3,
        batch_size: int = 8,
    ) -> AsyncIterator[Self]:
        """Start loading in the background; close at exit. Arguments as for the class."""
        service = cls(
            load, name, top=top, weight=weight, deadline_s=deadline_s, batch_size=batch_size
        )
        service.start()
        try:
            yield service
        finally:
            await service.close()

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._reranker is not None

    def start(self) -> None:
        """Load the model in the background and serve from then on."""
        self._loading = asyncio.create_task(self._open(), name="reranking")

    async def close(self) -> None:
        """Stop; whoever still waits keeps the fused order."""
        self._reranker = None
        self.error = self.error or "the service is stopping"
        self._stopping.set()
        if self._loading is not None:
            self._loading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loading
        await asyncio.to_thread(self._thread.shutdown, wait=True)

    async def settled(self) -> None:
        """Wait until the model is loaded or has failed."""
        if self._loading is not None:
            await asyncio.wait({self._loading})

    async def rerank(
        self, query: str, fused: Sequence[tuple[str, float]], texts: Mapping[str, str]
    ) -> Reordered:
        """``fused`` in the order that both scores give, within the deadline. Never raises.

        Args:
            query: What was asked.
            fused: Ids with their fused scores, best first.
            texts: The texts of at least the first of them, by id.
        """
        read = [one for one, _ in fused[: self._top] if one in texts]
        if len(read) < 2 or not query.strip():
            return Reordered(list(fused), None)
        reranker, loop = self._reranker, asyncio.get_running_loop()
        if reranker is None or loop.time() < self._rests_until:
            return Reordered(list(fused), "no_reranking")
        gone = threading.Event()
        passing = loop.run_in_executor(
            self._thread, self._pass, reranker, query, [texts[one] for one in read], gone
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                scores = await passing
        except TimeoutError:
            self._missed(
                loop.time(),
                f"it took longer than {self._deadline_s:g} s. A smaller model, a lower "
                "COPILOT_RERANKER__TOP or a higher COPILOT_RERANKER__DEADLINE_S helps",
            )
            return Reordered(list(fused), "no_reranking")
        except asyncio.CancelledError:
            raise
        # A panic in a tokenizer is no Exception, and is no reason to fail a search either.
        except BaseException as error:  # noqa: BLE001 - logged, counted and told by /ready
            self._missed(loop.time(), _told(error))
            return Reordered(list(fused), "no_reranking")
        finally:
            gone.set()
        self._misses, self.error = 0, None
        by_id = dict(zip(read, scores.tolist(), strict=True))
        return Reordered(reranked(fused, by_id, self._weight), None)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._reranker = await loop.run_in_executor(self._thread, self._opened)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - kept, and told by /ready
            self.error = _told(error)
            _log.error("the re-ranking model %s could not be loaded: %s", self.name, self.error)

    def _opened(self) -> Reranker:
        reranker = self._load()
        # The first pass is the slowest and would miss its deadline.
        self._pass(reranker, "Where is my parcel?", ["It is on its way.", "Yes"], self._stopping)
        return reranker

    def _pass(
        self, reranker: Reranker, query: str, texts: Sequence[str], gone: threading.Event
    ) -> Scores:
        # Texts of about one length together: a batch costs as much as its longest times its size.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        scores = np.empty(len(texts), dtype=np.float32)
        for start in range(0, len(order), self._batch_size):
            if gone.is_set() or self._stopping.is_set():
                raise UnavailableError("nobody waits for it any more")
            places = order[start : start + self._batch_size]
            scores[places] = reranker.scores(query, [texts[place] for place in places])
        if not np.all((scores >= 0) & (scores <= 1)):
            raise UnavailableError(
                "its scores are not all numbers from 0 to 1: try "
                "COPILOT_RERANKER__ACTIVATION=sigmoid and COPILOT_RERANKER__PRECISION=float32"
            )
        return scores

    def _missed(self, now: float, why: str) -> None:
        if self._stopping.is_set():
            return
        self._misses += 1
        if self._misses < _MISSES_BEFORE_REST:
            return
        self._rests_until = now + self._rest_s
        if self.error is None:
            _log.warning("the re-ranking model %s rests: %s", self.name, why)
        self.error = f"resting, searches keep their first order: {why}"


def _told(error: BaseException) -> str:
    if isinstance(error, CopilotError):
        return error.detail
    return str(error) or type(error).__name__
