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
from collections.abc import Sequence
from pathlib import Path

from benchmarks import local_mode
from benchmarks.index_growth import grow
from benchmarks.made_passages import DIMENSION, Made, Query
from benchmarks.search_load import LIMIT, Ask, Taken, asking, busy, percentile, timed, told
from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Index

OURS, THEIRS = 200, 4
"""Queries per length: local mode takes seconds for one."""


async def fill(index: Index, made: Made, points: int, tenants: int) -> float:
    """Points per second, without the time it takes to make them."""
    took = 0.0
    for tenant, batch in made.batches(points, tenants):
        started = time.perf_counter()
        await index.upsert(tenant, batch)
        took += time.perf_counter() - started
    return points / took


def threaded(search: local_mode.Search) -> Ask:
    async def ask(tenant: TenantId, query: Query) -> object:
        return await asyncio.to_thread(search, tenant, query.dense, query.sparse, LIMIT)

    return ask


def show(name: str, taken: Taken, ours: Taken | None = None) -> None:
    for words, values in taken.items():
        p50, p95 = percentile(values, 50), percentile(values, 95)
        line = f"{name:14} {words:4} words  p50 {p50:9.2f} ms  p95 {p95:9.2f} ms"
        if ours is not None:
            line += f"  {p50 / percentile(ours[words], 50):7.0f} x ours at p50"
        print(line, flush=True)


async def measure(points: int, tenants: int, against: Sequence[str]) -> None:
    """Measure ours with so many points, then the others with the same."""
    made = Made()
    print(
        f"\n{points:,} passages of {tenants} tenants, {made.terms_per_passage:.0f} terms each; "
        f"{LIMIT} by each of three vectors; {OURS} queries per length",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with EdgeIndex.open(
            IndexConfig(), folder=folder, model="made", dimension=DIMENSION
        ) as index:
            rate = await fill(index, made, points, tenants)
            print(f"upserts        {rate:8,.0f} /s", flush=True)
            ours, _ = await timed(asking(index), made, tenants, OURS, time.process_time)
            show("ours", ours)
            stall, taken = await busy(index, made, tenants, points)
            print(told(stall, taken), flush=True)
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


async def compare(
    against: Sequence[str], made: Made, points: int, tenants: int, ours: Taken
) -> None:
    print(f"the others are slow: {THEIRS} queries per length, and no names", flush=True)
    client = await asyncio.to_thread(local_mode.filled, made, points, tenants)
    if "local" in against:
        ask = threaded(local_mode.bare(client))
        theirs, _ = await timed(ask, made, tenants, THEIRS, time.process_time)
        show("local mode", theirs, ours)
    if "langchain" in against:
        try:
            search = local_mode.langchain(client)
        except ImportError:
            print("langchain      is not installed: pip install langchain-qdrant")
        else:
            theirs, _ = await timed(threaded(search), made, tenants, THEIRS, time.process_time)
            show("langchain", theirs, ours)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--tenants", type=int, default=50)
    parser.add_argument("--against", default="", help="local, langchain or both with a comma")
    parser.add_argument("--grow", default="", help="numbers of points, with commas")
    parser.add_argument(
        "--written", type=int, help="with --grow: so many tenants are written, the others copied"
    )
    asked = parser.parse_args()
    against = [one for one in asked.against.split(",") if one]
    if asked.grow:
        await grow(
            [int(one) for one in asked.grow.split(",")],
            asked.tenants,
            asked.written or asked.tenants,
        )
    else:
        await measure(asked.points, asked.tenants, against)


if __name__ == "__main__":
    asyncio.run(main())
