"""What was heard of a call is kept until it is transcribed, by the call, engine and tenant."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import numpy as np
import pytest
from sqlalchemy import func, select

from copilot.calls.checkpoints import CallCheckpoints, forget_chunks
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.tables import ChunkRow
from copilot.calls.threads import Relay, in_thread
from copilot.jobs.errors import JobCancelledError
from copilot.jobs.queue import Result
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from copilot.speech.audio import decode
from copilot.speech.channels import Channel, Listening
from copilot.speech.chunks import Chunk
from copilot.speech.engines import SpeechConfig
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import Utterance
from copilot.speech.transcript import Word
from tests.calls.heard import heard_call
from tests.speech.sounds import DEMO_CALLS
from tests.timing import limit


def chunk(start: int, text: str = "good morning") -> Chunk:
    word = Word(start=1.5, end=1.75, text=text, confidence=0.9)
    said = Utterance(1.5, 1.75, text, 0.9, [word])
    return Chunk(
        channel=1,
        start=start,
        end=start + 100,
        language="en",
        language_probability=0.75,
        utterances=[said],
    )


async def in_the_thread(db: Database, tenant: TenantId, call_id: str, *kept: Chunk) -> list[Chunk]:
    """Keep chunks from another thread, as the pipeline does; returns those that are there."""

    def work() -> list[Chunk]:
        checkpoints = CallCheckpoints(db, tenant, call_id, relay)
        for one in kept:
            checkpoints.keep("parrot", one)
        return checkpoints.done("parrot")

    relay = Relay(asyncio.get_running_loop())
    return await asyncio.to_thread(work)


async def test_chunks_come_back_as_they_were_and_in_order(db: Database, tenant: TenantId) -> None:
    call_id = await heard_call(db, tenant)
    later, first = chunk(2**33), chunk(0)
    assert await in_the_thread(db, tenant, call_id, later, first, first) == [first, later]


async def test_whose_they_are(db: Database, tenant: TenantId) -> None:
    mine, other = await heard_call(db, tenant), TenantId(new_id("ten"))
    theirs = await heard_call(db, other)
    await in_the_thread(db, tenant, mine, chunk(0))
    assert await in_the_thread(db, other, theirs) == []
    assert await in_the_thread(db, other, mine) == []
    with pytest.raises(CallNotFoundError):
        await in_the_thread(db, other, mine, chunk(5))
    async with db.write() as session:
        await forget_chunks(session, other, mine)
    assert await in_the_thread(db, tenant, mine) == [chunk(0)]


async def test_a_deleted_call_takes_them_along(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await heard_call(flow.db, tenant)
    await in_the_thread(flow.db, tenant, call_id, chunk(0))
    await flow.delete(tenant, call_id)
    async with flow.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(ChunkRow)) == 0
    with pytest.raises(CallNotFoundError):
        await in_the_thread(flow.db, tenant, call_id, chunk(5))


class Cancelled:
    """A job that is cancelled as soon as ``is_time``."""

    def __init__(self, is_time: Callable[[], bool]) -> None:
        self.job_id = "job_1"
        self.tenant = TenantId("ten_1")
        self.subject_id = "cal_1"
        self.at = 0.0
        self._is_time = is_time

    async def step(self, _name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        return await work()

    async def progress(self, _share: float) -> None:
        if self._is_time():
            self.at = time.monotonic()
            raise JobCancelledError("The job was cancelled.")


@pytest.fixture
def engine() -> Iterator[HostedTranscriber]:
    opened = HostedTranscriber.open("pocketsphinx", SpeechConfig())
    yield opened
    opened.close()


@pytest.mark.timed
async def test_a_cancelled_job_stops_the_engine(engine: HostedTranscriber) -> None:
    signal = np.tile(decode(DEMO_CALLS / "en.ogg").channels[0], 5)
    channel = Channel.listened(0, signal, lambda _share: None)
    heard: list[float] = []

    def work(relay: Relay) -> None:
        def tell(share: float) -> None:
            heard.append(time.monotonic())
            relay(share)

        options = {"vocabulary": (), "tell": tell, "checkpoints": None}
        Listening(engine, seconds=channel.seconds, **options).hear(channel, "en")  # type: ignore[arg-type]

    job = Cancelled(lambda: len(heard) > 3)
    with pytest.raises(JobCancelledError):
        await in_thread(job, work)
    while engine.running is not None:
        await asyncio.sleep(0.01)
    assert time.monotonic() - job.at < limit(2)
