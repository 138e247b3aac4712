"""Prometheus metrics: the process, the backlog of jobs, and how searches were answered."""

from collections import Counter as Counts

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import text

from copilot.kernel.db import Database
from copilot.knowledge.degraded import ALL_DEGRADED


async def render_metrics(db: Database, searches: Counts[str]) -> tuple[bytes, str]:
    """The metrics in Prometheus' text format, and its media type.

    Args:
        db: The database.
        searches: How many searches were answered; see ``Searcher.answered``.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    jobs = Gauge("copilot_jobs", "Jobs by kind and status", ["kind", "status"], registry=registry)
    waiting = Gauge(
        "copilot_index_outbox", "Articles and conversations to be indexed", registry=registry
    )
    answered = Counter("copilot_searches", "Searches answered", registry=registry)
    answered.inc(searches[""])
    degraded = Counter(
        "copilot_searches_degraded",
        "Searches answered without the embedding model or a whole index",
        ["lacking"],
        registry=registry,
    )
    for one in ALL_DEGRADED:
        degraded.labels(one).inc(searches[one])
    async with db.read() as session:
        for kind, status, count in await session.execute(
            text("SELECT kind, status, count(*) FROM jobs GROUP BY kind, status")
        ):
            jobs.labels(kind, status).set(count)
        waiting.set((await session.execute(text("SELECT count(*) FROM index_outbox"))).scalar_one())
    return generate_latest(registry), CONTENT_TYPE_LATEST
