"""A process that works on one call and kills itself where it is told to.

Run by the crash test. Arguments: database URL, data folder, tenant, job id, and where to die (see
``tests.crashing``; ``chunk:N`` is while the engine hears the Nth batch of pieces). What the engine
was asked to hear is written to ``asked.txt`` in the data folder: a digest of each piece.
"""

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from copilot.calls.flow import CallFlow
from copilot.calls.pipeline import call_handler
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import GoOn, Recognised, Signal
from copilot.summaries.flow import Summariser
from tests.crashing import Doomed, die, until_ended

CONFIG = JobsConfig(
    poll_interval_s=0.2, sweep_interval_s=0.5, heartbeat_s=0.3, dead_after_s=1, max_crashes=50
)


class Watched(HostedTranscriber):
    """PocketSphinx, which writes down what it is asked to hear, and may die over it."""

    @property
    def longest_s(self) -> float:
        return 2.5

    @property
    def batch(self) -> int:
        return 1

    @classmethod
    def watched(cls, asked: Path, place: str) -> "Watched":
        opened = cls.open("pocketsphinx", SpeechConfig())
        when, _, number = place.partition(":")
        opened._asked = asked
        opened._left = int(number) if when == "chunk" else None
        return opened

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        go_on: GoOn,
    ) -> list[Recognised]:
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                die()
        heard = super().hear(pieces, language=language, vocabulary=vocabulary, go_on=go_on)
        with self._asked.open("a") as file:
            file.writelines(hashlib.sha256(one.tobytes()).hexdigest() + "\n" for one in pieces)
        return heard

    _asked: Path
    _left: int | None


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
        speech = SpeechEngines(None, partial(Watched.watched, data / "asked.txt", place))
        flow = CallFlow(db, blobs, queue, speech, Summariser(db, None, None))
        handle = call_handler(flow)
        handlers["call"] = lambda context: handle(Doomed(context, place))
        await until_ended(db, TenantId(tenant), job_id)
        speech.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
