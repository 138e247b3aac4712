"""Card numbers and the like leave every place where a call's words lie."""

import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from copilot.calls import recordings as kept_recordings
from copilot.calls import store
from copilot.calls.call import CallIn
from copilot.calls.errors import CallNotFoundError, CallNotReadyError, SegmentNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.notes import NOTES
from copilot.calls.privacy import CallPrivacy, RedactionIn
from copilot.calls.tables import CallRow
from copilot.conversations import store as conversations
from copilot.conversations.tables import ConversationRow
from copilot.drafts.forgetting import drop_quoting
from copilot.drafts.tables import DraftRow
from copilot.kernel.db import Database
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId, new_id
from copilot.summaries import store as summaries
from tests.calls.private import (
    CALL,
    CARD,
    DIGITS,
    copies_of,
    files_with,
    recordings,
    tables_with,
    texts,
    whole_call,
)
from tests.importing import Context
from tests.speech.sounds import encode, wav
from tests.speech.test_silencing import heard

SECRETS = (CARD, DIGITS, "8888")


@pytest.fixture
def privacy(flow: CallFlow) -> CallPrivacy:
    return CallPrivacy(flow.db, flow.blobs, flow._queue, flow.summariser, (drop_quoting,))


class Job(Context):
    """A job of its own for every redaction."""

    def __init__(self, tenant: TenantId, call_id: str, job_id: str) -> None:
        super().__init__(tenant, call_id)
        self.job_id = job_id


async def test_a_card_leaves_every_table(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    conversation_id = await copies_of(flow, tenant, call_id, CARD)
    holding = set(await tables_with(flow.db, *SECRETS))
    assert holding >= {
        "call_segments",
        "messages",
        "drafts",
        "reviews",
        "call_notes",
        "passages",
    }
    done = await privacy.redact(tenant, call_id, RedactionIn())
    assert [(one.n, one.type) for one in done.found] == [(2, "card")]
    assert 4.0 < done.found[0].start < done.found[0].end <= 8.0
    assert await tables_with(flow.db, *SECRETS) == {}

    async with flow.db.read() as session:
        segments = (await store.transcript(session, tenant, call_id)).segments
        stored = await conversations.get(session, tenant, conversation_id)
        drafts = list(await session.scalars(select(DraftRow.id)))
    assert texts(segments)[1] == "I want to pay order 20418 with my card [CARD], please."
    assert [word.text for word in segments[1].words][-2:] == ["[CARD],", "please."]
    assert texts(stored.messages) == texts(segments)
    assert drafts == [f"drf_1_{call_id}"], "only what repeats the number goes"

    await privacy.renew(Job(tenant, call_id, done.job_id))
    async with flow.db.read() as session:
        summary = await summaries.find(session, tenant, conversation_id, NOTES)
    assert summary is not None
    assert not summary.stale
    again = await privacy.redact(tenant, call_id, RedactionIn())
    assert again.found == []


async def test_what_stood_there_before_a_correction_goes_too(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    await flow.correct(tenant, call_id, 2, f"I'll pay with card {CARD}!")
    assert "messages" in await tables_with(flow.db, "order 20418")
    await privacy.redact(tenant, call_id, RedactionIn())
    assert await tables_with(flow.db, *SECRETS) == {}
    async with flow.db.read() as session:
        segment = (await store.transcript(session, tenant, call_id)).segments[1]
    assert (segment.text, segment.original_text) == ("I'll pay with card [CARD]!", None)


async def test_what_a_human_took_out_of_the_text_goes_from_behind_it_too(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    await flow.correct(tenant, call_id, 2, "I want to pay by card, please.")
    assert "call_segments" in await tables_with(flow.db, *SECRETS)
    done = await privacy.redact(tenant, call_id, RedactionIn())
    assert [(one.n, one.start, one.end) for one in done.found] == [(2, 4.0, 8.0)]
    assert await tables_with(flow.db, *SECRETS) == {}
    async with flow.db.read() as session:
        segment = (await store.transcript(session, tenant, call_id)).segments[1]
    assert segment.text == "I want to pay by card, please."


async def test_a_summary_or_draft_begun_before_is_not_kept(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    async with flow.db.read() as session:
        conversation_id = str((await store.row(session, tenant, call_id)).conversation_id)
        begun = await summaries.find(session, tenant, conversation_id, NOTES)
    assert begun is not None
    late = begun.model_copy(update={"headline": f"Card {CARD}"})
    await privacy.redact(tenant, call_id, RedactionIn())
    async with flow.db.write() as session:
        await summaries.save(session, tenant, late, NOTES)
    assert await tables_with(flow.db, *SECRETS) == {}
    async with flow.db.write() as session:
        version = await session.scalar(select(ConversationRow.version))
        fresh = begun.model_copy(update={"version": version, "headline": "Fresh"})
        await summaries.save(session, tenant, fresh, NOTES)
    assert "summaries" in await tables_with(flow.db, "Fresh")


async def test_orders_and_phones_stay_unless_asked_for(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    said = "Order 2041899887766554, tracking JJFI65432109876543210, call +358 40 123 4567."
    call_id = await whole_call(flow, tenant, ("customer", said), ("customer", "a@b.fi is mine."))
    assert (await privacy.redact(tenant, call_id, RedactionIn())).found == []
    preview = await privacy.preview(tenant, call_id, ["phone", "email"])
    assert [(one.n, one.type) for one in preview.found] == [(1, "phone"), (2, "email")]
    await privacy.redact(tenant, call_id, RedactionIn(types=["phone", "email"]))
    async with flow.db.read() as session:
        segments = (await store.transcript(session, tenant, call_id)).segments
    assert texts(segments) == [
        "Order 2041899887766554, tracking JJFI65432109876543210, call [PHONE].",
        "[EMAIL] is mine.",
    ]


async def test_whole_segments_on_request(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL, ("customer", "My diagnosis is private."))
    with pytest.raises(SegmentNotFoundError):
        await privacy.redact(tenant, call_id, RedactionIn(segments=[9]))
    done = await privacy.redact(tenant, call_id, RedactionIn(types=[], segments=[4]))
    assert [(one.n, one.type, one.start, one.end) for one in done.found] == [
        (4, "segment", 12.0, 16.0)
    ]
    assert await tables_with(flow.db, "diagnosis") == {}
    assert "call_segments" in await tables_with(flow.db, CARD), "only what was asked for"


async def test_silence_where_the_card_was_said(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, tmp_path: Path
) -> None:
    sent = encode("flac", "flac", 16_000, "stereo", seconds=20)
    call_id = await whole_call(flow, tenant, *CALL, audio=sent)
    done = await privacy.redact(tenant, call_id, RedactionIn(audio=True))
    job = Job(tenant, call_id, done.job_id)
    await privacy.silence(job)
    assert len(recordings(tmp_path)) == 1
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
    stored = await flow.blobs.get(call.blob)
    assert (call.size, call.media_type) == (len(stored), "audio/flac")
    assert call.audio_checksum not in (None, call.checksum)
    before, rate = heard(sent)
    after, _ = heard(stored)
    assert after.shape == before.shape
    (found,) = done.found
    first, last = round((found.start - 0.2) * rate), round((found.end + 0.2) * rate)
    assert not after[:, first:last].any()
    assert np.array_equal(after[:, : first - rate], before[:, : first - rate])
    assert np.array_equal(after[:, last + rate :], before[:, last + rate :])
    # The same bytes are still known for what they are.
    again = await flow.accept(tenant, CallIn(), io.BytesIO(sent))
    assert again.id == call_id
    await privacy.silence(Job(tenant, call_id, done.job_id))
    async with flow.db.read() as session:
        assert (await store.row(session, tenant, call_id)).blob == call.blob


async def test_text_first_audio_later(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, tmp_path: Path
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    first = await privacy.redact(tenant, call_id, RedactionIn())
    later = await privacy.redact(tenant, call_id, RedactionIn(audio=True))
    assert later.found == []
    await privacy.silence(Job(tenant, call_id, later.job_id))
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
    after, rate = heard(await flow.blobs.get(call.blob))
    middle = round((first.found[0].start + first.found[0].end) / 2 * rate)
    assert not after[:, middle - 100 : middle + 100].any()
    assert recordings(tmp_path) == [Path(call.blob).name]


async def test_two_silencings_at_once_leave_one_recording(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, tmp_path: Path
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    asked = [await privacy.redact(tenant, call_id, RedactionIn(audio=True)) for _ in range(2)]
    await asyncio.gather(*(privacy.silence(Job(tenant, call_id, one.job_id)) for one in asked))
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
    assert recordings(tmp_path) == [Path(call.blob).name]


async def test_a_silencing_that_comes_second_does_not_fail(
    flow: CallFlow,
    privacy: CallPrivacy,
    tenant: TenantId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    first, second = [
        await privacy.redact(tenant, call_id, RedactionIn(audio=True)) for _ in range(2)
    ]
    fetch = kept_recordings.fetch

    async def late(*args: Any) -> None:
        monkeypatch.undo()
        await privacy.silence(Job(tenant, call_id, first.job_id))
        await fetch(*args)

    monkeypatch.setattr(kept_recordings, "fetch", late)
    await privacy.silence(Job(tenant, call_id, second.job_id))
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
    assert call.blob.endswith(second.job_id)
    assert recordings(tmp_path) == [Path(call.blob).name]


async def test_a_download_that_meets_a_silencing_gets_the_silenced_one(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    done = await privacy.redact(tenant, call_id, RedactionIn(audio=True))
    size = flow.blobs.size

    async def late(name: str) -> int:
        monkeypatch.undo()
        await privacy.silence(Job(tenant, call_id, done.job_id))
        return await size(name)

    monkeypatch.setattr(flow.blobs, "size", late)
    call, length = await flow.recording(tenant, call_id)
    assert call.blob.endswith(done.job_id)
    assert length == call.size == len(await flow.blobs.get(call.blob))
    await flow.blobs.delete(call.blob)
    with pytest.raises(NotFoundError):
        await flow.recording(tenant, call_id)


async def test_not_while_the_call_is_worked_on(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    accepted = await flow.accept(tenant, CallIn(), io.BytesIO(wav(1)))
    with pytest.raises(CallNotReadyError):
        await privacy.redact(tenant, accepted.id, RedactionIn())


async def test_other_tenants_have_no_part_in_it(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL)
    other = TenantId(new_id("ten"))
    theirs = await whole_call(flow, other, *CALL)
    for deed in (
        privacy.redact(other, call_id, RedactionIn(audio=True)),
        privacy.preview(other, call_id, None),
    ):
        with pytest.raises(CallNotFoundError):
            await deed
    await privacy.redact(tenant, call_id, RedactionIn())
    found = await tables_with(flow.db, CARD)
    assert found
    assert all(tenant not in row for rows in found.values() for row in rows)
    async with flow.db.read() as session:
        segments = (await store.transcript(session, other, theirs)).segments
    assert CARD in segments[1].text


async def test_a_deleted_call_leaves_nothing(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, tmp_path: Path, db: Database
) -> None:
    canary = "zyzzyva"
    said = (*CALL, ("customer", f"My word is {canary}."))
    call_id = await whole_call(flow, tenant, *said)  # type: ignore[arg-type]
    await copies_of(flow, tenant, call_id, f"{CARD} {canary}")
    done = await privacy.redact(tenant, call_id, RedactionIn(audio=True))
    await privacy.silence(Job(tenant, call_id, done.job_id))
    assert await tables_with(flow.db, canary)
    await flow.delete(tenant, call_id)
    left = await tables_with(flow.db, canary, *SECRETS)
    # The index follows a moment later: a mark in the outbox says so.
    assert set(left) <= {"passages"}
    assert recordings(tmp_path) == []
    async with flow.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(CallRow)) == 0
    if db.is_sqlite:
        assert files_with(tmp_path / "blobs", canary, *SECRETS) == []


async def test_redacting_nothing_changes_nothing(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, CALL[0], CALL[2])
    async with flow.db.read() as session:
        before = (await store.row(session, tenant, call_id)).conversation_id
        version = await session.scalar(select(ConversationRow.version))
    await privacy.redact(tenant, call_id, RedactionIn())
    async with flow.db.read() as session:
        assert await session.scalar(select(ConversationRow.version)) == version
        call = await store.get(session, tenant, call_id)
    assert (call.redacted_at, call.conversation_id) == (None, before)


async def test_nothing_is_left_in_the_bytes_of_the_database(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId, tmp_path: Path, db: Database
) -> None:
    if not db.is_sqlite:
        return  # what PostgreSQL gave up is overwritten when its own vacuum comes by
    sentence = "the zyzzyva sleeps under a quagga"
    said = (*CALL, ("customer", f"So {sentence}."))
    call_id = await whole_call(flow, tenant, *said)  # type: ignore[arg-type]
    await copies_of(flow, tenant, call_id, CARD)
    await flow.correct(tenant, call_id, 1, f"Good morning, is {CARD} yours?")
    await db.settle()
    assert files_with(tmp_path, CARD, DIGITS)
    await privacy.redact(tenant, call_id, RedactionIn())
    assert files_with(tmp_path, CARD, DIGITS) == []
    assert files_with(tmp_path, sentence)
    await flow.delete(tenant, call_id)
    assert files_with(tmp_path, sentence) == []
