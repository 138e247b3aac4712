"""Tables of drafts and their reviews."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class DraftRow(Base):
    """One draft; ``body`` is the whole of it, the columns are what is asked for."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "tenant_id", "conversation_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    conversation_version: Mapped[int] = mapped_column(Integer)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    language: Mapped[str | None] = mapped_column(String(35))
    engine: Mapped[str] = mapped_column(String(200))
    degraded: Mapped[bool] = mapped_column(Boolean)
    prompt_hash: Mapped[str | None] = mapped_column(String(64))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewRow(Base):
    """What a person did with a draft. A draft may be reviewed again; the last one counts.

    ``sentences`` holds those kept, removed and added, and under ``marks`` the codes that the draft
    carried about its sources by then.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "tenant_id", "draft_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    reviewer_id: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(16))
    final_text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(200))
    comment: Mapped[str | None] = mapped_column(Text)
    edit_distance: Mapped[int] = mapped_column(Integer)
    similarity: Mapped[float] = mapped_column(Float)
    sentences: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
