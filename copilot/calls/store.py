"""Reading and writing calls and their transcripts."""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update

from copilot.calls.call import Call, CallStatus
from copilot.calls.errors import CallNotFoundError, CallNotReadyError, SegmentNotFoundError
from copilot.calls.tables import CallRow, SegmentRow
from copilot.conversations.tables import ConversationRow
from copilot.jobs.queue import JobError
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place
from copilot.speech.aligning import Span, retimed
from copilot.speech.spoken.segments import figures_of
from copilot.speech.transcript import Segment, SpokenFigure, Transcript, Word

_FINISHED = "done"


async def row(session: ReadSession, tenant: TenantId, call_id: str) -> CallRow:
    """The call's row.

    Raises:
        CallNotFoundError: The tenant has no such call.
    """
    found = await session.scalar(
        select(CallRow).where(CallRow.tenant_id == tenant, CallRow.id == storable(call_id))
    )
    if found is None:
        raise CallNotFoundError(call_id)
    return found


async def get(session: ReadSession, tenant: TenantId, call_id: str) -> Call:
    """The call, with its status.

    Raises:
        CallNotFoundError: The tenant has no such call.
    """
    found = (
        await session.execute(_with_job(tenant).where(CallRow.id == storable(call_id)))
    ).one_or_none()
    if found is None:
        raise CallNotFoundError(call_id)
    return _call(found)


async def same(
    session: ReadSession, tenant: TenantId, external_id: str | None, checksum: str
) -> CallRow | None:
    """The call that an upload would repeat: of this external id, or without one of these bytes."""
    wanted = select(CallRow).where(CallRow.tenant_id == tenant)
    if external_id is None:
        wanted = wanted.where(CallRow.checksum == checksum).order_by(CallRow.created_at)
    else:
        wanted = wanted.where(CallRow.dedupe_key == dedupe_key(external_id, checksum))
    found: CallRow | None = await session.scalar(wanted.limit(1))
    return found


def dedupe_key(external_id: str | None, checksum: str) -> str:
    """What only one call of a tenant may have."""
    return f"sha256:{checksum}" if external_id is None else f"id:{external_id}"


async def find(
    session: ReadSession, tenant: TenantId, *, limit: int = 50, cursor: str | None = None
) -> Page[Call]:
    """Calls, the latest sent first.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = latest_first(
        _with_job(tenant), CallRow.created_at, CallRow.id, limit=limit, cursor=cursor
    )
    found = [_call(one) for one in await session.execute(wanted)]
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        items=shown,
        next_cursor=write_place(shown[-1].created_at, shown[-1].id) if more else None,
    )


async def of_customer(session: ReadSession, tenant: TenantId, customer_id: str) -> list[str]:
    """The ids of the calls whose conversation is a customer's, the first sent first."""
    found = await session.scalars(
        select(CallRow.id)
        .join(ConversationRow, ConversationRow.id == CallRow.conversation_id)
        .where(
            CallRow.tenant_id == tenant,
            ConversationRow.tenant_id == tenant,
            ConversationRow.customer_id == customer_id,
        )
        .order_by(CallRow.created_at, CallRow.id)
    )
    return list(found)


async def change(session: WriteSession, tenant: TenantId, call_id: str, **values: object) -> None:
    """Set columns of a call.

    Raises:
        CallNotFoundError: It was deleted meanwhile.
    """
    done = await session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == tenant, CallRow.id == call_id)
        .values(**values, updated_at=now())
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise CallNotFoundError(call_id)


async def save_transcript(
    session: WriteSession, tenant: TenantId, call_id: str, transcript: Transcript
) -> None:
    """Keep ``transcript`` in place of any other that the call has."""
    await session.execute(
        delete(SegmentRow).where(SegmentRow.tenant_id == tenant, SegmentRow.call_id == call_id)
    )
    values = [
        {**segment.model_dump(mode="json"), "tenant_id": tenant, "call_id": call_id}
        for segment in transcript.segments
    ]
    if values:
        await session.execute(insert(SegmentRow), values)


async def transcript(session: ReadSession, tenant: TenantId, call_id: str) -> Transcript:
    """The transcript of a call, corrections included.

    Raises:
        CallNotFoundError: The tenant has no such call.
        CallNotReadyError: It has not been transcribed yet.
    """
    call = await row(session, tenant, call_id)
    engine = check_transcribed(call)
    segments = await session.scalars(
        select(SegmentRow)
        .where(SegmentRow.tenant_id == tenant, SegmentRow.call_id == call.id)
        .order_by(SegmentRow.n)
    )
    return Transcript(
        language=call.language,
        duration=call.duration or 0.0,
        engine=engine,
        low_accuracy=call.low_accuracy,
        segments=[_segment(one) for one in segments],
    )


async def segments(
    session: ReadSession, tenant: TenantId, call_id: str, numbers: Collection[int]
) -> list[Segment]:
    """The segments with these numbers, in order, those that there are."""
    found = await session.scalars(
        select(SegmentRow)
        .where(
            SegmentRow.tenant_id == tenant,
            SegmentRow.call_id == call_id,
            SegmentRow.n.in_(numbers),
        )
        .order_by(SegmentRow.n)
    )
    return [_segment(one) for one in found]


def check_transcribed(call: CallRow) -> str:
    """What made the call's transcript.

    Raises:
        CallNotReadyError: It has not been transcribed yet.
    """
    if call.transcribed_at is None or call.engine is None:
        raise CallNotReadyError(
            "The recording has not been transcribed yet: follow the call's job, which also says"
            " what went wrong if it failed."
        )
    return call.engine


async def correct(
    session: WriteSession,
    tenant: TenantId,
    call_id: str,
    n: int,
    text: str,
    *,
    language: str | None = None,
) -> Segment:
    """Replace the text of segment ``n``; the first text is kept, and so are its words' times.

    Args:
        session: The transaction.
        tenant: Whose call.
        call_id: Which.
        n: The segment.
        text: What was said.
        language: In which language, for the figures said aloud.

    Raises:
        SegmentNotFoundError: The call has no such segment.
    """
    found = await session.scalar(
        select(SegmentRow).where(
            SegmentRow.tenant_id == tenant, SegmentRow.call_id == call_id, SegmentRow.n == n
        )
    )
    if found is None:
        raise SegmentNotFoundError(call_id, n)
    if found.text != text:
        if found.original_text is None:
            found.original_text = found.text
        found.text = text
        found.corrected_at = now()
        figures = figures_of(text, language, _words(found))
        found.figures = [one.model_dump(mode="json") for one in figures]
        await session.flush()
    return _segment(found)


async def delete_row(
    session: WriteSession, tenant: TenantId, call_id: str, *, conversation_id: str | None
) -> bool:
    """Delete a call and its transcript, if it still belongs to this conversation or none."""
    owner = CallRow.conversation_id
    done = await session.execute(
        delete(CallRow).where(
            CallRow.tenant_id == tenant,
            CallRow.id == call_id,
            owner.is_(None) if conversation_id is None else owner == conversation_id,
        )
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def _with_job(tenant: TenantId) -> Any:  # the type of a joined select says nothing more
    return (
        select(CallRow, JobRow)
        .outerjoin(JobRow, (JobRow.id == CallRow.job_id) & (JobRow.tenant_id == CallRow.tenant_id))
        .where(CallRow.tenant_id == tenant)
    )


def _call(found: Any) -> Call:
    call: CallRow = found[0]
    job: JobRow | None = found[1]
    status = _status(call, job)
    error = None
    # Of one that waits for its next attempt it tells what the last one met.
    if status in {"failed", "queued"} and job is not None and job.error_code is not None:
        error = JobError(code=job.error_code, detail=job.error_detail or "")
    shown = {name: getattr(call, name) for name in Call.model_fields.keys() - {"status", "error"}}
    shown["language"] = call.language or call.stated_language
    return Call(**shown, status=status, error=error)


def _status(call: CallRow, job: JobRow | None) -> CallStatus:
    if call.finished_at is not None:
        return "done"
    if job is None:
        return "failed"
    if job.status in {"failed", "cancelled", "queued"}:
        return cast("CallStatus", job.status)
    return cast("CallStatus", call.stage)


def _segment(found: SegmentRow) -> Segment:
    return Segment(
        n=found.n,
        start=found.start,
        end=found.end,
        speaker=cast("Any", found.speaker),
        channel=found.channel,
        text=found.text,
        confidence=found.confidence,
        words=_words(found),
        figures=[SpokenFigure.model_validate(one) for one in found.figures or []],
        original_text=found.original_text,
    )


def _words(found: SegmentRow) -> list[Word]:
    """The words of its text; those as they were heard are stored, whatever was corrected since."""
    heard = [Word.model_validate(word) for word in found.words]
    if found.original_text is None:
        return heard
    return retimed(heard, found.text, Span(found.start, found.end))
