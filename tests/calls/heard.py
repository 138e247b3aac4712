"""A call that was heard, straight in the database."""

from datetime import UTC, datetime

from copilot.calls import store
from copilot.calls.tables import CallRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from copilot.speech.transcript import Segment, Speaker, Transcript, Word

AT = datetime(2026, 3, 20, 10, tzinfo=UTC)


async def heard_call(
    db: Database,
    tenant: TenantId,
    *said: tuple[Speaker, str],
    language: str = "en",
    blob: str = "none",
) -> str:
    """The id of a call with one segment for each speaker and text, two seconds each."""
    call_id = new_id("cal")
    at = now()
    segments = [
        Segment(
            n=n,
            start=2.0 * (n - 1),
            end=2.0 * n,
            speaker=speaker,
            text=text,
            words=[Word(start=2.0 * (n - 1), end=2.0 * n - 1, text=text.split()[0])],
        )
        for n, (speaker, text) in enumerate(said, 1)
    ]
    async with db.write() as session:
        row = CallRow(
            id=call_id,
            tenant_id=tenant,
            dedupe_key=call_id,
            checksum="0" * 64,
            blob=blob,
            size=4,
            media_type="audio/wav",
            channels=1,
            vocabulary=[],
            started_at=AT,
            job_id="job_none",
            stage="summarising",
            language=language,
            duration=2.0 * len(segments),
            engine="pocketsphinx",
            low_accuracy=True,
            damaged=False,
            transcribed_at=at,
            created_at=at,
            updated_at=at,
        )
        session.add(row)
        await session.flush()
        heard = Transcript(language=language, duration=9, engine="x", segments=segments)
        await store.save_transcript(session, tenant, call_id, heard)
    return call_id
