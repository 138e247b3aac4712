"""Corrected transcripts as cases: a recording, and what a person says was said in it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from copilot.calls import store
from copilot.calls.errors import CallNotFoundError
from copilot.calls.tables import SegmentRow
from copilot.evals.export.splitting import Split, public_id, split_of
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId

_SUFFIXES = {
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/webm": ".webm",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/aiff": ".aiff",
}
AUDIO = "audio"


class TranscriptCase(NamedTuple):
    """A line of ``cases.jsonl`` and where its recording is kept.

    Attributes:
        line: Its ``text`` is word for word: the recording says the same.
    """

    split: Split
    line: dict[str, Any]
    blob: str


async def corrected_calls(
    session: ReadSession, tenant: TenantId, *, since: datetime | None = None
) -> list[str]:
    """Ids of calls with a corrected segment, the oldest call first."""
    wanted = select(SegmentRow.call_id).where(
        SegmentRow.tenant_id == tenant, SegmentRow.corrected_at.is_not(None)
    )
    if since is not None:
        wanted = wanted.where(SegmentRow.corrected_at >= since)
    return list(await session.scalars(wanted.distinct().order_by(SegmentRow.call_id)))


async def transcript_cases(
    db: Database, tenant: TenantId, call_ids: list[str]
) -> AsyncIterator[TranscriptCase]:
    """The case of each call; one with nothing said in it, or deleted meanwhile, has none."""
    for call_id in call_ids:
        async with db.read() as session:
            try:
                call = await store.row(session, tenant, call_id)
            except CallNotFoundError:  # deleted a moment ago
                continue
            transcript = await store.transcript(session, tenant, call_id)
        segments = sorted(transcript.segments, key=lambda one: (one.start, one.n))
        text = " ".join(one.text for one in segments if one.text)
        name = public_id(call.id)
        line: dict[str, Any] = {
            "id": name,
            "audio": f"{AUDIO}/{name}{_SUFFIXES.get(call.media_type, '')}",
            "text": text,
            "language": call.language or call.stated_language,
            "labels": {"channel": "phone", "low_accuracy": "yes" if call.low_accuracy else "no"},
        }
        if call.vocabulary:
            line["vocabulary"] = call.vocabulary
        if call.agent_channel is not None:
            line["agent_channel"] = call.agent_channel
        if text:
            yield TranscriptCase(split_of(call.conversation_id or call.id), line, call.blob)
