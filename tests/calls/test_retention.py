"""Recordings and calls go when they have been kept long enough, and nothing else does."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from copilot.calls import retention, store
from copilot.calls.flow import SOURCE, CallFlow
from copilot.calls.privacy_tables import DiscardedBlobRow
from copilot.calls.retention import RetentionIn
from copilot.calls.retention_flow import Retainer
from copilot.calls.tables import CallRow
from copilot.conversations import flow as conversations
from copilot.conversations import store as conversation_store
from copilot.conversations.conversation import Author, ConversationIn, MessageIn
from copilot.conversations.tables import ConversationRow
from copilot.drafts.forgetting import drop_quoting
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.ids import TenantId, new_id
from tests.calls.private import CALL, CARD, copies_of, recordings, tables_with, whole_call
from tests.speech.sounds import wav


@pytest.fixture
def retainer(flow: CallFlow) -> Retainer:
    return Retainer(flow.db, flow, (drop_quoting,))


async def old_call(flow: CallFlow, tenant: TenantId, days: float, *, seconds: float = 1) -> str:
    call_id = await whole_call(flow, tenant, *CALL, audio=wav(seconds))
    await aged(flow, call_id, days)
    return call_id


async def aged(flow: CallFlow, call_id: str, days: float) -> None:
    async with flow.db.write() as session:
        at = now() - timedelta(days=days)
        await session.execute(update(CallRow).where(CallRow.id == call_id).values(created_at=at))


async def ids(flow: CallFlow) -> set[str]:
    async with flow.db.read() as session:
        return set(await session.scalars(select(CallRow.id)))


async def test_without_a_rule_everything_is_kept(
    flow: CallFlow, retainer: Retainer, tenant: TenantId, tmp_path: Path
) -> None:
    call_id = await old_call(flow, tenant, 10_000)
    assert await retainer.look() == 0
    shown = await retainer.show(tenant)
    assert (shown.audio_days, shown.text_days, shown.audio_due, shown.text_due) == (
        None,
        None,
        0,
        0,
    )
    assert await ids(flow) == {call_id}
    assert len(recordings(tmp_path)) == 1


async def test_recordings_go_and_transcripts_stay(
    flow: CallFlow, retainer: Retainer, tenant: TenantId, tmp_path: Path
) -> None:
    old = await old_call(flow, tenant, 31)
    new = await old_call(flow, tenant, 29, seconds=2)
    shown = await retainer.set(tenant, RetentionIn(audio_days=30))
    assert (shown.audio_due, shown.text_due) == (1, 0)
    assert await retainer.look() == 1
    assert recordings(tmp_path) == [new]
    async with flow.db.read() as session:
        call = await store.get(session, tenant, old)
        assert len((await store.transcript(session, tenant, old)).segments) == len(CALL)
    assert call.audio_expired_at is not None
    assert call.size == 0
    assert (await retainer.show(tenant)).audio_due == 0
    assert await retainer.look() == 0
    async with flow.db.read() as session:
        assert not list(await session.scalars(select(DiscardedBlobRow)))


async def test_calls_go_with_all_that_was_made_of_them(
    flow: CallFlow, retainer: Retainer, tenant: TenantId, tmp_path: Path
) -> None:
    old = await old_call(flow, tenant, 91)
    await copies_of(flow, tenant, old, CARD)
    new = await old_call(flow, tenant, 89, seconds=2)
    await retainer.set(tenant, RetentionIn(audio_days=30, text_days=90))
    assert await retainer.look() == 2
    assert await ids(flow) == {new}
    assert recordings(tmp_path) == []
    found = await tables_with(flow.db, CARD)
    assert all(old not in row for rows in found.values() for row in rows)
    async with flow.db.read() as session:
        assert list(await session.scalars(select(ConversationRow.external_id))) == [new]


async def test_what_other_channels_added_stays(
    flow: CallFlow, retainer: Retainer, tenant: TenantId
) -> None:
    old = await old_call(flow, tenant, 91)
    mail = MessageIn(
        external_id="m1",
        author=Author(role="customer"),
        sent_at=now(),
        text="By the way, the lid is blue.",
    )
    body = ConversationIn(channel="email", messages=[mail])
    async with flow.db.write() as session:
        stored, _ = await conversations.put(session, tenant, SOURCE, old, body)
    await copies_of(flow, tenant, old, CARD)
    await retainer.set(tenant, RetentionIn(text_days=90))
    await retainer.look()
    assert await ids(flow) == set()
    async with flow.db.read() as session:
        kept = await conversation_store.get(session, tenant, stored.id)
    assert [one.text for one in kept.messages] == ["By the way, the lid is blue."]
    assert kept.version > stored.version
    # The passage is cut anew a moment later: a mark says so.
    assert set(await tables_with(flow.db, CARD)) <= {"passages"}


async def test_one_tenants_rule_is_not_anothers(
    flow: CallFlow, retainer: Retainer, tenant: TenantId
) -> None:
    other = TenantId(new_id("ten"))
    mine, theirs = await old_call(flow, tenant, 50), await old_call(flow, other, 50)
    await retainer.set(tenant, RetentionIn(text_days=10))
    await retainer.set(other, RetentionIn(text_days=100))
    await retainer.look()
    assert mine not in await ids(flow)
    assert theirs in await ids(flow)
    assert (await retainer.show(other)).text_due == 0


async def test_a_call_that_is_worked_on_waits(
    flow: CallFlow, retainer: Retainer, tenant: TenantId
) -> None:
    call_id = await old_call(flow, tenant, 50)
    async with flow.db.write() as session:
        await session.execute(update(JobRow).values(status="running"))
    await retainer.set(tenant, RetentionIn(audio_days=1, text_days=1))
    assert await retainer.look() == 0
    async with flow.db.write() as session:
        await session.execute(update(JobRow).values(status="failed"))
    assert await retainer.look() == 1
    assert call_id not in await ids(flow)


async def test_two_processes_at_once_and_one_that_died(
    flow: CallFlow, retainer: Retainer, tenant: TenantId, tmp_path: Path
) -> None:
    for number in range(4):
        await old_call(flow, tenant, 50, seconds=number + 1)
    # As left behind by a process that died between taking the recording out of use and deleting.
    async with flow.db.write() as session:
        call = await session.scalar(select(CallRow).limit(1))
        assert call is not None
        call.audio_expired_at = now()
        session.add(DiscardedBlobRow(name=call.blob, tenant_id=tenant, due_at=now()))
    await retainer.set(tenant, RetentionIn(audio_days=10))
    other = Retainer(flow.db, flow, (drop_quoting,))
    await asyncio.gather(retainer.look(), other.look())
    assert recordings(tmp_path) == []
    await retainer.set(tenant, RetentionIn(text_days=10))
    await asyncio.gather(retainer.look(), other.look())
    assert await ids(flow) == set()
    assert await tables_with(flow.db, CARD) == {}


async def test_a_run_is_bounded_and_tenants_take_turns(
    flow: CallFlow, retainer: Retainer, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.calls import retention_flow

    monkeypatch.setattr(retention_flow, "_CALLS_OF_A_TENANT", 1)
    monkeypatch.setattr(retention_flow, "_CALLS", 2)
    tenants = [TenantId(new_id("ten")) for _ in range(3)]
    for one in tenants:
        for number in range(2):
            await old_call(flow, one, 50, seconds=number + 1)
        await retainer.set(one, RetentionIn(text_days=10))
    left = [6]
    while left[-1]:
        assert await retainer.look() <= 2
        left.append(len(await ids(flow)))
        assert left[-1] < left[-2]
    async with flow.db.read() as session:
        assert await retention.rules(session, after=max(tenants), limit=9) == []
