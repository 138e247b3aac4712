"""Corrected segments as cases: their sound, and what a person says was said in it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from copilot.calls import store
from copilot.calls.errors import CallNotFoundError
from copilot.calls.tables import CallRow, SegmentRow
from copilot.evals.export.splitting import Split, public_id, split_of
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.speech.transcript import Segment

AUDIO = "audio"


class TranscriptCase(NamedTuple):
    """A line of ``cases.jsonl`` and where in which recording it is said.

    Attributes:
        line: Its ``text`` is word for word: the recording says the same.
        blob: The recording that it is cut out of.
        start: Second of the recording at which the segment begins.
        end: Second at which it ends.
        channel: On which it is said; None where there is one.
    """

    split: Split
    line: dict[str, Any]
    blob: str
    start: float
    end: float
    channel: int | None


async def corrected_segments(
    session: ReadSession, tenant: TenantId, *, since: datetime | None = None
) -> dict[str, list[int]]:
    """Numbers of the corrected segments of each call, the oldest call first."""
    wanted = select(SegmentRow.call_id, SegmentRow.n).where(
        SegmentRow.tenant_id == tenant, SegmentRow.corrected_at.is_not(None)
    )
    if since is not None:
        wanted = wanted.where(SegmentRow.corrected_at >= since)
    found: dict[str, list[int]] = {}
    for row in await session.execute(wanted.order_by(SegmentRow.call_id, SegmentRow.n)):
        found.setdefault(row.call_id, []).append(row.n)
    return found


async def transcript_cases(
    db: Database, tenant: TenantId, corrected: dict[str, list[int]]
) -> AsyncIterator[TranscriptCase]:
    """The case of each corrected segment.

    One that says nothing now has none, nor has one of which something was taken out: its sound
    says more than its text. Calls may have been deleted meanwhile.
    """
    for call_id, numbers in corrected.items():
        async with db.read() as session:
            try:
                call = await store.row(session, tenant, call_id)
            except CallNotFoundError:  # deleted a moment ago
                continue
            segments = await store.segments(session, tenant, call_id, numbers)
        redacted = {one.get("n") for one in call.redacted or ()}
        for segment in segments:
            if segment.text.strip() and segment.n not in redacted:
                yield _case(call, segment)


def _case(call: CallRow, segment: Segment) -> TranscriptCase:
    name = f"{public_id(call.id)}-{segment.n}"
    line: dict[str, Any] = {
        "id": name,
        "audio": f"{AUDIO}/{name}.flac",
        "text": segment.text,
        "language": call.language or call.stated_language,
        "labels": {
            "channel": "phone",
            "speaker": segment.speaker,
            "low_accuracy": "yes" if call.low_accuracy else "no",
        },
    }
    if call.vocabulary:
        # Only what was stated: words learned from corrections would give the answer away.
        line["vocabulary"] = call.vocabulary
    split = split_of(call.conversation_id or call.id)
    return TranscriptCase(split, line, call.blob, segment.start, segment.end, segment.channel)
