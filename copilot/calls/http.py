"""Routes of calls: send a recording, follow it, read, correct and play what was said."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    Depends,
    File,
    Form,
    Header,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.calls import store
from copilot.calls.call import AcceptedCall, Call, CallIn, SegmentCorrection
from copilot.calls.errors import (
    CallExistsError,
    CallNotFoundError,
    CallNotReadyError,
    RangeNotSatisfiableError,
    RecordingExpiredError,
    SegmentNotFoundError,
)
from copilot.calls.flow import CallFlow
from copilot.calls.ranges import ByteRange, parse_range, read_bytes
from copilot.calls.searching import CALL_SEARCH, TranscriptHits
from copilot.kernel.db import Database
from copilot.kernel.errors import (
    ConflictError,
    InvalidInputError,
    MalformedBodyError,
    PayloadTooLargeError,
)
from copilot.kernel.http import Reads, database, problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText
from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioTooLongError,
    AudioUnreadableError,
)
from copilot.speech.formats import MEDIA_TYPES, TranscriptFormat, render
from copilot.speech.transcript import Segment, Transcript

router = APIRouter(prefix="/v1", tags=["calls"])

MayRead = Annotated[Principal, Depends(require("calls:read"))]
MayWrite = Annotated[Principal, Depends(require("calls:write"))]
CallId = Annotated[StorableText, Path(max_length=64, examples=["cal_01j8"])]
_AUDIO_ERRORS = (AudioUnreadableError, AudioEmptyError, AudioTooLongError, AudioChannelsError)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string"}}


def call_flow(request: Request) -> CallFlow:
    """What can be done with calls."""
    calls: CallFlow = request.state.deps.calls
    return calls


Calls = Annotated[CallFlow, Depends(call_flow)]


@router.post(
    "/calls",
    status_code=202,
    responses=problems(
        *AUTH_ERRORS,
        MalformedBodyError,
        InvalidInputError,
        PayloadTooLargeError,
        CallExistsError,
        ConflictError,
        *_AUDIO_ERRORS,
    ),
)
async def send_call(
    audio: Annotated[
        UploadFile,
        File(description="WAV (also µ-law, A-law, ADPCM), MP3, M4A, Ogg/Opus, FLAC or WebM"),
    ],
    calls: Calls,
    principal: MayWrite,
    metadata: Annotated[
        str,
        Form(
            description='JSON: `{"external_id","customer":{…},"agent_channel":0|1|null,'
            '"language","started_at","vocabulary":["…"],"subject"}`, everything optional',
            examples=['{"external_id": "pbx-1", "agent_channel": 0, "language": "en"}'],
        ),
    ] = "{}",
) -> AcceptedCall:
    """Send a recording; it is transcribed, becomes a conversation and gets notes.

    A recording that cannot be used is refused here, before it is accepted.
    """
    return await calls.accept(principal.tenant, _metadata(metadata), audio.file)


@router.get("/calls", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_calls(
    session: Reads,
    principal: MayRead,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[Call]:
    """Calls, the latest sent first."""
    return await store.find(session, principal.tenant, limit=limit, cursor=cursor)


@router.get("/calls/{call_id}", responses=problems(*AUTH_ERRORS, CallNotFoundError))
async def get_call(call_id: CallId, session: Reads, principal: MayRead) -> Call:
    """One call: how far it is, what made its transcript, and what it became."""
    return await store.get(session, principal.tenant, call_id)


@router.delete(
    "/calls/{call_id}", status_code=204, responses=problems(*AUTH_ERRORS, CallNotFoundError)
)
async def delete_call(call_id: CallId, calls: Calls, principal: MayWrite) -> None:
    """Delete a call with its recording, transcript, notes and conversation."""
    await calls.delete(principal.tenant, call_id)


@router.get(
    "/calls/{call_id}/transcript",
    response_model=Transcript,
    responses={
        200: {
            "description": "The transcript, corrections included",
            "content": {kind.split(";")[0]: _TEXT for kind in list(MEDIA_TYPES.values())[1:]},
        },
        **problems(*AUTH_ERRORS, CallNotFoundError, CallNotReadyError, InvalidInputError),
    },
)
async def get_transcript(
    call_id: CallId,
    session: Reads,
    principal: MayRead,
    *,
    form: Annotated[TranscriptFormat, Query(alias="format")] = "json",
    marks: Annotated[
        bool,
        Query(
            description="In text and subtitles: mark words that the engine was not sure of"
            " (`[?]`, in VTT the class `unsure`), and tell what it had heard before a correction"
        ),
    ] = False,
) -> Response:
    """Who said what when, as JSON, text or subtitles."""
    transcript = await store.transcript(session, principal.tenant, call_id)
    headers = {"X-Low-Accuracy": "true"} if transcript.low_accuracy else {}
    shown = await asyncio.to_thread(render, transcript, form, marks=marks)
    return Response(shown, headers=headers, media_type=MEDIA_TYPES[form])


@router.get(
    "/calls/{call_id}/transcript/search",
    responses=problems(*AUTH_ERRORS, CallNotFoundError, CallNotReadyError, InvalidInputError),
)
async def search_transcript(
    call_id: CallId,
    db: Annotated[Database, Depends(database)],
    request: Request,
    principal: MayRead,
    query: Annotated[StorableText, Query(min_length=1, max_length=500, examples=["refund"])],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TranscriptHits:
    """Where in the call something was said: by words in any form, by figures, by meaning."""
    async with db.read() as session:
        transcript = await store.transcript(session, principal.tenant, call_id)
    embedding = request.state.deps.embedding
    hits = await CALL_SEARCH.search(transcript, query, embedding, limit=limit)
    return TranscriptHits(hits=hits)


@router.patch(
    "/calls/{call_id}/transcript/segments/{n}",
    responses=problems(
        *AUTH_ERRORS,
        CallNotFoundError,
        SegmentNotFoundError,
        CallNotReadyError,
        InvalidInputError,
    ),
)
async def correct_segment(
    call_id: CallId,
    n: Annotated[int, Path(ge=1, le=1_000_000)],
    body: SegmentCorrection,
    calls: Calls,
    principal: MayWrite,
) -> Segment:
    """Put right what was said; the recogniser's text is kept as `original_text`.

    The conversation's message changes too, and summaries of it become stale.
    """
    return await calls.correct(principal.tenant, call_id, n, body.text)


@router.get(
    "/calls/{call_id}/audio",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The recording", "content": {"audio/*": _BINARY}},
        206: {"description": "The bytes asked for by `Range`", "content": {"audio/*": _BINARY}},
        **problems(
            *AUTH_ERRORS, CallNotFoundError, RecordingExpiredError, RangeNotSatisfiableError
        ),
    },
)
async def get_audio(
    call_id: CallId,
    calls: Calls,
    principal: MayRead,
    range_header: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """The recording; `Range` requests let a player seek.

    It is as it was sent, or silent where a redaction asked for that: the `ETag` tells which.
    """
    call, size = await calls.recording(principal.tenant, call_id)
    tag = f'"{call.audio_checksum or call.checksum}"'
    part = None if if_range not in {None, tag} else parse_range(range_header, size)
    wanted = part or ByteRange(0, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(wanted.end - wanted.start),
        "ETag": tag,
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    content: AsyncIterator[bytes] = read_bytes(calls.blobs, call.blob, wanted)
    status = 200 if part is None else 206
    return StreamingResponse(content, status, headers, media_type=call.media_type)


def _metadata(text: str) -> CallIn:
    try:
        return CallIn.model_validate_json(text)
    except ValidationError as error:
        found: list[dict[str, Any]] = [
            {"loc": ["body", "metadata", *one["loc"]], "message": one["msg"]}
            for one in error.errors(include_url=False, include_context=False)
        ]
        if any(one["type"] == "json_invalid" for one in error.errors()):
            raise MalformedBodyError("metadata is not valid JSON.", errors=found) from error
        where = ".".join(str(part) for part in found[0]["loc"][1:])
        raise InvalidInputError(f"{where}: {found[0]['message']}", errors=found) from error
