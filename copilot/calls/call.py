"""What a call is: a recording on its way to a transcript, a conversation and notes."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from copilot.customers.customer import CustomerIn
from copilot.jobs.queue import JobError
from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.speech.audio_warnings import AudioWarning

CallStatus = Literal["queued", "transcribing", "summarising", "done", "failed", "cancelled"]
CallStage = Literal["transcribing", "summarising"]
_LATEST_START = datetime(9999, 1, 1, tzinfo=UTC)
LanguageCode = Annotated[
    StorableText, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
]


class CallIn(BaseModel):
    """The ``metadata`` of ``POST /v1/calls``. Everything may be left out.

    Attributes:
        external_id: The call's id in the phone system; sending it again changes nothing.
        customer: Who called.
        agent_channel: The channel that the agent is on, in a two-channel recording; null to
            tell by what is said.
        language: Of the call; null to detect it.
        started_at: When the call began; null for when it was sent.
        vocabulary: Product and place names to expect.
        subject: What to call the conversation.
    """

    model_config = ConfigDict(extra="forbid")

    external_id: Annotated[StorableText, Field(min_length=1, max_length=255)] | None = None
    customer: CustomerIn | None = None
    agent_channel: Literal[0, 1] | None = None
    language: LanguageCode | None = Field(default=None, examples=["fi", "en-GB"])
    started_at: UtcTime | None = None
    vocabulary: list[Annotated[StorableText, Field(max_length=100)]] = Field(
        default_factory=list, max_length=200
    )
    subject: Annotated[StorableText, Field(max_length=1000)] | None = None

    @field_validator("started_at")
    @classmethod
    def _ends_in_time(cls, at: datetime | None) -> datetime | None:
        # What is said is dated by adding its second to this.
        if at is not None and at > _LATEST_START:
            raise ValueError("the time is out of range")
        return at


class AcceptedCall(BaseModel):
    """The answer to an upload: follow ``GET /v1/jobs/{job_id}``."""

    id: str
    status: CallStatus
    job_id: str


class Call(BaseModel):
    """A call and how far it has come.

    Attributes:
        duration: Seconds; from the recording's header until it has been transcribed.
        engine: What made the transcript.
        low_accuracy: The transcript was made by a fallback recogniser: expect wrong words.
        damaged: Parts of the recording could not be decoded and are silent in the transcript.
        warnings: What to know about the recording before its words are trusted: it is cut off,
            damaged, overdriven, silent on one side.
        real_time_factor: Seconds of work per second of recording.
        conversation_id: The conversation that the call became.
        redacted_at: When sensitive figures were last taken out of it.
        audio_expired_at: When its recording was deleted, having been kept long enough.
        error: Why it failed, or why it waits to be tried again, and what to do; the recording is
            kept.
    """

    id: str
    external_id: str | None
    status: CallStatus
    job_id: str
    error: JobError | None = None
    subject: str | None
    conversation_id: str | None
    started_at: UtcTime
    language: str | None
    agent_channel: int | None
    channels: int
    duration: float | None
    media_type: str
    size: int = Field(description="Bytes of the recording")
    engine: str | None
    low_accuracy: bool
    damaged: bool
    warnings: list[AudioWarning] = []
    real_time_factor: float | None
    redacted_at: UtcTime | None = None
    audio_expired_at: UtcTime | None = None
    created_at: UtcTime
    updated_at: UtcTime


class SegmentCorrection(BaseModel):
    """The body of ``PATCH /v1/calls/{id}/transcript/segments/{n}``: what was really said."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[StorableText, Field(min_length=1, max_length=20_000)]

    @field_validator("text")
    @classmethod
    def _not_blank(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("the text is blank: write what was said")
        return text.strip()
