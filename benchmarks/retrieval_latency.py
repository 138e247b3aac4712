"""How long a filtered hybrid search takes, and how long writing stalls the event loop.

Made texts and vectors: the figures are about the engine, not about what is found.

    python benchmarks/retrieval_latency.py --points 100000 --tenants 50
"""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path
from uuid import UUID

import numpy as np

from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Fields, Filter, Point
from copilot.search.sparse import passage_vector, query_vector

DIMENSION = 384
BATCH = 256


class Texts:
    """Passages of made words, as often as words are in language (Zipf)."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = "aeioukstnlmrpvh"
        self._words = [
            "".join(self._random.choices(letters, k=self._random.randint(2, 11)))
            for _ in range(20_000)
        ]
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]
        self._vectors = np.random.default_rng(seed)

    def text(self, words: int) -> str:
        """A text of so many words."""
        return " ".join(self._random.choices(self._words, self._weights, k=words))

    def vectors(self, count: int) -> list[list[float]]:
        """Random unit vectors."""
        made = self._vectors.standard_normal((count, DIMENSION), dtype=np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return [[float(value) for value in row] for row in made]


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in milliseconds, that this loop did not get to run."""
    longest = 0.0
    while not stop.is_set():
        started = time.perf_counter()
        await asyncio.sleep(0.005)
        longest = max(longest, time.perf_counter() - started - 0.005)
    return longest * 1000


async def fill(index: EdgeIndex, texts: Texts, points: int, tenants: int) -> tuple[float, float]:
    # Vectors of a few thousand texts are used again and again: making them is not measured.
    pool = [passage_vector(texts.text(150), "en") for _ in range(3000)]
    stop = asyncio.Event()
    watching = asyncio.create_task(longest_stall(stop))
    took = 0.0
    for start in range(0, points, BATCH):
        tenant = TenantId(f"tenant-{start // BATCH % tenants}")
        batch = [
            Point(
                str(UUID(int=start + n)),
                vector,
                pool[(start + n * 7) % len(pool)],
                Fields("article", f"art_{(start + n) // 4}", "public", "en", None),
            )
            for n, vector in enumerate(texts.vectors(min(BATCH, points - start)))
        ]
        started = time.perf_counter()
        await index.upsert(tenant, batch)
        took += time.perf_counter() - started
    stop.set()
    return points / took, await watching


async def search(index: EdgeIndex, texts: Texts, tenants: int, words: int) -> list[float]:
    taken = []
    for number in range(200):
        (vector,) = texts.vectors(1)
        query = query_vector(texts.text(words), "en")
        tenant = TenantId(f"tenant-{number % tenants}")
        started = time.perf_counter()
        await index.search(tenant, vector, query, where=Filter("public"), limit=10)
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--tenants", type=int, default=50)
    asked = parser.parse_args()
    texts = Texts(seed=1)
    with tempfile.TemporaryDirectory() as folder:
        async with EdgeIndex.open(
            IndexConfig(), folder=Path(folder), model="made", dimension=DIMENSION
        ) as index:
            rate, stall = await fill(index, texts, asked.points, asked.tenants)
            print(f"{await index.count():,} points of {asked.tenants} tenants")
            print(f"upserts           {rate:10,.0f} /s   longest stall of the loop {stall:.0f} ms")
            for words in (6, 40, 200):
                taken = await search(index, texts, asked.tenants, words)
                p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
                print(f"{words:3} words searched  p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
