"""What holds when things happen at once, or in an unlucky order."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from copilot.calls import flow as flow_module
from copilot.calls import pipeline, store
from copilot.calls.call import CallIn, SegmentCorrection
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.tables import CallRow, SegmentRow
from copilot.conversations import cleaning
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.tables import ConversationRow
from copilot.jobs import store as jobs
from copilot.jobs.queue import Result
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import Base, Database
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId, new_id
from copilot.speech.hearing import HeardFile
from copilot.speech.transcript import Segment, Speaker, Transcript
from tests.importing import Context
from tests.speech.sounds import wav


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
    assert recordings(tmp_path) == [accepted[0].id]


class PowerCut(BaseException):
    """The process is gone: nothing after this happens."""


async def test_a_recording_whose_upload_was_cut_off_is_removed(
    flow: CallFlow, tenant: TenantId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(*_: object) -> bool:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(flow_module, "insert_if_new", cut)
        with pytest.raises(PowerCut):
            await flow.accept(tenant, CallIn(), io.BytesIO(wav(1)))
    kept = await flow.accept(tenant, CallIn(), io.BytesIO(wav(2)))
    assert len(recordings(tmp_path)) == 2
    async with flow.db.read() as session:
        listed = (await jobs.find(session, tenant)).items
        rows = await session.execute(select(JobRow.id, JobRow.run_after))
        waiting = {row.id: row.run_after for row in rows}
    (lost,) = [one for one in listed if one.id != kept.job_id]
    assert waiting[kept.job_id] is None
    assert waiting[lost.id] is not None, "a slow upload is not mistaken for one that was cut off"
    assert waiting[lost.id] > now() + timedelta(hours=23)
    (forgotten,) = [one for one in recordings(tmp_path) if one != kept.id]
    with pytest.raises(CallNotFoundError):
        await pipeline.call_handler(flow)(Context(tenant, forgotten))
    assert recordings(tmp_path) == [kept.id]


def recordings(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "blobs").rglob("*") if one.is_file())


async def test_a_call_whose_deletion_was_cut_off_can_be_sent_again(
    flow: CallFlow, tenant: TenantId, tmp_path: Path
) -> None:
    first = await flow.accept(tenant, CallIn(external_id="1"), io.BytesIO(wav(1)))
    await flow._queue.forget(tenant, first.job_id)
    with pytest.raises(ConflictError, match="send it again"):
        await flow.accept(tenant, CallIn(external_id="1"), io.BytesIO(wav(1)))
    second = await flow.accept(tenant, CallIn(external_id="1"), io.BytesIO(wav(1)))
    assert second.id != first.id
    assert recordings(tmp_path) == [second.id]


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
    assert not recordings(tmp_path)


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


async def test_a_correction_while_the_conversation_is_made_is_in_it(
    flow: CallFlow, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await transcribed(
        flow, tenant, ("customer", "i would like a re fund"), ("agent", "ok")
    )
    clean = cleaning.clean_all
    loop = asyncio.get_running_loop()

    def corrected_meanwhile(body: ConversationIn) -> object:
        correcting = flow.correct(tenant, call_id, 1, "I would like a refund.")
        asyncio.run_coroutine_threadsafe(correcting, loop).result(30)
        return clean(body)

    monkeypatch.setattr(cleaning, "clean_all", corrected_meanwhile)
    conversation_id = await pipeline.make_conversation(flow, tenant, call_id)
    async with flow.db.read() as session:
        stored = await pipeline.conversations.store.get(session, tenant, conversation_id)
    assert [one.text for one in stored.messages] == ["I would like a refund.", "ok"]


class Undisturbed:
    """A job's context for a step called by itself."""

    def __init__(self, tenant: TenantId, call_id: str) -> None:
        self.job_id = "job_1"
        self.tenant = tenant
        self.subject_id = call_id

    async def step(self, _name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        return await work()

    async def progress(self, share: float) -> None: ...


async def test_a_call_deleted_while_it_is_heard_is_told_as_that(
    flow: CallFlow, tenant: TenantId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = await flow.accept(tenant, CallIn(language="en"), io.BytesIO(wav(1)))
    loop = asyncio.get_running_loop()

    def deleted_meanwhile(*_: object, **__: object) -> HeardFile:
        asyncio.run_coroutine_threadsafe(flow.delete(tenant, accepted.id), loop).result(30)
        said = [Segment(n=1, start=0, end=1, speaker="agent", text="My number is 0401234567.")]
        heard = Transcript(language="en", duration=1, engine="x", segments=said)
        return HeardFile(heard, damaged=False, warnings=[])

    monkeypatch.setattr(pipeline, "hear_file", deleted_meanwhile)
    for _ in range(2):
        with pytest.raises(CallNotFoundError):
            await pipeline.transcribe(flow, Undisturbed(tenant, accepted.id))
    assert await counted(flow.db, SegmentRow) == 0
    assert not recordings(tmp_path)


def test_a_call_must_end_before_the_calendar_does() -> None:
    with pytest.raises(ValidationError, match="out of range"):
        CallIn.model_validate({"started_at": "9999-12-31T23:59:59Z"})


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000", "\x00"])
def test_a_correction_says_something(text: str) -> None:
    with pytest.raises(ValidationError):
        SegmentCorrection(text=text)
