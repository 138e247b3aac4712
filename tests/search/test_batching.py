"""The embedding service: loading, batches, order, memory, failures, stopping."""

import asyncio
import threading
import time

import pytest

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.search.batching import EmbeddingService
from copilot.search.embedder import ModelCard
from tests.search.embedders import CARD, BagOfWords
from tests.timing import limit


async def wait_until_ready(service: EmbeddingService) -> None:
    async with asyncio.timeout(limit(10)):
        while not service.ready:
            await asyncio.sleep(0.005)


async def test_it_loads_in_the_background_and_callers_wait() -> None:
    def load() -> BagOfWords:
        time.sleep(0.1)
        return BagOfWords()

    async with EmbeddingService.open(load, CARD) as service:
        assert not service.ready
        assert service.name == "bag-of-words"
        assert (await service.query("hello")).shape == (64,)
        assert service.ready


async def test_callers_give_up_when_loading_takes_too_long() -> None:
    may_load = threading.Event()

    def load() -> BagOfWords:
        may_load.wait(60)
        return BagOfWords()

    async with EmbeddingService.open(load, CARD, wait_s=0.05) as service:
        try:
            with pytest.raises(UnavailableError, match="still loading") as told:
                await service.query("hello")
        finally:
            may_load.set()
        assert told.value.retry_after_s


async def test_callers_of_a_command_wait_until_the_model_is_loaded() -> None:
    may_load = threading.Event()

    def load() -> BagOfWords:
        may_load.wait(60)
        return BagOfWords()

    async with EmbeddingService.open(load, CARD, wait_s=None) as service:
        asked = asyncio.create_task(service.query("hello"))
        try:
            done, _ = await asyncio.wait({asked}, timeout=0.1)
            assert not done
        finally:
            may_load.set()
        assert (await asked).shape == (64,)


@pytest.mark.parametrize("wait_s", [30.0, None])
async def test_a_model_that_cannot_be_loaded_is_told_to_everyone(wait_s: float | None) -> None:
    def load() -> BagOfWords:
        raise ConfigurationError("no such folder")

    async with EmbeddingService.open(load, CARD, wait_s=wait_s) as service:
        for _ in range(2):
            with pytest.raises(UnavailableError, match="no such folder"):
                await service.passages(["a"])
        assert service.error == "no such folder"
        assert not service.ready


async def test_a_model_of_another_length_is_refused() -> None:
    async with EmbeddingService.open(BagOfWords, ModelCard("x", 65)) as service:
        with pytest.raises(UnavailableError, match="64 numbers"):
            await service.query("hello")


async def test_searches_go_before_passages_and_are_batched() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_size=8) as service:
        await wait_until_ready(service)
        embedder.may_run.clear()
        passages = asyncio.create_task(service.passages([f"passage {n:02}" for n in range(20)]))
        await asyncio.to_thread(embedder.running.wait, 5)
        queries = [asyncio.create_task(service.query(f"query {n:02}")) for n in range(6)]
        await asyncio.sleep(0.05)
        embedder.may_run.set()
        await asyncio.gather(passages, *queries)
    kinds = [(kind, len(texts)) for kind, texts in embedder.passes]
    assert kinds == [("passage", 8), ("query", 6), ("passage", 8), ("passage", 4)]


async def test_every_caller_gets_its_own_vector_and_lengths_are_not_mixed() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_size=16) as service:
        texts = [f"{n} " + "word " * (1 + n % 3 * 200) for n in range(60)]
        together = await asyncio.gather(*(service.query(text) for text in texts))
        for text, vector in zip(texts, together, strict=True):
            assert vector == pytest.approx(BagOfWords().embed_queries([text])[0])
    for _, batch in embedder.passes:
        assert len(batch) <= 16
        assert max(map(len, batch)) <= 2 * min(map(len, batch))


async def test_a_pass_of_passages_has_a_bound_in_characters() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_characters=3000) as service:
        await service.passages(["x" * 1000] * 7)
        assert [len(texts) for _, texts in embedder.passes] == [3, 3, 1]
        await service.passages(["x" * 9000])
        assert await service.passages([]) is not None


async def test_a_repeated_search_is_not_embedded_again() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        one, other = await service.query("hello"), await service.query("hello")
        assert one is other
        assert len(embedder.passes) == 1


async def test_a_failed_pass_fails_its_callers_alone() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        embedder.failure = RuntimeError("out of memory")
        with pytest.raises(UnavailableError, match="out of memory"):
            await service.query("hello")
        embedder.failure = None
        assert (await service.query("hello")).any()


class Panic(BaseException):
    """As a tokenizer written in Rust raises it."""


async def test_a_panic_in_a_pass_does_not_end_the_service() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service, asyncio.timeout(limit(10)):
        embedder.failure = Panic("byte index 3 is not a char boundary")
        with pytest.raises(UnavailableError, match="char boundary"):
            await service.query("hello")
        embedder.failure = None
        assert (await service.query("hello")).any()


async def test_a_panic_while_loading_is_told() -> None:
    def load() -> BagOfWords:
        raise Panic

    async with EmbeddingService.open(load, CARD) as service:
        with pytest.raises(UnavailableError, match="Panic"):
            await service.query("hello")
        assert service.error == "Panic"


async def test_a_caller_that_leaves_does_not_disturb_the_others() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        await wait_until_ready(service)
        embedder.may_run.clear()
        leaving = asyncio.create_task(service.query("first"))
        await asyncio.to_thread(embedder.running.wait, 5)
        staying = asyncio.create_task(service.query("second"))
        leaving.cancel()
        await asyncio.sleep(0)
        embedder.may_run.set()
        assert (await staying).any()


async def test_closing_tells_whoever_still_waits() -> None:
    embedder = BagOfWords()
    service = EmbeddingService(lambda: embedder, CARD)
    await service.start()
    await wait_until_ready(service)
    embedder.may_run.clear()
    running = asyncio.create_task(service.query("first"))
    await asyncio.to_thread(embedder.running.wait, 5)
    queued = asyncio.create_task(service.passages(["second"]))
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0.01)
    embedder.may_run.set()
    await closing
    for task in (running, queued):
        with pytest.raises(UnavailableError, match="stopping"):
            await task
    with pytest.raises(UnavailableError, match="stopping"):
        await service.query("third")
