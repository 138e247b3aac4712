"""Latency of summary, context card and extractive draft on the demo's cases, after warm-up.

The first time is told too: what it reads has not been embedded yet then. Each is also given as a
ratio to the bare embedding of one query in the same run, because machines differ and drift while
ratios hold. Run: ``make bench``.
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
WARM_UP = 3
LIMIT_MS = 300.0


async def once(work: Callable[[int], Awaitable[object]], number: int) -> float:
    """Milliseconds of one run of ``work``."""
    started = time.perf_counter()
    await work(number)
    return (time.perf_counter() - started) * 1000


async def compare(
    work: Callable[[int], Awaitable[object]], baseline: Callable[[int], Awaitable[object]]
) -> tuple[list[float], list[float]]:
    """Times of both in turn, so that a machine that slows down slows both; sorted."""
    works, baselines = [], []
    for number in range(WARM_UP + ROUNDS):
        baselines.append(await once(baseline, number))
        works.append(await once(work, number))
    return sorted(works[WARM_UP:]), sorted(baselines[WARM_UP:])


async def bench(deps: Deps) -> None:
    """Load the demo, measure, print."""
    loaded = await load_workspace(deps, Workspace(), lambda *_: None)
    await deps.indexer.drain()
    seen = 0

    async def embed(_: int) -> None:
        # A new text each time: repeated queries come from memory.
        nonlocal seen
        seen += 1
        await deps.embedding.query(f"When is parcel number {seen} delivered to the pickup point?")

    heads = ("part", "case", "first ms", "median ms", "p95 ms", "× embedding", "< 300 ms")
    table = Table(*heads)
    for number in range(WARM_UP):
        await embed(number)
    for language in ("en", "fi"):
        case = loaded.main_cases[language]

        async def summary(_: int, case: str = case) -> None:
            await deps.summariser.for_conversation(DEMO_TENANT, case, SummaryOptions(refresh=True))

        async def card(_: int, case: str = case) -> None:
            await deps.context.for_conversation(DEMO_TENANT, case)

        async def draft(_: int, case: str = case) -> None:
            await deps.drafter.draft(DEMO_TENANT, case, DraftOptions())

        for name, work in (("summary", summary), ("context card", card), ("draft", draft)):
            first = await once(work, 0)
            times, baseline = await compare(work, embed)
            median = statistics.median(times)
            table.add_row(
                name,
                language,
                f"{first:.1f}",
                f"{median:.1f}",
                f"{times[int(len(times) * 0.95) - 1]:.1f}",
                f"{median / statistics.median(baseline):.1f}",
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
