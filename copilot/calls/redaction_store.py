"""Taking what was found out of every row that holds the text of a call."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import select, update

from copilot.auth import answer_store
from copilot.calls import store
from copilot.calls.redacted import Found, Secrets
from copilot.calls.tables import CallNotesRow, CallRow, SegmentRow
from copilot.conversations import redaction
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.masking import mask_passages
from copilot.speech.spoken.segments import written_of
from copilot.speech.transcript import Segment
from copilot.summaries import forgetting

_BESIDE = 1_000_001
"""The first number of segments that are none: beyond all that a call has."""

ForgetQuoting = Callable[
    [WriteSession, TenantId, str, Callable[[Any], bool] | None], Awaitable[None]
]
"""Deletes what a part above calls made of a conversation, if it repeats what was taken out.

Gets the conversation's id; without a test, everything that was made of it is deleted.
"""


async def lock_call(session: WriteSession, tenant: TenantId, call_id: str) -> CallRow:
    """The call's row as it is now; until the end nobody else changes it, or its conversation.

    The conversation first, as when messages are added: in one order, no two can deadlock.

    Raises:
        CallNotFoundError: The tenant has no such call.
    """
    call = await store.row(session, tenant, call_id)
    if call.conversation_id is not None:
        await redaction.lock(session, tenant, call.conversation_id)
    mine = (CallRow.tenant_id == tenant, CallRow.id == call.id)
    await session.execute(select(CallRow.id).where(*mine).with_for_update())
    session.expire(call)
    return await store.row(session, tenant, call_id)


async def redact(
    session: WriteSession,
    tenant: TenantId,
    call: CallRow,
    segments: Sequence[Segment],
    found: Sequence[Found],
    secrets: Secrets,
    forget: Sequence[ForgetQuoting],
) -> None:
    """Store the redacted ``segments`` of a call, and clean everything made of what they said.

    Args:
        session: The transaction.
        tenant: Whose call.
        call: Its row.
        segments: Those that changed, as they are from now on.
        found: What was taken out of them.
        secrets: What it was, to be looked for in what was made of it.
        forget: What deletes such things above calls.
    """
    texts = {f"segment-{one.n}": (one.text, written_of(one)) for one in segments}
    if call.conversation_id is not None and await redaction.redact_messages(
        session, tenant, call.conversation_id, texts, secrets.mask, secrets.mask_said
    ):
        await forgetting.drop(session, tenant, call.conversation_id)
        for one in forget:
            await one(session, tenant, call.conversation_id, secrets.are_in)
        await mask_passages(session, tenant, "conversation", call.conversation_id, secrets.mask)
    for segment in segments:
        await _replace(session, tenant, call.id, segment)
    await _mask_notes(session, tenant, call.id, secrets)
    # What was answered to a request may be given again for a day.
    await answer_store.forget(session, tenant)
    told = [one.model_dump(mode="json") for one in found]
    await session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == tenant, CallRow.id == call.id)
        .values(
            redacted=[*call.redacted, *told],
            redacted_at=now(),
            updated_at=now(),
            subject=None if call.subject is None else secrets.mask(call.subject),
            vocabulary=secrets.mask_all(call.vocabulary),
        )
    )


async def lines_beside(session: ReadSession, tenant: TenantId, call: CallRow) -> list[Segment]:
    """What people wrote beside the transcript, as segments nobody said: notes, other messages."""
    notes = await _notes(session, tenant, call.id)
    lines = [] if notes is None else [notes.headline]
    for section in [] if notes is None else notes.sections:
        lines += [one["text"] for one in section["sentences"]]
    if call.conversation_id is not None:
        lines += await redaction.written_texts(session, tenant, call.conversation_id)
    return [
        Segment(n=n, start=0, end=0, speaker="unknown", text=line, words=[])
        for n, line in enumerate(lines, _BESIDE)
        if line.strip()
    ]


async def _replace(session: WriteSession, tenant: TenantId, call_id: str, segment: Segment) -> None:
    values = segment.model_dump(mode="json", include={"text", "words", "figures", "original_text"})
    await session.execute(
        update(SegmentRow)
        .where(
            SegmentRow.tenant_id == tenant,
            SegmentRow.call_id == call_id,
            SegmentRow.n == segment.n,
        )
        .values(values)
    )


async def _mask_notes(
    session: WriteSession, tenant: TenantId, call_id: str, secrets: Secrets
) -> None:
    notes = await _notes(session, tenant, call_id)
    if notes is not None:
        notes.headline = secrets.mask(notes.headline)
        notes.sections = secrets.mask_all(notes.sections)
        await session.flush()


async def _notes(session: ReadSession, tenant: TenantId, call_id: str) -> CallNotesRow | None:
    mine = (CallNotesRow.tenant_id == tenant, CallNotesRow.call_id == call_id)
    found: CallNotesRow | None = await session.scalar(select(CallNotesRow).where(*mine))
    return found
