"""Redaction of calls: what is sensitive goes from the text at once, from the recording in a job."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from copilot.calls import redaction_store, store
from copilot.calls.call import CallStatus
from copilot.calls.errors import CallNotReadyError, RecordingExpiredError, SegmentNotFoundError
from copilot.calls.notes import NOTES
from copilot.calls.redacted import (
    USUAL,
    Found,
    Place,
    SensitiveType,
    found_at,
    secrets_of,
    without,
)
from copilot.calls.redaction_store import ForgetQuoting
from copilot.calls.sensitive import find
from copilot.calls.silence_job import silence_recording
from copilot.calls.tables import CallRow
from copilot.conversations.errors import ConversationNotFoundError
from copilot.jobs import store as jobs
from copilot.jobs.queue import JobContext, Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.speech.transcript import Segment, Transcript
from copilot.summaries.flow import Summariser

KIND = "redact_call"
"""Jobs that renew the notes of a redacted call."""

AUDIO_KIND = "redact_call_audio"
"""Jobs that do that, and make its recording silent where something was taken out."""

_ANYTHING = 20


class RedactionIn(BaseModel):
    """The body of ``POST /v1/calls/{id}/redact``. Everything may be left out.

    Attributes:
        audio: Whether the recording becomes silent over the same seconds, and over those that
            were taken out of the text before.
        types: What to look for; null for cards, their security codes, IBANs and national ids.
        segments: Segments to take out as a whole, by number.
    """

    model_config = ConfigDict(extra="forbid")

    audio: bool = False
    types: Annotated[list[SensitiveType], Field(max_length=_ANYTHING)] | None = None
    segments: Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=10_000)] | None = None


class Redaction(BaseModel):
    """What was found, without the figures; follow ``GET /v1/jobs/{job_id}`` for the recording."""

    id: str
    status: CallStatus
    job_id: str
    found: list[Found]


class RedactionPreview(BaseModel):
    """What a redaction would find, and what earlier ones took out."""

    found: list[Found]
    redacted: list[Found]


class CallPrivacy:
    """Takes sensitive figures out of calls.

    Args:
        db: The database.
        blobs: Where recordings are.
        queue: Where the jobs go.
        summariser: Writes the notes anew.
        forget: Delete what parts above calls made of a conversation.
    """

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        queue: Queue,
        summariser: Summariser,
        forget: Sequence[ForgetQuoting] = (),
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._queue = queue
        self._summariser = summariser
        self._forget = forget

    async def preview(
        self, tenant: TenantId, call_id: str, types: Sequence[SensitiveType] | None
    ) -> RedactionPreview:
        """What :meth:`redact` would take out of the text now.

        Raises:
            CallNotFoundError: The tenant has no such call.
            CallNotReadyError: It has not been transcribed yet.
        """
        async with self._db.read() as session:
            call = await store.row(session, tenant, call_id)
            transcript = await store.transcript(session, tenant, call_id)
        _, found = await asyncio.to_thread(_found, transcript, types)
        return RedactionPreview(
            found=found, redacted=[Found.model_validate(one) for one in call.redacted]
        )

    async def redact(self, tenant: TenantId, call_id: str, asked: RedactionIn) -> Redaction:
        """Take what is found out of the text, now, and have the rest done in a job.

        Raises:
            CallNotFoundError: The tenant has no such call.
            CallNotReadyError: Its job is still at work on it.
            SegmentNotFoundError: A segment asked for is not there.
            RecordingExpiredError: The recording is to be silenced and is no longer kept.
        """
        async with self._db.read() as session:
            await _check(session, tenant, await store.row(session, tenant, call_id), asked)
            seen = await store.transcript(session, tenant, call_id)
        # Looking takes a moment for a call of hours, so it is not done inside the transaction.
        places, found = await asyncio.to_thread(_found, seen, asked.types)
        async with self._db.write() as session:
            call = await redaction_store.lock_call(session, tenant, call_id)
            await _check(session, tenant, call, asked)
            now_said = await store.transcript(session, tenant, call_id)
            if now_said.segments != seen.segments:  # corrected this very moment
                places, found = await asyncio.to_thread(_found, now_said, asked.types)
            whole = [] if asked.segments is None else _whole(now_said, call_id, asked.segments)
            secret = [*places, *whole]
            places = [*(one for one in places if one.n not in {two.n for two in whole}), *whole]
            by_n = {segment.n: segment for segment in now_said.segments}
            found = sorted(
                (found_at(by_n[one.n], one) for one in places), key=lambda one: (one.n, one.start)
            )
            # Notes and the like are searched too, though nobody can play their seconds.
            beside = await redaction_store.lines_beside(session, tenant, call)
            written = await asyncio.to_thread(
                find, beside, now_said.language, USUAL if asked.types is None else asked.types
            )
            if places or written:
                secrets = secrets_of([*now_said.segments, *beside], [*secret, *written])
                changed = redacted_segments(now_said.segments, places)
                await redaction_store.redact(
                    session, tenant, call, changed, found, secrets, self._forget
                )
            kind = AUDIO_KIND if asked.audio else KIND
            job_id = await jobs.add(session, tenant, kind, call.id)
        if places or written:
            await self._db.settle()
        await self._queue.enqueue(tenant, kind, call.id, job_id=job_id)
        return Redaction(id=call.id, status="queued", job_id=job_id, found=found)

    async def renew(self, ctx: JobContext) -> None:
        """The job kind ``redact_call``: the notes are written anew."""
        await self._db.settle()  # again: somebody may have been reading when it was asked for
        await ctx.step("notes", lambda: self._renew_notes(ctx.tenant, ctx.subject_id))

    async def silence(self, ctx: JobContext) -> None:
        """The job kind ``redact_call_audio``: silence in the recording, then the notes."""
        await self._db.settle()
        await ctx.step("audio", lambda: silence_recording(self._db, self._blobs, ctx))
        await ctx.step("notes", lambda: self._renew_notes(ctx.tenant, ctx.subject_id))

    async def _renew_notes(self, tenant: TenantId, call_id: str) -> str | None:
        """Summarise the conversation again; returns the summary's id, None where there is none."""
        async with self._db.read() as session:
            call = await store.row(session, tenant, call_id)
        if call.conversation_id is None:
            return None
        try:
            made = await self._summariser.for_conversation(tenant, call.conversation_id, NOTES)
        except ConversationNotFoundError:
            return None
        return made.id


def redacted_segments(segments: Sequence[Segment], places: Sequence[Place]) -> list[Segment]:
    """Those of ``segments`` that something is taken out of, without it."""
    by_n: dict[int, list[Place]] = {}
    for place in places:
        by_n.setdefault(place.n, []).append(place)
    return [without(one, by_n[one.n]) for one in segments if one.n in by_n]


def redact_transcript(
    transcript: Transcript, types: Sequence[SensitiveType] | None = None
) -> tuple[Transcript, list[Found]]:
    """``transcript`` with labels for what is sensitive in it, and what that was; stores nothing."""
    places, found = _found(transcript, types)
    changed = {one.n: one for one in redacted_segments(transcript.segments, places)}
    segments = [changed.get(one.n, one) for one in transcript.segments]
    return transcript.model_copy(update={"segments": segments}), found


def _found(
    transcript: Transcript, types: Sequence[SensitiveType] | None
) -> tuple[list[Place], list[Found]]:
    places = find(transcript.segments, transcript.language, USUAL if types is None else types)
    by_n = {segment.n: segment for segment in transcript.segments}
    return places, [found_at(by_n[one.n], one) for one in places]


def _whole(transcript: Transcript, call_id: str, numbers: Sequence[int]) -> list[Place]:
    by_n = {segment.n: segment for segment in transcript.segments}
    places = []
    for n in dict.fromkeys(numbers):
        if n not in by_n:
            raise SegmentNotFoundError(call_id, n)
        length = len(by_n[n].text.split())
        if length:
            places.append(Place(n, "segment", 0, length - 1))
    return places


async def _check(session: ReadSession, tenant: TenantId, call: CallRow, asked: RedactionIn) -> None:
    store.check_transcribed(call)
    if call.finished_at is None and (await store.get(session, tenant, call.id)).status not in (
        "failed",
        "cancelled",
    ):
        raise CallNotReadyError(
            "The call is still being worked on: follow its job, and redact it once that has ended."
        )
    if asked.audio and call.audio_expired_at is not None:
        raise RecordingExpiredError(call.id)
