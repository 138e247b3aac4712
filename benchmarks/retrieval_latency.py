"""How long a filtered hybrid search takes, how that grows, and how long the event loop stalls.

Made texts and vectors: the figures are about the engine, not about what is found.

    python -m benchmarks.retrieval_latency --points 100000 --tenants 50
    python -m benchmarks.retrieval_latency --against local,langchain
    python -m benchmarks.retrieval_latency --grow 10000,100000,1000000
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from benchmarks import local_mode
from benchmarks.made_passages import DIMENSION, QUERY_WORDS, Made, tenant_name
from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Filter, Index
from copilot.search.sparse import SparseVector

LIMIT = 40
"""As many by each vector as the service asks for when ten passages are wanted."""
OURS, THEIRS = 200, 4
"""Queries per length: local mode takes seconds for one."""
BUSY_S = 10.0
Ask = Callable[[TenantId, list[float], SparseVector], Awaitable[object]]
Taken = dict[int, list[float]]


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in milliseconds, that this loop did not get to run."""
    longest = 0.0
    while not stop.is_set():
        started = time.perf_counter()
        await asyncio.sleep(0.002)
        longest = max(longest, time.perf_counter() - started - 0.002)
    return longest * 1000


async def fill(index: Index, made: Made, points: int, tenants: int) -> float:
    """Points per second, without the time it takes to make them."""
    took = 0.0
    for tenant, batch in made.batches(points, tenants):
        started = time.perf_counter()
        await index.upsert(tenant, batch)
        took += time.perf_counter() - started
    return points / took


async def timed(ask: Ask, made: Made, tenants: int, count: int) -> Taken:
    """Milliseconds of each query, by the words it has."""
    taken: Taken = {}
    for words in QUERY_WORDS:
        taken[words] = []
        for number, (dense, sparse) in enumerate(made.queries(words, count)):
            tenant = tenant_name(number % tenants)
            started = time.perf_counter()
            await ask(tenant, dense, sparse)
            taken[words].append((time.perf_counter() - started) * 1000)
    return taken


def asking(index: Index) -> Ask:
    where = Filter("public")

    async def ask(tenant: TenantId, dense: list[float], sparse: SparseVector) -> object:
        return await index.search(tenant, dense, sparse, where=where, limit=LIMIT)

    return ask


def threaded(search: local_mode.Search) -> Ask:
    async def ask(tenant: TenantId, dense: list[float], sparse: SparseVector) -> object:
        return await asyncio.to_thread(search, tenant, dense, sparse, LIMIT)

    return ask


def percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def show(name: str, taken: Taken, ours: Taken | None = None) -> None:
    for words, values in taken.items():
        p50, p95 = percentile(values, 50), percentile(values, 95)
        line = f"{name:14} {words:4} words  p50 {p50:9.2f} ms  p95 {p95:9.2f} ms"
        if ours is not None:
            line += f"  {p50 / percentile(ours[words], 50):7.0f} x ours at p50"
        print(line, flush=True)


async def busy(index: Index, made: Made, tenants: int, first: int) -> tuple[float, list[float]]:
    """Search, write and delete at once.

    Returns:
        The longest stall of the event loop and how long each search took, in milliseconds.
    """
    queries = [query for words in QUERY_WORDS for query in made.queries(words, 50)]
    batches = list(made.batches(5_000, min(tenants, 20), start=first))
    ask, stop, taken = asking(index), asyncio.Event(), list[float]()

    async def searching(offset: int) -> None:
        for number, (dense, sparse) in enumerate(cycle(queries)):
            if stop.is_set():
                return
            started = time.perf_counter()
            await ask(tenant_name((number * 7 + offset) % tenants), dense, sparse)
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

    tasks = [asyncio.create_task(one) for one in (*map(searching, range(4)), writing(), deleting())]
    watching = asyncio.create_task(longest_stall(stop))
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), BUSY_S)
    stop.set()
    await asyncio.gather(*tasks)
    return await watching, taken


async def measure(points: int, tenants: int, against: Sequence[str]) -> Taken:
    """Measure ours with so many points, then the others with the same."""
    made = Made()
    print(
        f"\n{points:,} passages of {tenants} tenants, {made.terms_per_passage:.0f} terms each; "
        f"{LIMIT} by each vector; {OURS} queries per length",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with EdgeIndex.open(
            IndexConfig(), folder=folder, model="made", dimension=DIMENSION
        ) as index:
            rate = await fill(index, made, points, tenants)
            print(f"upserts        {rate:8,.0f} /s", flush=True)
            ours = await timed(asking(index), made, tenants, OURS)
            show("ours", ours)
            stall, taken = await busy(index, made, tenants, points)
            print(
                f"searching, writing and deleting at once for {BUSY_S:.0f} s: longest stall of the "
                f"event loop {stall:.0f} ms; {len(taken)} searches, "
                f"p50 {percentile(taken, 50):.1f} ms, p95 {percentile(taken, 95):.1f} ms",
                flush=True,
            )
        started = time.perf_counter()
        async with EdgeIndex.open(
            IndexConfig(), folder=folder, model="made", dimension=DIMENSION
        ) as index:
            opened = time.perf_counter() - started
            held = await index.count()
            loaded = time.perf_counter() - started
            print(f"opened again in {opened:.1f} s, all {held:,} points loaded in {loaded:.1f} s")
    if against:
        await compare(against, Made(), points, tenants, ours)
    return ours


async def compare(
    against: Sequence[str], made: Made, points: int, tenants: int, ours: Taken
) -> None:
    print(f"the others are slow: {THEIRS} queries per length", flush=True)
    client = await asyncio.to_thread(local_mode.filled, made, points, tenants)
    if "local" in against:
        show(
            "local mode",
            await timed(threaded(local_mode.bare(client)), made, tenants, THEIRS),
            ours,
        )
    if "langchain" in against:
        try:
            search = local_mode.langchain(client)
        except ImportError:
            print("langchain      is not installed: pip install langchain-qdrant")
        else:
            show("langchain", await timed(threaded(search), made, tenants, THEIRS), ours)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--tenants", type=int, default=50)
    parser.add_argument("--against", default="", help="local, langchain or both with a comma")
    parser.add_argument("--grow", default="", help="numbers of points, with commas")
    asked = parser.parse_args()
    against = [one for one in asked.against.split(",") if one]
    if not asked.grow:
        await measure(asked.points, asked.tenants, against)
        return
    sizes = [int(one) for one in asked.grow.split(",")]
    results = [await measure(size, asked.tenants, against) for size in sizes]
    print(f"\np95 of all lengths, {sizes[0]:,} points first")
    first = percentile([one for values in results[0].values() for one in values], 95)
    for size, taken in zip(sizes, results, strict=True):
        p95 = percentile([one for values in taken.values() for one in values], 95)
        print(f"{size:10,} points  p95 {p95:7.2f} ms  {p95 / first:5.1f} x")


if __name__ == "__main__":
    asyncio.run(main())
