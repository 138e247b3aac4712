"""A process that works on one call and kills itself where it is told to.

Run by the crash test. Arguments: database URL, data folder, tenant, job id, and where to die (see
``tests.crashing``).
"""

import asyncio
import sys
from pathlib import Path

from copilot.calls.flow import CallFlow
from copilot.calls.pipeline import call_handler
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.speech.engines import SpeechEngines
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.summaries.flow import Summariser
from tests.crashing import Doomed, until_ended

CONFIG = JobsConfig(
    poll_interval_s=0.2, sweep_interval_s=0.5, heartbeat_s=0.3, dead_after_s=1, max_crashes=50
)


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
        await until_ended(db, TenantId(tenant), job_id)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
