"""Accepting recordings, correcting transcripts, deleting calls."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO

from copilot.auth import answer_store
from copilot.calls import recordings, redaction_store, store
from copilot.calls.call import AcceptedCall, Call, CallIn
from copilot.calls.config import Redact
from copilot.calls.errors import CallExistsError, CallNotFoundError, RecordingExpiredError
from copilot.calls.tables import CallRow
from copilot.conversations import edits, redaction
from copilot.conversations.conversation import CALLS_SOURCE
from copilot.customers.address import DEFAULT_REGION
from copilot.jobs import store as jobs
from copilot.jobs.errors import JobNotFoundError, JobNotRetryableError
from copilot.jobs.queue import Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError, NotFoundError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.upsert import insert_if_new
from copilot.ledger import store as ledger
from copilot.ledger.ledger import Ledger
from copilot.speech.audio import AudioInfo, probe
from copilot.speech.engines import SpeechEngines
from copilot.speech.spoken.segments import written_of
from copilot.speech.transcript import Segment
from copilot.summaries.flow import Summariser

KIND = "call"
SOURCE = CALLS_SOURCE

CHUNK = 1_000_000
_UPLOAD_CUT_OFF = timedelta(days=1)


def recording_name(tenant: TenantId, call_id: str) -> str:
    """The name of a call's recording among the blobs."""
    return f"{tenant}/calls/{call_id}"


def segment_message_id(n: int) -> str:
    """The external id of the message that segment ``n`` became."""
    return f"segment-{n}"


class CallFlow:
    """What can be done with calls.

    Args:
        db: Where calls, transcripts and conversations are.
        blobs: Where recordings are.
        queue: What transcribes them in the background.
        speech: What hears.
        summariser: What writes the notes.
        region: Two-letter country of phone numbers without a country code.
        redact: What new calls are redacted of when they arrive: see :class:`CallsConfig`.
        ledger: Where it is written down that a recording leaves; None: nowhere.
    """

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        queue: Queue,
        speech: SpeechEngines,
        summariser: Summariser,
        *,
        region: str = DEFAULT_REGION,
        redact: Redact = "off",
        ledger: Ledger | None = None,
    ) -> None:
        self.db = db
        self.blobs = blobs
        self.speech = speech
        self.summariser = summariser
        self.region = region
        self.redact = redact
        self.ledger = ledger
        self._queue = queue

    @property
    def queue(self) -> Queue:
        """What works on calls in the background."""
        return self._queue

    async def accept(self, tenant: TenantId, call: CallIn, audio: BinaryIO) -> AcceptedCall:
        """Keep a recording and queue its transcription.

        A recording that is sent again, by its external id or, without one, by its bytes, is the
        call it was; one that had failed is tried again.

        Args:
            tenant: Whose call.
            call: What is known about it.
            audio: The recording, open and able to seek.

        Raises:
            AudioUnreadableError: And the other audio errors: the recording cannot be used.
            CallExistsError: Another recording has this external id.
            ConflictError: The same call was being deleted: it can be sent again now.
        """
        info = await asyncio.to_thread(probe, audio, max_seconds=self.speech.max_seconds)
        checksum, size = await asyncio.to_thread(_checksum, audio)
        async with self.db.read() as session:
            known = await store.same(session, tenant, call.external_id, checksum)
        if known is not None:
            return await self._repeat(tenant, known, checksum)
        call_id = new_id("cal")
        blob = recording_name(tenant, call_id)
        async with self.db.write() as session:
            # If this process dies before the call is stored, its job finds no call some day, and
            # removes the recording that nobody else knows of.
            cut_off = now() + _UPLOAD_CUT_OFF
            job_id = await jobs.add(session, tenant, KIND, call_id, run_after=cut_off)
        await self.blobs.put(blob, _chunks(audio))
        values = _values(tenant, call_id, call, info)
        values |= {"blob": blob, "checksum": checksum, "size": size, "job_id": job_id}
        values["dedupe_key"] = store.dedupe_key(call.external_id, checksum)
        async with self.db.write() as session:
            is_new = await insert_if_new(session, CallRow, values)
            if is_new:
                await jobs.release(session, tenant, job_id)
            else:
                known = await store.same(session, tenant, call.external_id, checksum)
        if not is_new:
            # The same upload came twice at once and the other one was quicker.
            await self.blobs.delete(blob)
            await self._queue.forget(tenant, job_id)
            if known is None:
                raise ConflictError("The same call is being deleted right now: send it again.")
            return await self._repeat(tenant, known, checksum)
        await self._queue.enqueue(tenant, KIND, call_id, job_id=job_id)
        return AcceptedCall(id=call_id, status="queued", job_id=job_id)

    async def get(self, tenant: TenantId, call_id: str) -> Call:
        """The call with its status.

        Raises:
            CallNotFoundError: The tenant has no such call.
        """
        async with self.db.read() as session:
            return await store.get(session, tenant, call_id)

    async def recording(self, tenant: TenantId, call_id: str) -> tuple[CallRow, int]:
        """The call's row, and the size of the recording that it names.

        Raises:
            CallNotFoundError: The tenant has no such call.
            RecordingExpiredError: It has no recording any more.
            NotFoundError: The recording is gone although it should be there.
        """
        seen = ""
        while True:
            async with self.db.read() as session:
                call = await store.row(session, tenant, call_id)
            if call.audio_expired_at is not None:
                raise RecordingExpiredError(call.id)
            try:
                return call, await self.blobs.size(call.blob)
            except NotFoundError:
                # Silenced or deleted this very moment: look again.
                if call.blob == seen:
                    raise
                seen = call.blob

    async def correct(self, tenant: TenantId, call_id: str, n: int, text: str) -> Segment:
        """Put right what segment ``n`` says, in the transcript and in the conversation.

        Raises:
            CallNotFoundError: The tenant has no such call.
            CallNotReadyError: It has not been transcribed yet.
            SegmentNotFoundError: The call has no such segment.
        """
        async with self.db.write() as session:
            call = await redaction_store.lock_call(session, tenant, call_id)
            store.check_transcribed(call)
            if call.conversation_id is not None:
                # First, as when messages are added: in one order, no two can deadlock.
                await redaction.lock(session, tenant, call.conversation_id)
            segment = await store.correct(
                session, tenant, call.id, n, text.strip(), language=call.language
            )
            if call.conversation_id is not None:
                await edits.correct_message(
                    session,
                    tenant,
                    call.conversation_id,
                    segment_message_id(n),
                    segment.text,
                    written=written_of(segment),
                )
            return segment

    async def delete(self, tenant: TenantId, call_id: str) -> None:
        """Remove a call: its job, recording, transcript and conversation.

        Raises:
            CallNotFoundError: The tenant has no such call.
        """
        deleted = False
        while not deleted:
            async with self.db.read() as session:
                call = await store.row(session, tenant, call_id)
            await self._queue.forget(tenant, call.job_id)
            await self.blobs.delete(call.blob)
            async with self.db.write() as session:
                # It may have another recording by now, a silenced one.
                blob = (await redaction_store.lock_call(session, tenant, call.id)).blob
                await recordings.note_discarded(session, tenant, blob)
                # What was answered to a request may be given again for a day.
                await answer_store.forget(session, tenant)
                about = [] if call.conversation_id is None else [call.conversation_id]
                await ledger.erase(session, tenant, call_ids=[call.id], conversation_ids=about)
                # A step that was under way may have made the conversation since: look again then.
                deleted = await store.delete_row(
                    session, tenant, call.id, conversation_id=call.conversation_id
                )
                if deleted and call.conversation_id is not None:
                    await edits.delete(session, tenant, call.conversation_id)
        await recordings.remove_discarded(self.db, self.blobs, tenant)
        await self.db.settle()

    async def _repeat(self, tenant: TenantId, known: CallRow, checksum: str) -> AcceptedCall:
        if known.checksum != checksum:
            raise CallExistsError(
                f"Another recording was sent as call {known.external_id!r}: delete that call"
                f" ({known.id}) first, or send this one under its own id."
            )
        try:
            call = await self.get(tenant, known.id)
            async with self.db.read() as session:
                await jobs.get(session, tenant, call.job_id)
            if call.status in {"failed", "cancelled"}:
                with suppress(JobNotRetryableError):  # somebody else has just done so
                    await self._queue.retry(tenant, call.job_id)
                call = await self.get(tenant, known.id)
        except (CallNotFoundError, JobNotFoundError) as error:
            # The job goes first when a call is deleted: that is under way, or was cut off.
            with suppress(CallNotFoundError):
                await self.delete(tenant, known.id)
            raise ConflictError("The same call was just being deleted: send it again.") from error
        return AcceptedCall(id=call.id, status=call.status, job_id=call.job_id)


def _values(tenant: TenantId, call_id: str, call: CallIn, info: AudioInfo) -> dict[str, object]:
    at = now()
    return {
        "id": call_id,
        "tenant_id": tenant,
        "external_id": call.external_id,
        "media_type": info.media_type,
        "channels": info.channels,
        "duration": info.duration,
        "subject": call.subject,
        "customer": None if call.customer is None else call.customer.model_dump(mode="json"),
        "agent_channel": call.agent_channel,
        "stated_language": call.language,
        "vocabulary": call.vocabulary,
        "started_at": call.started_at or at,
        "stage": "transcribing",
        "low_accuracy": False,
        "damaged": False,
        "created_at": at,
        "updated_at": at,
    }


def _checksum(audio: BinaryIO) -> tuple[str, int]:
    audio.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := audio.read(CHUNK):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


async def _chunks(audio: BinaryIO) -> AsyncIterator[bytes]:
    audio.seek(0)
    while part := await asyncio.to_thread(audio.read, CHUNK):
        yield part
