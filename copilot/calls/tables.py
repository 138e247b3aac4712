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
    real_time_factor: Mapped[float | None] = mapped_column(Float)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    transcribed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SegmentRow(Base):
    """A timed stretch by one speaker; the words before a correction are kept."""

    __tablename__ = "call_segments"

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
    original_text: Mapped[str | None] = mapped_column(Text)
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
