"""What is in a mail file, message by message, as ``copilot thread`` shows it."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path

from pydantic import BaseModel

from copilot.conversations.files import read_mails
from copilot.conversations.mail import Mail
from copilot.conversations.quotes import passes_on, split_reply
from copilot.conversations.unfold import unfold
from copilot.kernel.clock import UtcTime
from copilot.kernel.html_text import html_to_text
from copilot.kernel.text import storable

_BARE = {".txt", ".html", ".htm"}
_MAX_BARE_BYTES = 10_000_000
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class ReadMessage(BaseModel):
    """One mail, or one that a mail quotes."""

    author: str | None
    sent_at: UtcTime | None
    subject: str | None
    text: str
    quoted_text: str | None
    signature: str | None
    auto_reply: bool


class ReadFile(BaseModel):
    """A file and the messages in it, oldest first."""

    file: str
    messages: list[ReadMessage]


def read_file(path: Path) -> ReadFile:
    """How ``path`` is understood: .eml, .mbox, or the bare body of a mail as .txt or .html.

    The history that a single mail quotes comes first, the mail itself last.
    """
    suffix = path.suffix.lower()
    if suffix in _BARE:
        with path.open("rb") as file:
            content = file.read(_MAX_BARE_BYTES).decode("utf-8", "replace")
        bare = read_body(content, html=suffix != ".txt")
        body = html_to_text(storable(content)) if suffix != ".txt" else storable(content)
        return ReadFile(file=str(path), messages=_with_history(bare, forwards=passes_on(body)))
    mails = read_mails(path)
    if len(mails) == 1:
        mail = mails[0]
        read = _with_history(read_mail(mail), mail.zone, forwards=passes_on(_body(mail)))
        return ReadFile(file=str(path), messages=read)
    mails.sort(key=lambda one: one.sent_at or _UNDATED)
    return ReadFile(file=str(path), messages=[read_mail(one) for one in mails])


def read_body(content: str, *, html: bool = False) -> ReadMessage:
    """How the bare body of a mail is understood, apart from the mails that it quotes."""
    text = storable(content)
    return _read(html_to_text(text) if html else text)


def read_mail(mail: Mail) -> ReadMessage:
    """How a mail is understood, apart from the mails that it quotes."""
    read = _read(_body(mail))
    name, email = mail.sender
    return read.model_copy(
        update={
            "author": (f"{name} <{email}>" if name else email) or None,
            "sent_at": mail.sent_at,
            "subject": mail.subject or None,
            "auto_reply": mail.auto_reply,
        }
    )


def _body(mail: Mail) -> str:
    return mail.text if mail.text.strip() else html_to_text(mail.html or "")


def _read(body: str) -> ReadMessage:
    parts = split_reply(body)
    return ReadMessage(
        author=None,
        sent_at=None,
        subject=None,
        text=parts.text,
        quoted_text=parts.quoted_text,
        signature=parts.signature,
        auto_reply=False,
    )


def _with_history(
    last: ReadMessage, zone: tzinfo = UTC, *, forwards: bool = False
) -> list[ReadMessage]:
    """A mail behind those that it quotes; what it only passes on was said by who wrote that."""
    quoted = unfold(last.quoted_text, zone)
    if forwards and quoted and not quoted[-1].text:
        quoted[-1] = quoted[-1]._replace(text=last.text, signature=last.signature)
        last = last.model_copy(update={"text": "", "signature": None})
    history = [
        ReadMessage(
            author=one.author,
            sent_at=one.sent_at,
            subject=one.subject or last.subject,
            text=one.text,
            quoted_text=None,
            signature=one.signature,
            auto_reply=False,
        )
        for one in quoted
    ]
    return [*history, last]
