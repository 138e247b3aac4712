"""One embedding model shared by everyone: loaded in the background, fed in batches.

While one pass runs, requests gather; the next pass takes searches before passages, and texts of
about one length together, because a pass costs as much as its longest text times their number.
It starts from the text that has waited longest, so nothing starves.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.search.embedder import Embedder, ModelCard, Vectors

_log = logging.getLogger(__name__)
_REMEMBERED = 4096
_MOST_CHARACTERS = 8000


class _Waiting(NamedTuple):
    text: str
    done: "asyncio.Future[NDArray[np.float32]]"

    @property
    def bucket(self) -> int:
        # Halves and doubles share nothing; 60 and 100 characters may.
        return len(self.text).bit_length()


class EmbeddingService:
    """The embedder behind a queue.

    Args:
        load: Makes the embedder; blocking, run once in the worker thread.
        card: The model's name and vector length, known before it is loaded.
        wait_s: How long a caller waits for the model to load, in seconds; None is until it is
            loaded or has failed.
        batch_size: Most texts per pass.
        batch_characters: Most characters of passages per pass; a search waits for one pass.
    """

    def __init__(
        self,
        load: Callable[[], Embedder],
        card: ModelCard,
        *,
        wait_s: float | None = 30.0,
        batch_size: int = 32,
        batch_characters: int = _MOST_CHARACTERS,
    ) -> None:
        self.name, self.dimension = card
        self.error: str | None = None
        self._load = load
        self._wait_s = wait_s
        self._batch_size = batch_size
        self._batch_characters = batch_characters
        self._embedder: Embedder | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        self._work = asyncio.Event()
        self._queries: deque[_Waiting] = deque()
        self._passages: deque[_Waiting] = deque()
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        load: Callable[[], Embedder],
        card: ModelCard,
        *,
        wait_s: float | None = 30.0,
        batch_size: int = 32,
        batch_characters: int = _MOST_CHARACTERS,
    ) -> AsyncIterator[Self]:
        """Start loading in the background; close at exit. Arguments as for the class."""
        service = cls(
            load, card, wait_s=wait_s, batch_size=batch_size, batch_characters=batch_characters
        )
        await service.start()
        try:
            yield service
        finally:
            await service.close()

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._embedder is not None

    async def start(self) -> None:
        """Load the model in the background and serve from then on."""
        self._task = asyncio.create_task(self._serve(), name="embedding")

    async def close(self) -> None:
        """Stop; whoever still waits is told so."""
        self.error = self.error or "the service is stopping"
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._embedder = None
        self._settled.set()
        for one in (*self._queries, *self._passages):
            if not one.done.done():
                one.done.set_exception(self._unavailable())
        self._queries.clear()
        self._passages.clear()
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)

    async def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a search text, from memory when it was asked before.

        Raises:
            UnavailableError: The model is not loaded in time, or cannot be.
        """
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        (vector,) = await self._enqueue(self._queries, [text])
        self._known[text] = vector
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return vector

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """One vector per text to be found.

        Raises:
            UnavailableError: The model is not loaded in time, or cannot be.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack(await self._enqueue(self._passages, texts))

    async def _enqueue(
        self, queue: deque[_Waiting], texts: Sequence[str]
    ) -> list[NDArray[np.float32]]:
        try:
            async with asyncio.timeout(self._wait_s):
                await self._settled.wait()
        except TimeoutError as error:
            raise UnavailableError(
                f"The embedding model {self.name} is still loading: try again in a moment.",
                retry_after_s=5,
            ) from error
        if self._embedder is None:
            raise self._unavailable()
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(text, loop.create_future()) for text in texts]
        queue.extend(waiting)
        self._work.set()
        try:
            return await asyncio.gather(*(one.done for one in waiting))
        finally:
            for one in waiting:
                one.done.cancel()

    def _unavailable(self) -> UnavailableError:
        return UnavailableError(f"The embedding model {self.name} is not available: {self.error}")

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._embedder = self._checked(await loop.run_in_executor(self._thread, self._load))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - kept, and told to every caller and /ready
            self.error = _told(error)
            _log.error("the embedding model %s could not be loaded: %s", self.name, self.error)
            return
        finally:
            self._settled.set()
        embedder = self._embedder
        while True:
            await self._work.wait()
            if batch := self._take(self._queries, self._batch_size * _MOST_CHARACTERS):
                await self._pass(embedder.embed_queries, batch)
            elif batch := self._take(self._passages, self._batch_characters):
                await self._pass(embedder.embed_passages, batch)
            else:
                self._work.clear()

    def _checked(self, embedder: Embedder) -> Embedder:
        if embedder.dimension != self.dimension:
            raise UnavailableError(
                f"its vectors have {embedder.dimension} numbers where its files say "
                f"{self.dimension}"
            )
        return embedder

    def _take(self, queue: deque[_Waiting], characters: int) -> list[_Waiting]:
        while queue and queue[0].done.done():
            queue.popleft()
        if not queue:
            return []
        bucket = queue[0].bucket
        taken: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        for one in queue:
            if one.done.done():
                continue
            fits = len(taken) < self._batch_size and (not taken or len(one.text) <= characters)
            if fits and one.bucket == bucket:
                taken.append(one)
                characters -= len(one.text)
            else:
                left.append(one)
        queue.clear()
        queue.extend(left)
        return taken

    async def _pass(self, embed: Callable[[Sequence[str]], Vectors], batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        try:
            vectors = await loop.run_in_executor(self._thread, embed, [one.text for one in batch])
        except asyncio.CancelledError:
            for one in batch:
                if not one.done.done():
                    one.done.set_exception(self._unavailable())
            raise
        # A panic in a tokenizer is no Exception; let through, it would end the loop that serves
        # everyone, and they would wait for ever.
        except BaseException as error:  # noqa: BLE001 - told to everyone whose text was in the pass
            _log.exception("an embedding pass failed")
            for one in batch:
                if not one.done.done():
                    one.done.set_exception(
                        UnavailableError(f"The embedding model {self.name} failed: {_told(error)}")
                    )
            return
        for one, vector in zip(batch, vectors, strict=True):
            if not one.done.done():
                one.done.set_result(vector)


def _told(error: BaseException) -> str:
    if isinstance(error, CopilotError):
        return error.detail
    return str(error) or type(error).__name__
