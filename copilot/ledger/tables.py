"""The table of what left for language models and speech servers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class ModelCallRow(Base):
    """One call of a model, written before anything leaves.

    No foreign keys: what a call took counts although its conversation is deleted. Without an
    ``outcome`` it is under way, or its process died.
    """

    __tablename__ = "model_calls"
    __table_args__ = (
        Index(None, "tenant_id", "sent_at"),
        Index(None, "tenant_id", "conversation_id"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "call_id"),
        Index(None, "has_text", "sent_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    task: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    customer_id: Mapped[str | None] = mapped_column(String(40))
    call_id: Mapped[str | None] = mapped_column(String(40))
    principal_id: Mapped[str | None] = mapped_column(String(64))
    engine: Mapped[str] = mapped_column(String(255))
    host: Mapped[str] = mapped_column(String(255))
    local: Mapped[bool] = mapped_column(Boolean)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    sent: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    has_text: Mapped[bool] = mapped_column(Boolean)
    masked: Mapped[dict[str, int]] = mapped_column(JSON)
    characters: Mapped[int] = mapped_column(Integer)
    prompt_tokens: Mapped[int | None] = mapped_column(Integer)
    answer_tokens: Mapped[int | None] = mapped_column(Integer)
    estimated: Mapped[bool] = mapped_column(Boolean)
    cost: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(3))
