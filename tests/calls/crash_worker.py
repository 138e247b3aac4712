"""A process that works on one call and kills itself where it is told to.

Run by the crash test. The killing wraps the job's context from outside, so what is tested is what
runs in production. Arguments: database URL, data folder, tenant, job id, and where to die:
``before:N`` (step N not begun), ``inside:N`` (its effect committed, its result not yet stored),
``after:N`` (result stored), ``thread`` (in the middle of hearing), or ``never``.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from copilot.calls.flow import CallFlow
from copilot.calls.pipeline import call_handler
from copilot.jobs import store
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler, JobContext, Result
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.speech.engines import SpeechEngines
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.summaries.flow import Summariser

CONFIG = JobsConfig(
    poll_interval_s=0.2, sweep_interval_s=0.5, heartbeat_s=0.3, dead_after_s=1, max_crashes=50
)


class Doomed:
    """A job context that dies at one place."""

    def __init__(self, context: JobContext, place: str) -> None:
        self.job_id = context.job_id
        self.tenant = context.tenant
        self.subject_id = context.subject_id
        self._context = context
        self._when, _, number = place.partition(":")
        self._at = int(number or 0)
        self._done = 0

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        self._done += 1
        here = self._done == self._at

        async def watched() -> Result:
            result = await work()
            if here and self._when == "inside":
                die()
            return result

        if here and self._when == "before":
            die()
        result = await self._context.step(name, watched)
        if here and self._when == "after":
            die()
        return result

    async def progress(self, share: float) -> None:
        if self._when == "thread" and share > 0:
            die()
        await self._context.progress(share)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, folder: str, tenant: str, job_id: str, place: str) -> None:
    data = Path(folder)
    handlers: dict[str, Handler] = {}
    async with (
        Database.open(url) as db,
        ObstoreBlobs.open(BlobsConfig(), folder=data / "blobs") as blobs,
        DbosQueue.open(
            CONFIG,
            db=db,
            database_url=url,
            data_dir=data,
            handlers=handlers,
            run_jobs=True,
        ) as queue,
    ):
        speech = SpeechEngines(None, PocketSphinxTranscriber.open)
        flow = CallFlow(db, blobs, queue, speech, Summariser(db, None, None))
        handle = call_handler(flow)
        handlers["call"] = lambda context: handle(Doomed(context, place))
        while True:
            async with db.read() as session:
                job = await store.get(session, TenantId(tenant), job_id)
            if job.status in {"succeeded", "failed", "cancelled"}:
                return
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
