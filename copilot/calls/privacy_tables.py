"""Tables of how long calls are kept, and of stored recordings that are to go."""

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class RetentionRow(Base):
    """How many days a tenant keeps its calls; null is for ever."""

    __tablename__ = "call_retention"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    audio_days: Mapped[int | None] = mapped_column(Integer)
    text_days: Mapped[int | None] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DiscardedBlobRow(Base):
    """A blob that no call has, or soon none will have: it is deleted, whatever process dies.

    Written before a new recording is, and in the transaction that takes an old one out of use. No
    foreign key: it outlives its call.
    """

    __tablename__ = "call_discarded_blobs"
    __table_args__ = (Index(None, "due_at"),)

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
