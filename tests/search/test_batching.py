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


async def test_every_caller_gets_its_own_vector_in_the_order_of_asking() -> None:
    embedder = BagOfWords()
    bounds = {"batch_size": 16, "batch_characters": 100_000}
    async with EmbeddingService.open(lambda: embedder, CARD, **bounds) as service:
        texts = [f"{n} " + "word " * (1 + n % 3 * 200) for n in range(60)]
        together = await asyncio.gather(*(service.query(text) for text in texts))
        for text, vector in zip(texts, together, strict=True):
            assert vector == pytest.approx(BagOfWords().embed_queries([text])[0])
    assert [text for _, batch in embedder.passes for text in batch] == texts
    assert max(len(batch) for _, batch in embedder.passes) == 16


async def test_a_pass_has_a_bound_in_characters() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_characters=3000) as service:
        await service.passages([f"{n}" * 1000 for n in range(7)])
        assert [len(texts) for _, texts in embedder.passes] == [3, 3, 1]
        await service.passages(["x" * 9000])
        assert (await service.passages([])).shape == (0, 64)
        embedder.passes.clear()
        embedder.may_run.clear()
        asked = [asyncio.create_task(service.query(f"{n}" * 1000)) for n in range(7)]
        await asyncio.sleep(0.01)
        embedder.may_run.set()
        await asyncio.gather(*asked)
        assert max(len(texts) for _, texts in embedder.passes) == 3


async def held(service: EmbeddingService, embedder: BagOfWords) -> "asyncio.Task[object]":
    """Keep the embedder at work, so that what is asked next has to wait."""
    await wait_until_ready(service)
    embedder.running.clear()
    embedder.may_run.clear()
    task = asyncio.create_task(service.query("keeps it busy"))
    await asyncio.to_thread(embedder.running.wait, 5)
    return task


async def test_equal_searches_at_the_same_time_are_embedded_once() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        busy = await held(service, embedder)
        equal = [asyncio.create_task(service.query(text)) for text in ["a", "a", "b", "a"]]
        joining = asyncio.create_task(service.query("keeps it busy"))
        await asyncio.sleep(0.01)
        leaving = equal.pop(0)
        leaving.cancel()
        await asyncio.sleep(0)
        embedder.may_run.set()
        vectors = await asyncio.gather(*equal)
        assert await joining is await busy
    assert leaving.cancelled()
    assert vectors[0] is vectors[2]
    assert [texts for _, texts in embedder.passes] == [["keeps it busy"], ["a", "b"]]


async def test_what_nobody_wants_any_more_is_not_embedded() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        busy = await held(service, embedder)
        gone = [asyncio.create_task(service.query(text)) for text in ["a", "a"]]
        imported = asyncio.create_task(service.passages(["b", "c"]))
        await asyncio.sleep(0.01)
        for task in (*gone, imported):
            task.cancel()
        await asyncio.wait([*gone, imported])
        embedder.may_run.set()
        await busy
        assert (await service.query("d")).any()
    assert [texts for _, texts in embedder.passes] == [["keeps it busy"], ["d"]]


async def test_a_text_can_be_asked_for_again_while_its_abandoned_pass_runs() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service, asyncio.timeout(limit(10)):
        busy = await held(service, embedder)
        busy.cancel()
        await asyncio.wait([busy])
        again = asyncio.create_task(service.query("keeps it busy"))
        await asyncio.sleep(0.01)
        embedder.may_run.set()
        assert (await again).any()


async def test_equal_passages_are_embedded_once() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        vectors = await service.passages(["same", "other", "same"])
        assert (vectors[0] == vectors[2]).all()
        assert (await service.passages(["other"]) == vectors[1]).all()
        assert embedder.embedded == ["same", "other"]
        # A search is another text to the model, with another prompt.
        await service.query("same")
        assert len(embedder.passes) == 2


async def test_what_is_remembered_cannot_be_written_to() -> None:
    async with EmbeddingService.open(BagOfWords, CARD) as service:
        vector = await service.query("hello")
        with pytest.raises(ValueError, match="read-only"):
            vector[0] = 1
        (await service.passages(["hello"]))[0, 0] = 1


async def test_an_import_goes_on_under_any_load_of_searches() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_size=1) as service:
        busy = await held(service, embedder)
        searches = [asyncio.create_task(service.query(f"query {n}")) for n in range(60)]
        imported = asyncio.create_task(service.passages(["b", "c"]))
        await asyncio.sleep(0.01)
        embedder.may_run.set()
        await asyncio.gather(busy, imported, *searches)
    kinds = [kind for kind, _ in embedder.passes]
    first, second = (n for n, kind in enumerate(kinds) if kind == "passage")
    assert 0 < first < second < len(kinds) - 1
    assert "passage" not in kinds[:3]


async def test_64_searches_at_once_all_get_their_vector() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD) as service:
        texts = [f"question {n}" for n in range(64)]
        vectors = await asyncio.gather(*map(service.query, texts))
        for text, vector in zip(texts, vectors, strict=True):
            assert vector == pytest.approx(BagOfWords().embed_queries([text])[0])
    assert len(embedder.passes) <= 4


async def test_passages_that_somebody_waits_for_go_before_others_and_after_searches() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_size=2) as service:
        busy = await held(service, embedder)
        imported = asyncio.create_task(service.passages([f"imported {n}" for n in range(4)]))
        await asyncio.sleep(0.01)
        urgent = asyncio.create_task(
            service.passages([f"urgent {n}" for n in range(3)], urgent=True)
        )
        await asyncio.sleep(0.01)
        search = asyncio.create_task(service.query("asked last"))
        await asyncio.sleep(0.01)
        embedder.may_run.set()
        vectors = await urgent
        assert not imported.done()
        await asyncio.gather(busy, search, imported)
    assert embedder.passes[1:] == [
        ("query", ["asked last"]),
        ("passage", ["urgent 0", "urgent 1"]),
        ("passage", ["urgent 2"]),
        ("passage", ["imported 0", "imported 1"]),
        ("passage", ["imported 2", "imported 3"]),
    ]
    assert vectors == pytest.approx(BagOfWords().embed_passages([f"urgent {n}" for n in range(3)]))


async def test_urgent_passages_are_not_starved_by_searches() -> None:
    embedder = BagOfWords()
    async with EmbeddingService.open(lambda: embedder, CARD, batch_size=1) as service:
        busy = await held(service, embedder)
        searches = [asyncio.create_task(service.query(f"query {n}")) for n in range(40)]
        urgent = asyncio.create_task(service.passages(["urgent"], urgent=True))
        await asyncio.sleep(0.01)
        embedder.may_run.set()
        await asyncio.gather(busy, urgent, *searches)
    kinds = [kind for kind, _ in embedder.passes]
    assert 3 < kinds.index("passage") < len(kinds) - 1


async def test_closing_tells_whoever_waits_urgently() -> None:
    embedder = BagOfWords()
    service = EmbeddingService(lambda: embedder, CARD)
    await service.start()
    busy = await held(service, embedder)
    urgent = asyncio.create_task(service.passages(["urgent"], urgent=True))
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0.01)
    embedder.may_run.set()
    await closing
    for task in (busy, urgent):
        with pytest.raises(UnavailableError, match="stopping"):
            await task


async def test_how_well_a_text_can_be_read() -> None:
    may_load = threading.Event()

    def load() -> BagOfWords:
        may_load.wait(60)
        return BagOfWords()

    async with EmbeddingService.open(load, CARD) as service:
        assert service.reading("hello") is None
        may_load.set()
        await wait_until_ready(service)
        # Pieces of up to four letters: their number by word, and all of them are read.
        assert service.reading("four letters each makes") == (pytest.approx(6 / 4), 1.0)
        assert service.reading(" \n") is None
        assert service.reading("") is None
        # No piece at all, and yet a word.
        assert service.reading("?!") == (1.0, 1.0)
        assert service.reading("word " * BagOfWords.longest) == (1.0, 1.0)
        assert service.reading("word " * (BagOfWords.longest * 2)) == (1.0, 0.5)
        # Far beyond what is looked at (8,000 characters): about as much, and at once.
        assert service.reading("word " * 1_000_000) == (1.0, BagOfWords.longest / 1600)


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
