"""How fast texts become vectors: back ends side by side, and 64 searches at once.

The engines take turns in one process, so that drift of the machine hits all; the ratios are what
to trust. Searches are of mixed lengths, made of common words.

    python -m benchmarks.embedding --rounds 15 --clients 64
"""

import argparse
import asyncio
import gc
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from copilot.search.batching import EmbeddingService
from copilot.search.bert_embedder import BertEmbedder
from copilot.search.config import EmbedderConfig
from copilot.search.embedder import Embedder, ModelCard
from copilot.search.sentence_embedder import SentenceEmbedder

WORDS = (
    *("parcel", "kettle", "order", "refund", "customer", "bank", "card", "transfer", "delivery"),
    *("invoice", "address", "account", "password", "agent", "phone", "month", "store", "return"),
    *("arrived", "broken", "charged", "change", "cancel", "reset", "working", "wrong", "late"),
    *("the", "my", "a", "it", "I", "is", "not", "where", "when", "how", "do", "since", "please"),
)
SEARCH_WORDS = [3, 5, 8, 8, 12, 12, 16, 24, 40, 62]
"""Lengths of searches: most are short, some are a message's whole ask."""

ENGINES: dict[str, tuple[type[BertEmbedder] | type[SentenceEmbedder], EmbedderConfig]] = {
    "torch float32": (SentenceEmbedder, EmbedderConfig(precision="float32")),
    "torch bfloat16": (SentenceEmbedder, EmbedderConfig(precision="bfloat16")),
    "openvino float32": (BertEmbedder, EmbedderConfig(precision="float32")),
    "openvino bfloat16": (BertEmbedder, EmbedderConfig(precision="bfloat16")),
    "openvino auto": (BertEmbedder, EmbedderConfig()),
}


class Texts:
    """Texts of so many common words, never the same twice."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def of(self, words: int) -> str:
        """One text of so many words."""
        return " ".join(self._random.choice(WORDS) for _ in range(words))

    def searches(self, count: int) -> list[str]:
        """Texts as long as searches are."""
        return [self.of(self._random.choice(SEARCH_WORDS)) for _ in range(count)]


def timed(embedder: Embedder, texts: list[str]) -> float:
    started = time.perf_counter()
    embedder.embed_queries(texts)
    return time.perf_counter() - started


def spread(times: list[float]) -> str:
    half, most = np.quantile(times, [0.5, 0.95]) * 1000
    return f"{half:.1f} / {most:.1f}"


def engines_side_by_side(rounds: int) -> tuple[Table, dict[str, Embedder]]:
    engines: dict[str, Embedder] = {}
    loads = {}
    for name, (adapter, config) in ENGINES.items():
        started = time.perf_counter()
        engines[name] = adapter.open(config)
        loads[name] = time.perf_counter() - started
    texts = Texts()
    sample = [*texts.searches(64), *(texts.of(n) for n in range(20, 200, 12))]
    exact = engines["torch float32"].embed_passages(sample)
    works: dict[str, Callable[[], list[str]]] = {
        "short": lambda: [texts.of(4)],
        "64 tokens": lambda: [texts.of(62)],
        "batch": lambda: [texts.of(62) for _ in range(32)],
        "mixed": lambda: texts.searches(32),
    }
    times: dict[str, dict[str, list[float]]] = {
        name: {kind: [] for kind in works} for name in engines
    }
    for turn in range(rounds + 1):
        for name, embedder in engines.items():
            for kind, make in works.items():
                taken = timed(embedder, make())
                if turn:
                    times[name][kind].append(taken)
    table = Table("back end", "load s", "short p50/p95 ms", "64 tokens p50/p95 ms")
    for column in ("32 x 64 tokens /s", "32 mixed searches /s", "least cosine to float32"):
        table.add_column(column)
    for name, embedder in engines.items():
        own = times[name]
        cosine = (embedder.embed_passages(sample) * exact).sum(axis=1).min()
        table.add_row(
            name,
            f"{loads[name]:.2f}",
            *(spread(own[kind]) for kind in ("short", "64 tokens")),
            *(f"{32 / statistics.median(own[kind]):.0f}" for kind in ("batch", "mixed")),
            f"{cosine:.5f}",
        )
    return table, engines


class Burst(NamedTuple):
    """What 64 searches at once saw."""

    rate: float
    work: float
    median: float
    longest: float
    lost: int


async def at_once(ask: Callable[[str], Awaitable[object]], texts: list[str]) -> Burst:
    waits = []

    async def one(text: str) -> None:
        started = time.perf_counter()
        await ask(text)
        waits.append(time.perf_counter() - started)

    started, working = time.perf_counter(), time.process_time()
    done = await asyncio.gather(*map(one, texts), return_exceptions=True)
    taken, worked = time.perf_counter() - started, time.process_time() - working
    lost = sum(isinstance(result, BaseException) for result in done)
    return Burst(
        len(texts) / taken, worked / len(texts), statistics.median(waits), max(waits), lost
    )


class OneAtATime:
    """What the batcher is compared with: a lock, and one text per pass."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = asyncio.Lock()

    async def query(self, text: str) -> None:
        """Embed one text when it is this one's turn."""
        async with self._lock:
            await asyncio.to_thread(self._embedder.embed_queries, [text])


async def bursts(engines: dict[str, Embedder], rounds: int, clients: int) -> Table:
    chosen = engines["openvino auto"]
    texts = Texts(seed=2)
    found: dict[str, list[Burst]] = {}
    card = ModelCard(chosen.name, chosen.dimension)
    async with EmbeddingService.open(lambda: chosen, card) as service:
        asks = {
            "one at a time, sentence-transformers": OneAtATime(engines["torch float32"]).query,
            "one at a time, this back end": OneAtATime(chosen).query,
            "batched (the service)": service.query,
        }
        await service.query("warm")
        for _ in range(rounds):
            burst = texts.searches(clients)
            for name, ask in asks.items():
                found.setdefault(name, []).append(await at_once(ask, burst))
    table = Table(f"{clients} searches at once", "per second", "ratio to batched")
    for column in ("processor ms each", "median wait ms", "longest / median wait", "lost"):
        table.add_column(column)
    best = found["batched (the service)"]
    for name, all_of in found.items():
        ratio = statistics.median(b.rate / o.rate for b, o in zip(best, all_of, strict=True))
        table.add_row(
            name,
            f"{statistics.median(burst.rate for burst in all_of):.0f}",
            f"1 : {ratio:.2f}",
            f"{statistics.median(burst.work for burst in all_of) * 1000:.1f}",
            f"{statistics.median(burst.median for burst in all_of) * 1000:.0f}",
            f"{statistics.median(burst.longest / burst.median for burst in all_of):.2f} "
            f"(worst {max(burst.longest / burst.median for burst in all_of):.2f})",
            str(sum(burst.lost for burst in all_of)),
        )
    return table


async def overhead(embedder: Embedder, rounds: int) -> str:
    """What the service adds to the bare embedding of one short search."""
    texts = Texts(seed=3)
    bare, served, lists = [], [], []
    card = ModelCard(embedder.name, embedder.dimension)
    async with EmbeddingService.open(lambda: embedder, card) as service:
        for _ in range(rounds * 10):
            bare.append(timed(embedder, [texts.of(4)]))
            text = texts.of(4)
            started = time.perf_counter()
            vector = await service.query(text)
            served.append(time.perf_counter() - started)
            started = time.perf_counter()
            vector.tolist()
            lists.append(time.perf_counter() - started)
        started = time.perf_counter()
        for _ in range(1000):
            await service.query(text)
        again = (time.perf_counter() - started) / 1000
        started = time.perf_counter()
        for _ in range(1000):
            service.reading(text)
        counted = (time.perf_counter() - started) / 1000
    medians = [statistics.median(times) * 1000 for times in (bare, served, lists)]
    return (
        f"one short search: bare {medians[0]:.2f} ms, through the service {medians[1]:.2f} ms; "
        f"remembered {again * 1e6:.1f} µs; vector.tolist() {medians[2] * 1000:.1f} µs; "
        f"reading {counted * 1e6:.1f} µs"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    console = Console(width=140)
    table, engines = engines_side_by_side(options.rounds)
    console.print(table)
    gc.freeze()
    console.print(await bursts(engines, max(options.rounds // 3, 3), options.clients))
    console.print(await overhead(engines["openvino auto"], options.rounds))


if __name__ == "__main__":
    asyncio.run(main())
