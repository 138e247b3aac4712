"""A process that silences one recording and kills itself where it is told to.

Run by the crash test. Arguments: database URL, data folder, tenant, job id, and where to die: a
place of ``tests.crashing``, ``put`` (the new recording written, not yet in use) or ``delete`` (in
use, the old one still there).
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from copilot.calls.privacy import AUDIO_KIND, CallPrivacy
from copilot.drafts.forgetting import drop_quoting
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.summaries.flow import Summariser
from tests.crashing import Doomed, die, until_ended

CONFIG = JobsConfig(
    poll_interval_s=0.2, sweep_interval_s=0.5, heartbeat_s=0.3, dead_after_s=1, max_crashes=50
)


class DoomedBlobs(ObstoreBlobs):
    """Dies when it has written, or is about to delete."""

    place = "never"

    async def put(self, name: str, content: AsyncIterator[bytes] | bytes) -> int:
        size = await super().put(name, content)
        if self.place == "put":
            die()
        return size

    async def delete(self, name: str) -> None:
        if self.place == "delete":
            die()
        await super().delete(name)


async def main(url: str, folder: str, tenant: str, job_id: str, place: str) -> None:
    data = Path(folder)
    handlers: dict[str, Handler] = {}
    async with (
        Database.open(url) as db,
        DoomedBlobs.open(BlobsConfig(), folder=data / "blobs") as blobs,
        DbosQueue.open(
            CONFIG,
            db=db,
            database_url=url,
            data_dir=data,
            handlers=handlers,
            run_jobs=True,
        ) as queue,
    ):
        blobs.place = place
        privacy = CallPrivacy(db, blobs, queue, Summariser(db, None, None), (drop_quoting,))
        handlers[AUDIO_KIND] = lambda context: privacy.silence(Doomed(context, place))
        await until_ended(db, TenantId(tenant), job_id)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
