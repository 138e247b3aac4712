"""Latency of summary, context card and extractive draft on the demo's cases, after warm-up.

Each is also given as a ratio to the bare embedding of one query in the same run, because
machines differ and drift while ratios hold. Run: ``make bench``.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from copilot.demo.load import DEMO_TENANT, load_workspace
from copilot.demo.workspace import Workspace
from copilot.drafts.draft import DraftOptions
from copilot.settings import Settings
from copilot.summaries.summary import SummaryOptions
from copilot.wiring import Deps, open_deps

ROUNDS = 20
LIMIT_MS = 300.0


async def measure(work: Callable[[int], Awaitable[object]]) -> tuple[float, float]:
    """Median and 95th percentile of ``work`` in milliseconds, after three rounds of warm-up."""
    times = []
    for number in range(ROUNDS + 3):
        started = time.perf_counter()
        await work(number)
        times.append((time.perf_counter() - started) * 1000)
    kept = sorted(times[3:])
    return statistics.median(kept), kept[int(len(kept) * 0.95) - 1]


async def bench(deps: Deps) -> None:
    """Load the demo, measure, print."""
    loaded = await load_workspace(deps, Workspace(), lambda *_: None)
    await deps.indexer.drain()

    async def embed(number: int) -> None:
        # A new text each time: repeated queries come from memory.
        await deps.embedding.query(f"When is parcel number {number} delivered to the pickup point?")

    baseline, baseline_p95 = await measure(embed)
    table = Table("part", "case", "median ms", "p95 ms", "× query embedding", "under 300 ms")
    table.add_row("query embedding", "", f"{baseline:.1f}", f"{baseline_p95:.1f}", "1.0", "")
    for language in ("en", "fi"):
        case = loaded.main_cases[language]

        async def summary(_: int, case: str = case) -> None:
            await deps.summariser.for_conversation(DEMO_TENANT, case, SummaryOptions(refresh=True))

        async def card(_: int, case: str = case) -> None:
            await deps.context.for_conversation(DEMO_TENANT, case)

        async def draft(_: int, case: str = case) -> None:
            await deps.drafter.draft(DEMO_TENANT, case, DraftOptions())

        for name, work in (("summary", summary), ("context card", card), ("draft", draft)):
            median, p95 = await measure(work)
            table.add_row(
                name,
                language,
                f"{median:.1f}",
                f"{p95:.1f}",
                f"{median / baseline:.1f}",
                "yes" if median < LIMIT_MS else "NO",
            )
    Console().print(table)


async def main() -> None:
    """Run on a throw-away folder."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        async with open_deps(settings) as deps:
            await bench(deps)


if __name__ == "__main__":
    asyncio.run(main())
