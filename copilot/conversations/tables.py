"""Tables of conversations, their messages and imports."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copilot.auth import tables as _auth  # noqa: F401 - read marks refer to its agents
from copilot.kernel.db import Base, UtcDateTime


class ConversationRow(Base):
    """One case.

    ``stated_language`` is what the source said, ``language`` what we go by. ``last_contact_at``,
    which lists are sorted by, is ``last_message_at``, or ``created_at`` when there is no message.
    What was made of a version before ``redacted_version`` may hold what was taken out since.
    ``waiting_since`` and ``last_author_role`` are those of :mod:`copilot.conversations.waiting`;
    ``news_version`` is the version with which the customer last wrote and was not answered at once;
    ``cfs`` the latest customer feedback score.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source", "external_id"),
        Index(None, "tenant_id", "updated_at"),
        Index(None, "tenant_id", "last_contact_at"),
        Index(None, "tenant_id", "customer_id"),
        Index("ix_conversations_status", "tenant_id", "status", "last_contact_at"),
        Index(None, "tenant_id", "waiting_since"),
        # Read by customers' merge: whose passages must be indexed again under the new customer.
        {"info": {"passages_of_customer": "conversation"}},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(32))
    language: Mapped[str | None] = mapped_column(String(35))
    stated_language: Mapped[str | None] = mapped_column(String(35))
    tags: Mapped[list[str]] = mapped_column(JSON)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"))
    version: Mapped[int] = mapped_column(Integer)
    redacted_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    message_count: Mapped[int] = mapped_column(Integer)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_author_role: Mapped[str | None] = mapped_column(String(16))
    news_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cfs: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageRow(Base):
    """One utterance: the clean text, and the original apart from it."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        Index(None, "conversation_id", "seq"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(255))
    seq: Mapped[int] = mapped_column(Integer)
    author_role: Mapped[str] = mapped_column(String(16))
    author_name: Mapped[str | None] = mapped_column(String(200))
    visibility: Mapped[str] = mapped_column(String(16))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    written: Mapped[str | None] = mapped_column(Text)
    quoted_text: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[str]] = mapped_column(JSON)
    original_text: Mapped[str | None] = mapped_column(Text)
    original_html: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))
    start: Mapped[float | None] = mapped_column("start_s", Float)
    end: Mapped[float | None] = mapped_column("end_s", Float)


class ReadRow(Base):
    """Up to which version an agent has seen a conversation."""

    __tablename__ = "conversation_reads"

    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True
    )
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    tenant_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """One uploaded file of conversations and how far it has come."""

    __tablename__ = "conversation_imports"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(Integer)
    found: Mapped[int | None] = mapped_column(Integer)
    stored: Mapped[int] = mapped_column(Integer)
    faults: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
