"""The re-ranking service: order, deadline, failures, rest, stopping."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.search.reranking import Reordered, RerankingService
from tests.search.cross_encoders import SharedWords
from tests.timing import limit

QUERY = "broken kettle"
TEXTS = {"a": "opening hours", "b": "a broken bicycle", "c": "return a broken kettle"}
FUSED = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
KEPT = Reordered(FUSED, "no_reranking")


@asynccontextmanager
async def serving(reranker: SharedWords, **settings: Any) -> AsyncIterator[RerankingService]:
    service = RerankingService(
        lambda: reranker, reranker.name, **{"deadline_s": limit(20), **settings}
    )
    service.start()
    try:
        async with asyncio.timeout(limit(20)):
            while not service.ready:
                await asyncio.sleep(0.005)
        reranker.passes.clear()
        reranker.running.clear()
        yield service
    finally:
        reranker.may_run.set()
        await service.close()


def ids(found: Reordered) -> list[str]:
    return [one for one, _ in found.order]


async def test_the_order_follows_what_the_model_read() -> None:
    async with serving(SharedWords()) as service:
        found = await service.rerank(QUERY, FUSED, TEXTS)
    assert ids(found) == ["c", "b", "a"]
    assert found.problem is None


async def test_only_the_top_is_read() -> None:
    reranker = SharedWords()
    async with serving(reranker, top=2) as service:
        found = await service.rerank(QUERY, FUSED, TEXTS)
    assert ids(found) == ["b", "a", "c"]
    assert reranker.passes == [(QUERY, ["opening hours", "a broken bicycle"])]


async def test_texts_of_one_length_are_read_together() -> None:
    reranker = SharedWords()
    texts = {str(n): "word " * (n % 3 * 50 + 1) + str(n) for n in range(9)}
    async with serving(reranker, batch_size=3) as service:
        await service.rerank(QUERY, [(one, 0.5) for one in texts], texts)
    for _, batch in reranker.passes:
        assert len(batch) == 3
        assert max(map(len, batch)) == min(map(len, batch))


@pytest.mark.parametrize(("query", "fused"), [(QUERY, FUSED[:1]), (QUERY, []), (" ", FUSED)])
async def test_nothing_to_order_is_no_problem(query: str, fused: list[tuple[str, float]]) -> None:
    reranker = SharedWords()
    async with serving(reranker) as service:
        assert await service.rerank(query, fused, TEXTS) == Reordered(fused, None)
    assert not reranker.passes


async def test_until_it_is_loaded_the_fused_order_is_kept() -> None:
    may_load = threading.Event()

    def load() -> SharedWords:
        may_load.wait(60)
        return SharedWords()

    async with RerankingService.open(load, "shared-words") as service:
        try:
            assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
            assert service.error is None
        finally:
            may_load.set()


class Panic(BaseException):
    """As a tokenizer written in Rust raises it."""


@pytest.mark.parametrize(
    ("failure", "told"),
    [(ConfigurationError("no such folder"), "no such folder"), (Panic(), "Panic")],
)
async def test_a_model_that_cannot_be_loaded_is_told_and_searches_go_on(
    failure: BaseException, told: str
) -> None:
    def load() -> SharedWords:
        raise failure

    async with RerankingService.open(load, "x") as service, asyncio.timeout(limit(10)):
        while service.error is None:
            await asyncio.sleep(0.005)
        assert service.error == told
        assert not service.ready
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT


async def test_one_whose_first_scores_are_no_probabilities_is_not_used() -> None:
    reranker = SharedWords()
    reranker.odd = 7.5
    async with RerankingService.open(lambda: reranker, "x") as service, asyncio.timeout(limit(10)):
        while service.error is None:
            await asyncio.sleep(0.005)
        assert "COPILOT_RERANKER__ACTIVATION" in service.error
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT


async def test_after_the_deadline_the_fused_order_is_kept_and_the_pass_is_given_up() -> None:
    reranker = SharedWords()
    async with serving(reranker, batch_size=1, deadline_s=0.05) as service:
        reranker.may_run.clear()
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
        reranker.may_run.set()
    assert len(reranker.passes) == 1


async def test_who_waits_in_vain_behind_a_slow_pass_is_not_computed_later() -> None:
    reranker = SharedWords()
    async with serving(reranker, deadline_s=0.05) as service:
        reranker.may_run.clear()
        found = await asyncio.gather(*(service.rerank(QUERY, FUSED, TEXTS) for _ in range(2)))
        assert found == [KEPT, KEPT]
        reranker.may_run.set()
    assert len(reranker.passes) == 1


async def test_searches_at_once_are_read_one_after_the_other() -> None:
    reranker = SharedWords()
    async with serving(reranker, batch_size=1) as service:
        found = await asyncio.gather(*(service.rerank(QUERY, FUSED, TEXTS) for _ in range(8)))
    assert [ids(one) for one in found] == [["c", "b", "a"]] * 8


@pytest.mark.parametrize("failure", [RuntimeError("out of memory"), Panic()])
async def test_a_failed_pass_keeps_the_fused_order(failure: BaseException) -> None:
    reranker = SharedWords()
    async with serving(reranker) as service:
        reranker.failure = failure
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
        reranker.failure = None
        assert (await service.rerank(QUERY, FUSED, TEXTS)).problem is None


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -0.1, 1.1])
async def test_scores_that_are_no_probabilities_are_not_used(odd: float) -> None:
    reranker = SharedWords()
    async with serving(reranker) as service:
        reranker.odd = odd
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT


async def test_one_that_keeps_failing_rests_and_comes_back() -> None:
    reranker = SharedWords()
    async with serving(reranker, rest_s=0.2) as service:
        reranker.failure = RuntimeError("out of memory")
        for _ in range(3):
            assert service.error is None
            assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
        assert service.error
        assert "out of memory" in service.error
        reranker.failure = None
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
        assert len(reranker.passes) == 3
        async with asyncio.timeout(limit(10)):
            while (await service.rerank(QUERY, FUSED, TEXTS)).problem:
                await asyncio.sleep(0.02)
        assert service.error is None


async def test_one_that_is_always_too_slow_says_what_helps() -> None:
    reranker = SharedWords()
    async with serving(reranker, deadline_s=0.02) as service:
        reranker.may_run.clear()
        for _ in range(3):
            assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
        assert service.error
        assert "COPILOT_RERANKER__TOP" in service.error


async def test_a_caller_that_leaves_does_not_disturb_the_next() -> None:
    reranker = SharedWords()
    async with serving(reranker) as service:
        reranker.may_run.clear()
        leaving = asyncio.create_task(service.rerank(QUERY, FUSED, TEXTS))
        await asyncio.to_thread(reranker.running.wait, 5)
        staying = asyncio.create_task(service.rerank(QUERY, FUSED, TEXTS))
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        reranker.may_run.set()
        assert ids(await staying) == ["c", "b", "a"]


async def test_closing_leaves_whoever_still_waits_the_fused_order() -> None:
    reranker = SharedWords()
    async with serving(reranker, batch_size=1) as service:
        reranker.may_run.clear()
        waiting = [asyncio.create_task(service.rerank(QUERY, FUSED, TEXTS)) for _ in range(2)]
        await asyncio.to_thread(reranker.running.wait, 5)
        closing = asyncio.create_task(service.close())
        await asyncio.sleep(0.01)
        reranker.may_run.set()
        await closing
        assert await asyncio.gather(*waiting) == [KEPT, KEPT]
        assert await service.rerank(QUERY, FUSED, TEXTS) == KEPT
