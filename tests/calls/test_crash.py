"""Killed with SIGKILL at every step, a call ends with each message once and one summary.

Killed in the middle of its transcription it goes on behind what was heard, and nothing is missing
or there twice.
"""

import io
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from copilot.calls import store
from copilot.calls.call import CallIn
from copilot.calls.flow import CallFlow
from copilot.calls.notes import notes_of
from copilot.calls.tables import ChunkRow, SegmentRow
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers.customer import CustomerIn
from copilot.customers.tables import CustomerRow
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Base, Database
from copilot.kernel.ids import TenantId, new_id
from copilot.speech.engines import SpeechConfig
from copilot.summaries.flow import Summariser
from copilot.summaries.tables import SummaryRow
from copilot.wiring import build_speech
from tests.calls.talk import short_call
from tests.crashing import places, run_worker

STEPS = ("transcribe", "conversation", "notes", "finish")
PLACES = ["thread", *places(len(STEPS))]


async def accepted(db: Database, tenant: TenantId, folder: Path) -> tuple[str, str]:
    """A call whose job nobody has run yet: ids of the call and the job."""
    async with (
        ObstoreBlobs.open(BlobsConfig(), folder=folder / "blobs") as blobs,
        DbosQueue.open(
            JobsConfig(),
            db=db,
            database_url=url_of(db),
            data_dir=folder,
            handlers={},
            run_jobs=False,
        ) as queue,
    ):
        speech = build_speech(SpeechConfig(kind="pocketsphinx"))
        flow = CallFlow(db, blobs, queue, speech, Summariser(db, None, None))
        who = CustomerIn(name="Eleanor Marsh", phones=["+447700900123"])
        call = CallIn(external_id="pbx-1", customer=who, language="en")
        answer = await flow.accept(tenant, call, io.BytesIO(short_call()))
    return answer.id, answer.job_id


def url_of(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=False)


async def work(db: Database, tenant: TenantId, folder: Path, job_id: str, place: str) -> int:
    arguments = (url_of(db), str(folder), tenant, job_id, place)
    code, _ = await run_worker("tests.calls.crash_worker", *arguments)
    return code


async def counted(db: Database, table: type[Base]) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.timeout(900)
@pytest.mark.slow
async def test_killed_everywhere(db: Database, tenant: TenantId, tmp_path: Path) -> None:
    call_id, job_id = await accepted(db, tenant, tmp_path)
    for place in PLACES:
        assert await work(db, tenant, tmp_path, job_id, place) == -signal.SIGKILL, place
    assert await work(db, tenant, tmp_path, job_id, "never") == 0
    async with db.read() as session:
        call = await store.get(session, tenant, call_id)
        transcript = await store.transcript(session, tenant, call_id)
        notes = await notes_of(session, tenant, call_id)
    assert call.status == "done", call.error
    assert not notes.stale
    assert transcript.segments[0].text.startswith("good morning")
    assert await counted(db, ChunkRow) == 0, "they are in the transcript now"
    assert await counted(db, SegmentRow) == len(transcript.segments)
    assert await counted(db, MessageRow) == len(transcript.segments)
    assert await counted(db, ConversationRow) == 1
    assert await counted(db, CustomerRow) == 1
    assert await counted(db, SummaryRow) == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_killed_while_it_hears(db: Database, tenant: TenantId, tmp_path: Path) -> None:
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    whole.mkdir()
    torn.mkdir()
    call_id, job_id = await accepted(db, tenant, whole)
    assert await work(db, tenant, whole, job_id, "never") == 0
    async with db.read() as session:
        expected = await store.transcript(session, tenant, call_id)
    pieces = asked(whole)
    assert len(pieces) > 3

    tenant = TenantId(new_id("ten"))
    call_id, job_id = await accepted(db, tenant, torn)
    kept = 0
    for further in (1, 2, len(pieces) - 2):
        # Dies over the piece behind those that this attempt finishes.
        assert await work(db, tenant, torn, job_id, f"chunk:{further}") == -signal.SIGKILL
        kept += further - 1
        assert await counted(db, ChunkRow) == kept
        assert asked(torn) == pieces[:kept]
    assert await work(db, tenant, torn, job_id, "never") == 0
    assert asked(torn) == pieces, "each piece was heard once, in order"
    async with db.read() as session:
        assert await store.transcript(session, tenant, call_id) == expected
    assert await counted(db, ChunkRow) == 0


def asked(folder: Path) -> list[str]:
    file = folder / "asked.txt"
    return file.read_text().split() if file.exists() else []
