"""Tables of mail: which conversation a mail belongs to, and how far mailboxes have been read."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class MailIdRow(Base):
    """A mail's id and its conversation: of a mail that is stored, or one that was answered there.

    ``mail_id`` is the external id of the message when the mail is stored.
    """

    __tablename__ = "mail_ids"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    mail_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )


class MailThreadRow(Base):
    """What mails that name no other are joined by: subject, people and time of a conversation.

    ``subject``, ``sender`` and ``people`` are hashes. ``opening`` says how its oldest mail begins:
    see :mod:`copilot.conversations.kinship`.
    """

    __tablename__ = "mail_threads"
    __table_args__ = (Index("ix_mail_threads_subject", "tenant_id", "subject", "last_at"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    opening: Mapped[str] = mapped_column(String(16))
    sender: Mapped[str] = mapped_column(String(16))
    people: Mapped[list[str]] = mapped_column(JSON)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailFolderRow(Base):
    """How far a folder of a mailbox has been read: every mail up to ``last_uid`` is stored.

    Of mails before ``since`` none was read. It holds no secret.
    """

    __tablename__ = "mail_folders"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    port: Mapped[int] = mapped_column(Integer, primary_key=True)
    username: Mapped[str] = mapped_column(String(320), primary_key=True)
    folder: Mapped[str] = mapped_column(String(500), primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[date | None] = mapped_column(Date)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
