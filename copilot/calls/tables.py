"""Tables of calls and the segments of their transcripts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class CallRow(Base):
    """One recording. Whether it is being worked on is known by its job, not here.

    Attributes:
        dedupe_key: The external id where there is one, else the checksum: what makes an upload
            the same call.
        customer: Who called, until the conversation knows.
        stated_language: What the caller of the API said; ``language`` is what was recognised.
        redacted: What was taken out of the transcript: segment, kind and seconds.
        audio_checksum: Of the bytes that are stored, where they are not those that were sent.
        audio_expired_at: When the recording was deleted and the transcript kept.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index(None, "tenant_id", "checksum"),
        Index(None, "tenant_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(255))
    dedupe_key: Mapped[str] = mapped_column(String(300))
    checksum: Mapped[str] = mapped_column(String(64))
    blob: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(64))
    channels: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str | None] = mapped_column(Text)
    customer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    agent_channel: Mapped[int | None] = mapped_column(Integer)
    stated_language: Mapped[str | None] = mapped_column(String(35))
    vocabulary: Mapped[list[str]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    job_id: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(35))
    duration: Mapped[float | None] = mapped_column(Float)
    engine: Mapped[str | None] = mapped_column(String(200))
    low_accuracy: Mapped[bool] = mapped_column(Boolean)
    damaged: Mapped[bool] = mapped_column(Boolean)
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    real_time_factor: Mapped[float | None] = mapped_column(Float)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    transcribed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redacted: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    audio_checksum: Mapped[str | None] = mapped_column(String(64))
    audio_expired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChunkRow(Base):
    """What was heard in a part of one channel, until the whole call is transcribed.

    Attributes:
        engine: What heard it: the parts of one transcript are all of one engine.
        start: The first sample.
        heard: The chunk, see :class:`copilot.speech.chunks.Chunk`.
    """

    __tablename__ = "call_chunks"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    engine: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel: Mapped[int] = mapped_column(Integer, primary_key=True)
    start: Mapped[int] = mapped_column("first_sample", BigInteger, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    heard: Mapped[dict[str, Any]] = mapped_column(JSON)


class SegmentRow(Base):
    """A timed stretch by one speaker; the words before a correction are kept."""

    __tablename__ = "call_segments"
    # Corrections are few among a tenant's segments.
    __table_args__ = (Index(None, "tenant_id", "corrected_at"),)

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    start: Mapped[float] = mapped_column("start_s", Float)
    end: Mapped[float] = mapped_column("end_s", Float)
    speaker: Mapped[str] = mapped_column(String(16))
    channel: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float | None] = mapped_column(Float)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    figures: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    original_text: Mapped[str | None] = mapped_column(Text)
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallNotesRow(Base):
    """The notes of a call once somebody edited or approved them.

    ``sections`` and the columns beside it are what is shown then, whatever summary of the
    conversation is made later. ``message_id`` is the note's in the conversation: it stays when the
    text is edited after that.
    """

    __tablename__ = "call_notes"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    summary_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str | None] = mapped_column(String(35))
    headline: Mapped[str] = mapped_column(Text)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    engine: Mapped[str] = mapped_column(String(200))
    degraded: Mapped[bool] = mapped_column(Boolean)
    left_out: Mapped[int] = mapped_column(Integer)
    prompt_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(200))
    message_id: Mapped[str | None] = mapped_column(String(40))
