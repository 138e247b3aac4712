"""Large indexes of made passages, written past the index process by one writer per processor.

Some tenants can be copies of others: a search sees one tenant's shard, so it costs the same whether
that was written or copied.
"""

import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.made_passages import DIMENSION, Made, tenant_name
from copilot.kernel.ids import TenantId
from copilot.search.edge_tenants import LISTS, SHARDS, EdgeTenants, shard_name
from copilot.search.folders import copy_sparsely


def _write(folder: Path, tenants: Sequence[int], each: int) -> float:
    """Write the shards of some tenants.

    Returns:
        Points per second, without the time it takes to make them.
    """
    made, took = Made(seed=tenants[0] + 2), 0.0
    shards = EdgeTenants(folder, DIMENSION, most_open=1)
    for number in tenants:
        tenant = tenant_name(number)
        for _, batch in made.batches(each, 1, start=number * each):
            points = [(one.id, list(one.dense), one.sparse, one.names, one.fields) for one in batch]
            started = time.perf_counter()
            shards.upsert(tenant, points)
            took += time.perf_counter() - started
    started = time.perf_counter()
    shards.close()
    return each * len(tenants) / (took + time.perf_counter() - started)


def fill(folder: Path, points: int, tenants: int, written: int) -> str:
    """Make a collection of ``points`` points.

    Args:
        folder: The collection's, made here.
        points: How many, the same number for each tenant.
        tenants: Of how many tenants.
        written: How many of them are written; the others are copies of these.

    Returns:
        What was done and how long it took.
    """
    started = time.perf_counter()
    written = min(written, tenants)
    workers = min(os.cpu_count() or 1, written)
    parts = [folder.parent / f"part-{number}" for number in range(workers)]
    shares = [range(number, written, workers) for number in range(workers)]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        rates = list(pool.map(_write, parts, shares, [points // tenants] * workers))
    EdgeTenants(folder, DIMENSION).close()
    for part, share in zip(parts, shares, strict=True):
        for number in share:
            for kind in (SHARDS, LISTS):
                name = shard_name(tenant_name(number))
                (part / kind / name).rename(folder / kind / name)
        shutil.rmtree(part)
    writing_s = time.perf_counter() - started
    for number in range(written, tenants):
        _copy(folder, tenant_name(number % written), tenant_name(number))
    os.sync()  # what is measured next is not to wait for it
    return (
        f"{written} tenants written by {workers} processes at {sum(rates) / workers:,.0f} points/s "
        f"each ({writing_s:.0f} s), {tenants - written} copied from them "
        f"({time.perf_counter() - started - writing_s:.0f} s)"
    )


def _copy(folder: Path, source: TenantId, target: TenantId) -> None:
    copy_sparsely(folder / SHARDS / shard_name(source), folder / SHARDS / shard_name(target))
    shutil.copyfile(folder / LISTS / shard_name(source), folder / LISTS / shard_name(target))
