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

    ``sentences`` holds those kept, removed, added, moved and changed, what became of ``greeting``
    and ``closing``, and under ``marks`` the codes that the draft carried about its sources by then.
    ``sentence_count`` and ``kept_count`` leave greeting and closing out. ``unsupported`` are the
    figures of what was sent that no source supports, ``confirmed`` those that a person vouched for.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "tenant_id", "draft_id"),
        Index(None, "tenant_id", "created_at"),
    )

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
    sentences: Mapped[dict[str, Any]] = mapped_column(JSON)
    confirmed: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    unsupported: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )
    sentence_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kept_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewSourceRow(Base):
    """What became of the sentences of a reviewed draft that rest on one source.

    ``part`` is the passage of an article, and empty for everything else.
    """

    __tablename__ = "review_sources"
    __table_args__ = (Index("ix_review_sources_source", "tenant_id", "kind", "source_id"),)

    review_id: Mapped[str] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    part: Mapped[str] = mapped_column(String(80), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    sentence_count: Mapped[int] = mapped_column(Integer)
    kept_count: Mapped[int] = mapped_column(Integer)
    changed_count: Mapped[int] = mapped_column(Integer)


class ReviewExampleRow(Base):
    """A reviewed reply as an example of style: without personal data and figures from the start.

    ``words`` are what questions are compared by.
    """

    __tablename__ = "review_examples"
    __table_args__ = (Index("ix_review_examples_language", "tenant_id", "language", "created_at"),)

    review_id: Mapped[str] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35))
    question: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    sent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
