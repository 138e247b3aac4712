"""What holds when things happen at once, or in an unlucky order."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from copilot.calls import pipeline, store
from copilot.calls.call import CallIn
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.tables import CallRow, SegmentRow
from copilot.conversations.tables import ConversationRow
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.tables import JobRow
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.clock import now
from copilot.kernel.db import Base, Database
from copilot.kernel.ids import TenantId, new_id
from copilot.speech.engines import SpeechEngines
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.speech.transcript import Segment, Speaker, Transcript
from copilot.summaries.flow import Summariser
from tests.speech.sounds import wav


@pytest.fixture
async def flow(db: Database, tmp_path: Path) -> AsyncIterator[CallFlow]:
    """Accepts calls; nobody works on them."""
    async with (
        ObstoreBlobs.open(BlobsConfig(), folder=tmp_path / "blobs") as blobs,
        DbosQueue.open(
            JobsConfig(),
            db=db,
            database_url=db.engine.url.render_as_string(hide_password=False),
            data_dir=tmp_path,
            handlers={},
            run_jobs=False,
        ) as queue,
    ):
        speech = SpeechEngines(None, PocketSphinxTranscriber.open)
        yield CallFlow(db, blobs, queue, speech, Summariser(db, None, None))


async def counted(db: Database, table: type[Base]) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def transcribed(flow: CallFlow, tenant: TenantId, *said: tuple[Speaker, str]) -> str:
    """A call with this transcript, not yet a conversation."""
    accepted = await flow.accept(tenant, CallIn(language="en"), io.BytesIO(wav(30)))
    segments = [
        Segment(n=n, start=3.0 * n, end=3.0 * n + 2, speaker=speaker, text=text)
        for n, (speaker, text) in enumerate(said, 1)
    ]
    heard = Transcript(language="en", duration=30, engine="whisper:small", segments=segments)
    async with flow.db.write() as session:
        await store.save_transcript(session, tenant, accepted.id, heard)
        await store.change(
            session, tenant, accepted.id, transcribed_at=now(), engine=heard.engine, language="en"
        )
    return accepted.id


async def test_the_same_upload_twice_at_once(
    flow: CallFlow, tenant: TenantId, tmp_path: Path
) -> None:
    audio = wav(1)
    both = [flow.accept(tenant, CallIn(), io.BytesIO(audio)) for _ in range(4)]
    accepted = await asyncio.gather(*both)
    assert len({one.id for one in accepted}) == 1
    assert await counted(flow.db, CallRow) == 1
    assert await counted(flow.db, JobRow) == 1
    kept = [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
    assert [one.name for one in kept] == [accepted[0].id]


async def test_tenants_do_not_share_recordings(flow: CallFlow, tenant: TenantId) -> None:
    other = TenantId(new_id("ten"))
    mine = await flow.accept(tenant, CallIn(external_id="1"), io.BytesIO(wav(1)))
    theirs = await flow.accept(other, CallIn(external_id="1"), io.BytesIO(wav(1)))
    assert mine.id != theirs.id
    with pytest.raises(CallNotFoundError):
        await flow.get(other, mine.id)
    with pytest.raises(CallNotFoundError):
        await flow.delete(other, mine.id)


async def test_a_call_deleted_while_it_is_worked_on_leaves_nothing(
    flow: CallFlow, tenant: TenantId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await transcribed(flow, tenant, ("agent", "Good morning."))
    put = pipeline.conversations.put

    async def deleted_meanwhile(*arguments: object, **named: object) -> object:
        monkeypatch.undo()
        deleting = asyncio.create_task(flow.delete(tenant, call_id))
        made = await put(*arguments, **named)  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        pending.append(deleting)
        return made

    pending: list[asyncio.Task[None]] = []
    monkeypatch.setattr(pipeline.conversations, "put", deleted_meanwhile)
    with suppress(CallNotFoundError):
        await pipeline.make_conversation(flow, tenant, call_id)
    await pending[0]
    for table in (CallRow, SegmentRow, ConversationRow, JobRow):
        assert await counted(flow.db, table) == 0, table
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]


async def test_steps_may_run_again(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await transcribed(
        flow,
        tenant,
        ("agent", "Good morning, how can I help you?"),
        ("customer", "My kettle is broken. I would like a refund."),
        ("agent", "I will refund 39.90 euros by Friday."),
    )
    made = [await pipeline.make_conversation(flow, tenant, call_id) for _ in range(2)]
    noted = [await pipeline.write_notes(flow, tenant, call_id) for _ in range(2)]
    await pipeline.finish(flow, tenant, call_id)
    assert made[0] == made[1]
    assert noted[0] == noted[1]
    async with flow.db.read() as session:
        call = await store.get(session, tenant, call_id)
    assert (call.status, call.conversation_id) == ("done", made[0])


async def test_a_correction_before_the_conversation_is_made_is_in_it(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await transcribed(flow, tenant, ("customer", "i would like a re fund"))
    await flow.correct(tenant, call_id, 1, "I would like a refund.")
    conversation_id = await pipeline.make_conversation(flow, tenant, call_id)
    async with flow.db.read() as session:
        stored = await pipeline.conversations.store.get(session, tenant, conversation_id)
    assert [one.text for one in stored.messages] == ["I would like a refund."]
