"""Prometheus metrics: the process and the backlog of jobs."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import text

from copilot.kernel.db import Database


async def render_metrics(db: Database) -> tuple[bytes, str]:
    """The metrics in Prometheus' text format, and its media type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    jobs = Gauge("copilot_jobs", "Jobs by kind and status", ["kind", "status"], registry=registry)
    waiting = Gauge(
        "copilot_index_outbox", "Articles and conversations to be indexed", registry=registry
    )
    async with db.read() as session:
        for kind, status, count in await session.execute(
            text("SELECT kind, status, count(*) FROM jobs GROUP BY kind, status")
        ):
            jobs.labels(kind, status).set(count)
        waiting.set((await session.execute(text("SELECT count(*) FROM index_outbox"))).scalar_one())
    return generate_latest(registry), CONTENT_TYPE_LATEST
