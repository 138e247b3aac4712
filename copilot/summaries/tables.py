"""Tables of stored summaries, of those to be renewed, and of who is to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class SummaryRow(Base):
    """The latest summary of a conversation for one set of options.

    ``options`` is null in rows that were written before it was kept.
    """

    __tablename__ = "summaries"
    __table_args__ = (UniqueConstraint("conversation_id", "options_hash"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    options_hash: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str | None] = mapped_column(String(35))
    headline: Mapped[str] = mapped_column(Text)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    engine: Mapped[str] = mapped_column(String(200))
    degraded: Mapped[bool] = mapped_column(Boolean)
    left_out: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    prompt_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RefreshRow(Base):
    """A conversation whose summaries are to be renewed once ``due_at`` has come.

    Every new message puts ``due_at`` off, but not beyond ``latest_at``. No foreign key: a reader
    who marks a conversation must not wait for one who writes to it, nor the other way round.
    """

    __tablename__ = "summary_refreshes"
    __table_args__ = (Index(None, "due_at"), Index(None, "tenant_id", "due_at"))

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    latest_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticeRow(Base):
    """A wish for a summary of at least ``version``, and for word of it when it is there.

    ``waiting`` for the summary; then, with a ``url``, ``due`` to be sent at ``due_at``, ``sending``
    while a job does so, and ``delivered`` or ``failed``. ``body`` is what is sent: ids only.
    """

    __tablename__ = "summary_notices"
    __table_args__ = (
        Index(None, "status", "due_at"),
        Index("ix_summary_notices_status_tenant_id_due_at", "status", "tenant_id", "due_at"),
        Index(None, "tenant_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    options_hash: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    url: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
