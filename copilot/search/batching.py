"""One embedding model shared by everyone: loaded in the background, fed in batches.

While one pass runs, requests gather; the next pass takes what has waited longest, searches before
passages. The embedder puts texts of about one length together, so a pass may mix them.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.search.embedder import Embedder, ModelCard, Vectors
from copilot.search.waiting import Waiting

_log = logging.getLogger(__name__)
_MOST_CHARACTERS = 8000
"""Longest text that is remembered, and as much as is looked at to tell a language."""
_QUERIES_KEPT = 4096
_PASSAGES_KEPT = 2048
_READINGS_KEPT = 64
_SEARCHES_IN_A_ROW = 16
"""Passes of searches before one of passages: an import goes on under any load of searches."""


class Reading(NamedTuple):
    """How well a model can read a text.

    Attributes:
        fertility: Word pieces per word. About 1.1 to 1.5 where the vocabulary was made for the
            language; 2 and more where words are spelled out in fragments, and vectors mean little
            (Rust et al. 2021, "How Good is Your Tokenizer?").
        share: How much of the text it reads, above 0 to 1; the rest is cut off.
    """

    fertility: float
    share: float


class EmbeddingService:
    """The embedder behind a queue.

    Args:
        load: Makes the embedder; blocking, run once in the worker thread.
        card: The model's name and vector length, known before it is loaded.
        wait_s: How long a caller waits for the model to load, in seconds; None is until it is
            loaded or has failed.
        batch_size: Most texts per pass.
        batch_characters: Most characters per pass; a search waits for one pass.
    """

    def __init__(
        self,
        load: Callable[[], Embedder],
        card: ModelCard,
        *,
        wait_s: float | None = 30.0,
        batch_size: int = 32,
        batch_characters: int = 4000,
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
        self._queries = Waiting(remembered=_QUERIES_KEPT, longest=_MOST_CHARACTERS)
        self._urgent = Waiting(remembered=0, longest=0)
        self._passages = Waiting(remembered=_PASSAGES_KEPT, longest=_MOST_CHARACTERS)
        # A context card asks three times of one text.
        self._pieces = lru_cache(maxsize=_READINGS_KEPT)(self._count_pieces)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        load: Callable[[], Embedder],
        card: ModelCard,
        *,
        wait_s: float | None = 30.0,
        batch_size: int = 32,
        batch_characters: int = 4000,
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
        for waiting in (self._queries, self._urgent, self._passages):
            waiting.clear(self._unavailable())
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)

    @property
    def unrelated(self) -> float:
        """Inner product of texts that have nothing to do with each other; 0 before loading."""
        return 0.0 if self._embedder is None else self._embedder.unrelated

    def reading(self, text: str) -> Reading | None:
        """How well the model can read ``text``; None before it is loaded and without words."""
        text = text[:_MOST_CHARACTERS]
        words = len(text.split())
        if self._embedder is None or not words:
            return None
        pieces = max(1, self._pieces(text))
        return Reading(pieces / words, min(1.0, self._embedder.longest / pieces))

    def _count_pieces(self, text: str) -> int:
        assert self._embedder is not None  # noqa: S101 - only asked when it is loaded
        return self._embedder.pieces(text)

    async def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a search text, from memory when it was asked before.

        Raises:
            UnavailableError: The model is not loaded in time, or cannot be.
        """
        known = self._queries.known(text)
        if known is not None:
            return known
        (vector,) = await self._embedded(self._queries, [text])
        return vector

    async def passages(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector per text to be found.

        Args:
            texts: Any texts.
            urgent: Whether somebody waits for them: they go before others, after searches.

        Raises:
            UnavailableError: The model is not loaded in time, or cannot be.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        waiting = self._urgent if urgent else self._passages
        return np.stack(await self._embedded(waiting, texts))

    async def _embedded(self, waiting: Waiting, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        if not self._settled.is_set():
            await self._loaded()
        if self._embedder is None:
            raise self._unavailable()
        asked = [waiting.ask(text) for text in texts]
        self._work.set()
        try:
            # The shield: others may wait for the same text when this caller leaves.
            return [
                one.done.result() if one.done.done() else await asyncio.shield(one.done)
                for one in asked
            ]
        finally:
            for one in asked:
                waiting.leave(one)

    async def _loaded(self) -> None:
        try:
            async with asyncio.timeout(self._wait_s):
                await self._settled.wait()
        except TimeoutError as error:
            raise UnavailableError(
                f"The embedding model {self.name} is still loading: try again in a moment.",
                retry_after_s=5,
            ) from error

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
        searches = 0
        while True:
            await self._work.wait()
            passages = self._urgent or self._passages
            if self._queries and not (passages and searches >= _SEARCHES_IN_A_ROW):
                searches += 1
                await self._pass(embedder.embed_queries, self._queries)
            elif passages:
                searches = 0
                await self._pass(embedder.embed_passages, passages)
            else:
                self._work.clear()

    def _checked(self, embedder: Embedder) -> Embedder:
        if embedder.dimension != self.dimension:
            raise UnavailableError(
                f"its vectors have {embedder.dimension} numbers where its files say "
                f"{self.dimension}"
            )
        return embedder

    async def _pass(self, embed: Callable[[Sequence[str]], Vectors], waiting: Waiting) -> None:
        batch = waiting.take(size=self._batch_size, characters=self._batch_characters)
        texts = [one.text for one in batch]
        loop = asyncio.get_running_loop()
        try:
            vectors = await loop.run_in_executor(self._thread, embed, texts)
        except asyncio.CancelledError:
            waiting.fail(batch, self._unavailable())
            raise
        # A panic in a tokenizer is no Exception; let through, it would end the loop that serves
        # everyone, and they would wait for ever.
        except BaseException as error:  # noqa: BLE001 - told to everyone whose text was in the pass
            _log.exception("an embedding pass failed")
            waiting.fail(
                batch, UnavailableError(f"The embedding model {self.name} failed: {_told(error)}")
            )
        else:
            waiting.finish(batch, vectors)


def _told(error: BaseException) -> str:
    if isinstance(error, CopilotError):
        return error.detail
    return str(error) or type(error).__name__
