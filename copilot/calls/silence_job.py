"""The job that makes stored recordings silent over what was taken out of their transcripts."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from copilot.calls import recordings, store
from copilot.calls.errors import RecordingExpiredError
from copilot.calls.flow import recording_name
from copilot.calls.redacted import Found
from copilot.calls.tables import CallRow
from copilot.calls.threads import in_thread
from copilot.jobs.queue import JobContext
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError, NotFoundError
from copilot.speech.errors import AudioUnreadableError
from copilot.speech.silencing import Silenced, Stretch, silence, stretches
from copilot.speech.transcriber import Progress

_TRIES = 3


async def silence_recording(db: Database, blobs: Blobs, ctx: JobContext) -> int:
    """Put silence in the stored recording of the job's call; returns how many stretches.

    May be run again at any point. It always starts from the recording in use, so what an earlier
    redaction silenced stays silent.

    Raises:
        CallNotFoundError: The call was deleted.
        RecordingExpiredError: Its recording was.
        AudioUnreadableError: The recording cannot be read, or not be written again.
        ConflictError: Other redactions were quicker again and again: run the job again.
    """
    for _ in range(_TRIES):
        async with db.read() as session:
            call = await store.row(session, ctx.tenant, ctx.subject_id)
        name = f"{recording_name(ctx.tenant, call.id)}.{ctx.job_id}"
        silent = stretches([_stretch(one) for one in call.redacted])
        done = call.blob == name or not silent
        if not done and call.audio_expired_at is not None:
            raise RecordingExpiredError(call.id)
        done = done or await _replace(db, blobs, ctx, call, name, silent)
        await recordings.remove_discarded(db, blobs, ctx.tenant)
        if done:
            return len(silent)
    raise ConflictError("The recording is being changed by others: run the job again.")


async def _replace(
    db: Database,
    blobs: Blobs,
    ctx: JobContext,
    call: CallRow,
    name: str,
    silent: list[Stretch],
) -> bool:
    """False where another redaction was quicker, or the recording is gone by now."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as sent:
        try:
            await recordings.fetch(blobs, call.blob, sent)
        except NotFoundError as error:
            async with db.read() as session:
                now_in_use = (await store.row(session, ctx.tenant, call.id)).blob
            if now_in_use != call.blob:
                return False
            raise AudioUnreadableError("The stored recording is gone.") from error
        target = Path(folder) / "silenced"
        made, checksum = await in_thread(ctx, lambda told: _made(sent, target, silent, told))
        async with db.write() as session:
            await recordings.note_discarded(session, ctx.tenant, name, writing=True)
        size = await blobs.put(name, recordings.parts_of(target))
    async with db.write() as session:
        used = await recordings.put_into_use(
            session,
            ctx.tenant,
            call,
            name,
            size=size,
            media_type=made.media_type,
            audio_checksum=checksum,
        )
        if not used:
            await recordings.note_discarded(session, ctx.tenant, name)
    return used


def _made(
    sent: BinaryIO, target: Path, silent: list[Stretch], progress: Progress
) -> tuple[Silenced, str]:
    made = silence(sent, target, silent, progress=progress)
    with target.open("rb") as file:
        return made, hashlib.file_digest(file, "sha256").hexdigest()


def _stretch(told: dict[str, object]) -> Stretch:
    found = Found.model_validate(told)
    return Stretch(found.start, found.end)
