"""Putting a transcript right: what is kept, what changes with it, and whose it is."""

import pytest
from sqlalchemy import select, update

from copilot.calls import pipeline, store
from copilot.calls.errors import CallNotFoundError, CallNotReadyError, SegmentNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.tables import CallRow
from copilot.conversations import store as conversations
from copilot.conversations.tables import MessageRow
from copilot.kernel.ids import TenantId
from copilot.speech.transcript import Word
from tests.calls.heard import heard_call

HEARD = "i would like a re fund"
RIGHT = "I would like a refund."


async def test_what_the_recogniser_heard_is_kept(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await heard_call(flow.db, tenant, ("customer", HEARD), ("agent", "ok"))
    for text in ("I'd like a refund", RIGHT):
        corrected = await flow.correct(tenant, call_id, 1, f" {text}\n")
        assert (corrected.n, corrected.text, corrected.original_text) == (1, text, HEARD)
        assert [one.text for one in corrected.words] == text.split()
        assert all(0 <= one.start <= one.end <= 2 for one in corrected.words)
    # What was heard so keeps its time, however often the rest was put right.
    assert corrected.words[0] == Word(start=0, end=1, text="I")
    async with flow.db.read() as session:
        segments = (await store.transcript(session, tenant, call_id)).segments
    assert [(one.text, one.original_text) for one in segments] == [(RIGHT, HEARD), ("ok", None)]


async def test_a_correction_sent_again_changes_nothing(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await heard_call(flow.db, tenant, ("customer", HEARD))
    conversation_id = await pipeline.make_conversation(flow, tenant, call_id)
    versions = []
    for text in (HEARD, RIGHT, RIGHT):
        await flow.correct(tenant, call_id, 1, text)
        async with flow.db.read() as session:
            head = await conversations.head(session, tenant, conversation_id)
        versions.append(head.version)
    assert versions == [1, 2, 2]


async def test_the_message_follows_and_its_summary_is_stale(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await heard_call(flow.db, tenant, ("customer", HEARD), ("agent", "ok"))
    conversation_id = await pipeline.make_conversation(flow, tenant, call_id)
    await pipeline.write_notes(flow, tenant, call_id)
    await flow.correct(tenant, call_id, 1, RIGHT)
    async with flow.db.read() as session:
        stored = await conversations.get(session, tenant, conversation_id)
        originals = await session.scalars(select(MessageRow.original_text).order_by(MessageRow.seq))
        assert [one.text for one in stored.messages] == [RIGHT, "ok"]
        assert list(originals) == [HEARD, None]
    assert (await flow.summariser.latest(tenant, conversation_id)).stale


async def test_there_is_nothing_to_correct_before_it_was_heard(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await heard_call(flow.db, tenant, ("customer", HEARD))
    async with flow.db.write() as session:
        await session.execute(update(CallRow).values(transcribed_at=None))
    with pytest.raises(CallNotReadyError):
        await flow.correct(tenant, call_id, 1, RIGHT)


async def test_only_the_tenants_own_segments(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await heard_call(flow.db, tenant, ("customer", HEARD))
    with pytest.raises(SegmentNotFoundError):
        await flow.correct(tenant, call_id, 2, RIGHT)
    with pytest.raises(CallNotFoundError):
        await flow.correct(TenantId("ten_other"), call_id, 1, RIGHT)
    async with flow.db.read() as session:
        assert (await store.transcript(session, tenant, call_id)).segments[0].text == HEARD
