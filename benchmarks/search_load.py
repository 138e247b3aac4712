"""Searches of made queries: one after another, timed, and many beside writes and deletions."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import cycle

from benchmarks.made_passages import QUERY_WORDS, Made, Query, tenant_name
from copilot.kernel.ids import TenantId
from copilot.search.index import Filter, Index

LIMIT = 40
"""As many by each vector as the service asks for when ten passages are wanted."""
BUSY_S = 10.0
FILTERS = (
    Filter("public"),
    Filter("internal", ("article",)),
    Filter("internal", ("conversation",), not_customer_id="cus_3"),
)
"""Taken in turn."""

Ask = Callable[[TenantId, Query], Awaitable[object]]
Taken = dict[int, list[float]]
"""Milliseconds of each query, by the words it has."""


def asking(index: Index) -> Ask:
    """Searches of our index, filtered."""
    filters = cycle(FILTERS)

    async def ask(tenant: TenantId, query: Query) -> object:
        dense, sparse, names = query
        return await index.search(
            tenant, dense, sparse, names=names, where=next(filters), limit=LIMIT
        )

    return ask


async def timed(
    ask: Ask, made: Made, tenants: int, count: int, clock: Callable[[], float]
) -> tuple[Taken, Taken]:
    """So many queries per length, the tenants in turn.

    Args:
        ask: What is measured.
        made: Makes the queries.
        tenants: How many are asked.
        count: Queries per length.
        clock: Seconds of the processor that the searched process has used.

    Returns:
        Elapsed time and processor time of each.
    """
    elapsed, worked = Taken(), Taken()
    for words in QUERY_WORDS:
        elapsed[words], worked[words] = [], []
        for number, query in enumerate(made.queries(words, count)):
            before, started = clock(), time.perf_counter()
            await ask(tenant_name(number % tenants), query)
            elapsed[words].append((time.perf_counter() - started) * 1000)
            worked[words].append((clock() - before) * 1000)
    return elapsed, worked


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in milliseconds, that this loop did not get to run."""
    longest = 0.0
    while not stop.is_set():
        started = time.perf_counter()
        await asyncio.sleep(0.002)
        longest = max(longest, time.perf_counter() - started - 0.002)
    return longest * 1000


async def busy(index: Index, made: Made, tenants: int, first: int) -> tuple[float, list[float]]:
    """Search, write and delete at once.

    Args:
        index: What is measured.
        made: Makes queries and points.
        tenants: How many are searched; at most 20 of them are written to.
        first: The first written point's number.

    Returns:
        The longest stall of the event loop and how long each search took, in milliseconds.
    """
    queries = [query for words in QUERY_WORDS for query in made.queries(words, 50)]
    batches = list(made.batches(5_000, min(tenants, 20), start=first))
    ask, stop, taken = asking(index), asyncio.Event(), list[float]()

    async def searching(offset: int) -> None:
        for number, query in enumerate(cycle(queries)):
            if stop.is_set():
                return
            started = time.perf_counter()
            await ask(tenant_name((number * 7 + offset) % tenants), query)
            taken.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.02)

    async def writing() -> None:
        for tenant, batch in cycle(batches):
            if stop.is_set():
                return
            await index.upsert(tenant, batch)

    async def deleting() -> None:
        for tenant, batch in cycle(batches):
            if stop.is_set():
                return
            await index.delete(tenant, [one.id for one in batch[::2]])
            await index.delete_source(tenant, batch[-1].fields.source_id)
            await asyncio.sleep(0.01)

    gc.collect()
    gc.freeze()  # looking through millions of made numbers for rubbish is no stall of ours
    tasks = [asyncio.create_task(one) for one in (*map(searching, range(4)), writing(), deleting())]
    watching = asyncio.create_task(longest_stall(stop))
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), BUSY_S)
    stop.set()
    await asyncio.gather(*tasks)
    gc.unfreeze()
    return await watching, taken


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def every(taken: Taken) -> list[float]:
    """The values of all lengths."""
    return [one for values in taken.values() for one in values]


def told(stall: float, taken: Sequence[float]) -> str:
    """A line about what :func:`busy` found."""
    return (
        f"searching, writing and deleting at once for {BUSY_S:.0f} s: longest stall of the event "
        f"loop {stall:.0f} ms; {len(taken)} searches, p50 {percentile(taken, 50):.1f} ms, "
        f"p95 {percentile(taken, 95):.1f} ms"
    )
