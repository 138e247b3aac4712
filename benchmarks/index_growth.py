"""How the time of a search grows with the passages (see ``retrieval_latency --grow``)."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.bulk_made import fill
from benchmarks.made_passages import DIMENSION, QUERY_WORDS, Made
from benchmarks.search_load import Taken, asking, busy, every, percentile, timed, told
from copilot.search.collection import collection_name
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex

_MODEL = "made"
_COUNT = 400
"""Queries per length."""
_WITHIN = 10.0
"""How often the first size's p95 the last one's may be."""


class Size(NamedTuple):
    """What was measured with so many points.

    Attributes:
        points: Of all tenants.
        elapsed: Milliseconds until the answer, by words.
        worked: Milliseconds of the index process's processor time, by words.
        stall: Longest stall of the event loop while it searched, wrote and deleted, in ms.
    """

    points: int
    elapsed: Taken
    worked: Taken
    stall: float


def _index_process() -> int:
    """The number of the index process that this process started."""
    children = Path("/proc/self/task").glob("*/children")
    for child in [one for file in children for one in file.read_text().split()]:
        if b"edge_worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise RuntimeError("there is no index process")


def _processor_s(process: int) -> float:
    """Seconds of processor time that all threads of a process had."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def _memory(process: int) -> str:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    kilobytes = {name: value.split()[0] for name, value in (one.split(":", 1) for one in lines)
                 if name in ("RssAnon", "RssFile")}  # fmt: skip
    own, files = (int(kilobytes[name]) >> 10 for name in ("RssAnon", "RssFile"))
    return f"{own:,} MB of its own, {files:,} MB of files"


async def _measure(folder: Path, points: int, tenants: int, written: int) -> Size:
    name = collection_name(_MODEL, DIMENSION)
    print(f"\n{points:,} passages of {tenants} tenants", flush=True)
    print(fill(folder / name, points, tenants, written), flush=True)
    made = Made()
    started = time.perf_counter()
    async with EdgeIndex.open(
        IndexConfig(), folder=folder, model=_MODEL, dimension=DIMENSION
    ) as index:
        opened_s = time.perf_counter() - started
        held = await index.count()
        loaded_s = time.perf_counter() - started
        await index.filled()
        process = _index_process()
        print(
            f"opened in {opened_s:.1f} s, all {held:,} loaded in {loaded_s:.1f} s; "
            f"the index process has {_memory(process)}",
            flush=True,
        )
        ask = asking(index)
        await timed(ask, made, tenants, tenants, time.process_time)  # files come from disk once
        elapsed, worked = await timed(ask, made, tenants, _COUNT, lambda: _processor_s(process))
        for words in QUERY_WORDS:
            print(
                f"{words:4} words  p50 {percentile(elapsed[words], 50):6.2f} ms  "
                f"p95 {percentile(elapsed[words], 95):6.2f} ms  processor time "
                f"p50 {percentile(worked[words], 50):6.2f} ms  "
                f"p95 {percentile(worked[words], 95):6.2f} ms",
                flush=True,
            )
        stall, taken = await busy(index, made, tenants, points)
        print(told(stall, taken))
        print(f"the index process has {_memory(process)}", flush=True)
    return Size(points, elapsed, worked, stall)


async def grow(sizes: Sequence[int], tenants: int, written: int) -> None:
    """Measure each size and print how the p95 grows.

    Args:
        sizes: Numbers of points, the smallest first.
        tenants: Of how many tenants.
        written: How many tenants are written, not copied.
    """
    print(
        f"{_COUNT} queries per length over all tenants, filtered, names searched too, "
        f"each tenant searched before; {os.cpu_count()} processors"
    )
    found = []
    for points in sizes:
        with tempfile.TemporaryDirectory() as name:
            found.append(await _measure(Path(name), points, tenants, written))
    print(f"\np95 as a multiple of that with {sizes[0]:,} points (within {_WITHIN:.0f})")
    for size in found:
        ratios = [
            f"{words} words {_ratio(size.elapsed[words], found[0].elapsed[words])}"
            for words in QUERY_WORDS
        ]
        print(
            f"{size.points:10,} points  all {_ratio(every(size.elapsed), every(found[0].elapsed))}"
            f"  {'  '.join(ratios)}  processor time "
            f"{_ratio(every(size.worked), every(found[0].worked))}  stall {size.stall:.0f} ms"
        )


def _ratio(values: Sequence[float], first: Sequence[float]) -> str:
    return f"{percentile(values, 95) / percentile(first, 95):.1f} x"
