"""Table of what waits to be indexed."""

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class OutboxRow(Base):
    """An article or conversation whose passages may differ from the index.

    ``marks`` grows with every mark, so that a change during indexing is not lost. ``claimed_by``
    and ``claimed_until`` keep workers off each other's work. What an import or a rebuild marked is
    ``bulk`` and lets everything else go first.
    """

    __tablename__ = "index_outbox"
    __table_args__ = (Index(None, "bulk", "marked_at"),)

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    marks: Mapped[int] = mapped_column(Integer)
    bulk: Mapped[bool] = mapped_column(Boolean, server_default=false())
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
