"""The job of a call: recording, transcript, conversation, notes.

Every step is safe to run again: it looks at what is there and adds what is missing.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO

from copilot.calls import store
from copilot.calls.arrival import redact_arrival, silence_arrival
from copilot.calls.checkpoints import CallCheckpoints, forget_chunks
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CHUNK, SOURCE, CallFlow, recording_name, segment_message_id
from copilot.calls.leaving import leaving
from copilot.calls.notes import NOTES
from copilot.calls.tables import CallRow
from copilot.calls.threads import Relay, in_thread
from copilot.calls.vocabulary import vocabulary_for
from copilot.conversations import cleaning, edits
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import Author, ConversationIn, MessageIn, Role
from copilot.customers.customer import CustomerIn
from copilot.jobs.queue import Handler, JobContext
from copilot.kernel.clock import now
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId
from copilot.speech.errors import AudioUnreadableError
from copilot.speech.hearing import HeardFile, hear_file
from copilot.speech.spoken.segments import written_of
from copilot.speech.transcript import Segment, Speaker, Transcript

LOW_ACCURACY_TAG = "low-accuracy-transcript"
_TRANSCRIBED = 0.9
_BATCH = 2000
# Nobody is called "unknown" among the roles: on one channel most of what matters to the notes
# (requests, questions) is the customer's.
_ROLES: dict[Speaker, Role] = {"agent": "agent", "customer": "customer", "unknown": "customer"}


def call_handler(flow: CallFlow) -> Handler:
    """The handler of jobs of kind ``call``; their subject is the call's id."""

    async def run(ctx: JobContext) -> None:
        await ctx.step("transcribe", lambda: transcribe(flow, ctx))
        await ctx.progress(_TRANSCRIBED)
        await ctx.step("conversation", lambda: make_conversation(flow, ctx.tenant, ctx.subject_id))
        await ctx.step("notes", lambda: write_notes(flow, ctx.tenant, ctx.subject_id))
        await ctx.step("finish", lambda: finish(flow, ctx.tenant, ctx.subject_id))

    return run


async def transcribe(flow: CallFlow, ctx: JobContext) -> int:
    """Hear the recording and store its transcript; returns the number of segments."""
    async with flow.db.read() as session:
        try:
            call = await store.row(session, ctx.tenant, ctx.subject_id)
        except CallNotFoundError:
            # Accepting it was cut off, or it was deleted: its recording must not stay.
            await flow.blobs.delete(recording_name(ctx.tenant, ctx.subject_id))
            raise
        if call.transcribed_at is not None:
            return len((await store.transcript(session, ctx.tenant, call.id)).segments)
        expected = await vocabulary_for(session, ctx.tenant, call, region=flow.region)
    with tempfile.TemporaryFile() as audio:
        await _fetch(flow, call, audio)
        async with leaving(flow, call, expected):
            file, seconds = await in_thread(
                ctx, lambda relay: _hear(flow, call, audio, expected, relay), up_to=_TRANSCRIBED
            )
    heard, taken_out = await redact_arrival(flow, file.transcript)
    async with flow.db.write() as session:
        # First, so that a call deleted meanwhile is told as that, not as a broken foreign key.
        await store.change(
            session,
            ctx.tenant,
            call.id,
            transcribed_at=now(),
            stage="summarising",
            language=heard.language,
            duration=heard.duration,
            engine=heard.engine,
            low_accuracy=heard.low_accuracy,
            damaged=file.damaged,
            warnings=[one.model_dump() for one in file.warnings],
            real_time_factor=round(seconds / max(heard.duration, 0.1), 4),
            **taken_out,
        )
        await store.save_transcript(session, ctx.tenant, call.id, heard)
        await forget_chunks(session, ctx.tenant, call.id)
    return len(heard.segments)


async def make_conversation(flow: CallFlow, tenant: TenantId, call_id: str) -> str:
    """Make the transcript a conversation's messages; returns its id.

    The call's row is changed last, so that a call deleted meanwhile leaves no conversation.
    """
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
        transcript = await store.transcript(session, tenant, call_id)
    messages = [_message(call, segment) for segment in transcript.segments if segment.text]
    head = _conversation(call, transcript)
    conversation_id = ""
    for start in range(0, max(1, len(messages)), _BATCH):
        body = head.model_copy(update={"messages": messages[start : start + _BATCH]})
        cleaned = await asyncio.to_thread(cleaning.clean_all, body)
        async with flow.db.write() as session:
            stored, _ = await conversations.put(
                session, tenant, SOURCE, call_id, body, region=flow.region, cleaned=cleaned
            )
            conversation_id = stored.id
            await store.change(
                session, tenant, call_id, conversation_id=conversation_id, customer=None
            )
    await _catch_up(flow, tenant, call_id, conversation_id, transcript)
    return conversation_id


async def _catch_up(
    flow: CallFlow, tenant: TenantId, call_id: str, conversation_id: str, written: Transcript
) -> None:
    """Correct what a human corrected after ``written`` was read, and before there was a message."""
    before = {segment.n: segment.text for segment in written.segments}
    async with flow.db.write() as session:
        for segment in (await store.transcript(session, tenant, call_id)).segments:
            if segment.text != before.get(segment.n):
                message_id = segment_message_id(segment.n)
                await edits.correct_message(
                    session,
                    tenant,
                    conversation_id,
                    message_id,
                    segment.text,
                    written=written_of(segment),
                )


async def write_notes(flow: CallFlow, tenant: TenantId, call_id: str) -> str | None:
    """Summarise the conversation; returns the summary's id."""
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
    if call.conversation_id is None:
        raise NotFoundError("The call's conversation was deleted: there is nothing to summarise.")
    return (await flow.summariser.for_conversation(tenant, call.conversation_id, NOTES)).id


async def finish(flow: CallFlow, tenant: TenantId, call_id: str) -> None:
    """Say that the call is done; its recording may have to be silenced yet."""
    await silence_arrival(flow, tenant, call_id)
    async with flow.db.write() as session:
        await store.change(session, tenant, call_id, finished_at=now())


async def _fetch(flow: CallFlow, call: CallRow, file: BinaryIO) -> None:
    try:
        size = await flow.blobs.size(call.blob)
        for start in range(0, size, 8 * CHUNK):
            part = await flow.blobs.get(call.blob, start=start, end=min(size, start + 8 * CHUNK))
            await asyncio.to_thread(file.write, part)
    except NotFoundError as error:
        raise AudioUnreadableError(
            "The stored recording is gone: delete the call and send the recording again."
        ) from error


def _hear(
    flow: CallFlow, call: CallRow, audio: BinaryIO, expected: Sequence[str], relay: Relay
) -> tuple[HeardFile, float]:
    started = time.monotonic()
    # The customer's own language is the best guess where the call's was not told.
    heard = hear_file(
        audio,
        flow.speech,
        language=call.stated_language or (call.customer or {}).get("language"),
        agent_channel=call.agent_channel,
        vocabulary=expected,
        progress=relay,
        checkpoints=CallCheckpoints(flow.db, TenantId(call.tenant_id), call.id, relay),
    )
    return heard, time.monotonic() - started


def _conversation(call: CallRow, transcript: Transcript) -> ConversationIn:
    return ConversationIn(
        channel="phone",
        subject=call.subject,
        language=transcript.language,
        tags=[LOW_ACCURACY_TAG] if transcript.low_accuracy else [],
        customer=None if call.customer is None else CustomerIn.model_validate(call.customer),
    )


def _message(call: CallRow, segment: Segment) -> MessageIn:
    return MessageIn(
        external_id=segment_message_id(segment.n),
        author=Author(role=_ROLES[segment.speaker]),
        sent_at=call.started_at + timedelta(seconds=segment.start),
        text=segment.text,
        start=segment.start,
        end=segment.end,
        written=written_of(segment),
    )
