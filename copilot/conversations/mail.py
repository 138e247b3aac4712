"""One mail from its bytes, in any state: broken headers and charsets, nested or missing parts.

Nothing here raises for what a mail contains. What cannot be understood is left out of the result,
never the mail.
"""

import hashlib
import re
from datetime import UTC, datetime, tzinfo
from email import message_from_bytes
from email.message import Message as MimeMessage
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

from copilot.conversations.mail_headers import Headers, charset_text
from copilot.conversations.mail_kind import is_automatic
from copilot.kernel.text import storable

MAX_BYTES = 40_000_000
_MAX_PARTS = 500
_MAX_TEXT = 2_000_000
_MAX_HTML = 5_000_000
_MAX_NAME = 255
_MAX_HEADER = 20_000
_MAX_PARAMETERS = 2_000
_MAX_ANCESTORS = 100
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,400})\s*>")
_BARE_ID = re.compile(r"[^<>\s,]{1,200}@[^<>\s,]{1,200}")
_ADDRESS = re.compile(r"[\w.+'=&/-]{1,64}@[\w.-]{1,255}")
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


class Address(NamedTuple):
    """A name, which may be empty, and a mail address, which may be empty too."""

    name: str
    email: str


class Mail(NamedTuple):
    """What was read from one mail.

    Attributes:
        message_id: Without angle brackets; a hash of the mail when it has none.
        ancestors: Ids of the mails it answers, oldest first; of very many the first and last.
        auto_reply: Whether a machine sent it: out of office, receipt, bounce.
        attachments: Names of the files that came with it.
        zone: Of the clock that ``sent_at`` was read from; UTC when it is unknown.
    """

    message_id: str
    ancestors: tuple[str, ...]
    subject: str
    sender: Address
    recipients: tuple[Address, ...]
    sent_at: datetime | None
    text: str
    html: str | None
    attachments: tuple[str, ...]
    auto_reply: bool
    zone: tzinfo = UTC


def parse_mail(raw: bytes) -> Mail:
    """Read one mail. Never raises; only its first 40 MB are read."""
    raw = raw[:MAX_BYTES].lstrip(b"\r\n\t ")
    try:
        message = message_from_bytes(raw, policy=_BoundedHeaders())
    except _BROKEN:
        # Parts nested deeper than the parser goes: the header and nothing else is understood.
        message = BytesHeaderParser(policy=_BoundedHeaders()).parsebytes(raw)
        message.set_payload("")
    headers = Headers(message)
    body = _Body()
    body.read(message)
    sender = _addresses(headers, "from") or _addresses(headers, "sender", "return-path")
    sent_at = _sent_at(headers)
    own_id = _ids(headers.get("message-id"))
    return Mail(
        message_id=own_id[0] if own_id else hashlib.sha256(raw).hexdigest()[:32],
        ancestors=_ancestors(headers),
        subject=headers.get("subject")[:1000],
        sender=sender[0] if sender else Address("", ""),
        recipients=tuple(_addresses(headers, "to", "cc", "delivered-to")),
        sent_at=sent_at.astimezone(UTC) if sent_at else None,
        text=storable("\n\n".join(body.plain))[:_MAX_TEXT].strip("\n"),
        html=storable("\n".join(body.html))[:_MAX_HTML] or None,
        attachments=tuple(body.attachments),
        auto_reply=is_automatic(headers),
        zone=(sent_at.tzinfo if sent_at else None) or UTC,
    )


class _BoundedHeaders(Compat32):
    """Cuts long headers: the parser takes the square of the length to read their parameters."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        has_parameters = name.lower().startswith("content-")
        return name, value[: _MAX_PARAMETERS if has_parameters else _MAX_HEADER]


class _Body:
    """Collects the readable parts of a mail, without descending into mails attached to it."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attachments: list[str] = []

    def read(self, message: MimeMessage) -> None:
        waiting = [message]
        for _ in range(_MAX_PARTS):
            if not waiting:
                return
            part = waiting.pop()
            kind = _content_type(part)
            payload = part.get_payload()
            name = _file_name(part)
            if kind.startswith("message/") and part is not message:
                self._attached_mail(part, name)
            elif isinstance(payload, list):
                waiting.extend(one for one in reversed(payload) if isinstance(one, MimeMessage))
            elif name or _disposition(part) == "attachment" or not kind.startswith("text/"):
                if part is not message or name:
                    self.attachments.append((name or kind)[:_MAX_NAME])
            elif text := _decoded(part).strip("\n"):
                (self.html if kind == "text/html" else self.plain).append(text)

    def _attached_mail(self, part: MimeMessage, name: str) -> None:
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        subject = Headers(first).get("subject") if isinstance(first, MimeMessage) else ""
        self.attachments.append((name or subject or _content_type(part))[:_MAX_NAME])


def _content_type(part: MimeMessage) -> str:
    try:
        return part.get_content_type()
    except _BROKEN:
        return "text/plain"


def _disposition(part: MimeMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except _BROKEN:
        return ""


def _file_name(part: MimeMessage) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        name = "attachment"
    return Headers.decode(name).replace("\\", "/").rsplit("/", 1)[-1].strip()[:_MAX_NAME]


def _decoded(part: MimeMessage) -> str:
    try:
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except _BROKEN:
        payload, charset = None, None
    if isinstance(payload, bytes):
        return charset_text(payload, charset).replace("\r\n", "\n").replace("\r", "\n")
    whole = part.get_payload()
    return storable(whole) if isinstance(whole, str) else ""


def _addresses(headers: Headers, *names: str) -> list[Address]:
    found: list[Address] = []
    for name in names:
        for raw in headers.raw(name):
            try:
                pairs = getaddresses([raw])
            except _BROKEN:
                pairs = []
            read = [(Headers.decode(one), address) for one, address in pairs if "@" in address]
            if not read:
                read = [("", address) for address in _ADDRESS.findall(raw[:2000])[:20]]
            found += [Address(_name(one), storable(address.strip())[:320]) for one, address in read]
    return found


def _name(text: str) -> str:
    return text.strip(" \"'")[:200]


def _ids(text: str) -> list[str]:
    found = _MESSAGE_ID.findall(text) or _BARE_ID.findall(text)
    return [storable(one) for one in found]


def _ancestors(headers: Headers) -> tuple[str, ...]:
    named = [*_ids(headers.get("references")), *_ids(headers.get("in-reply-to"))]
    known = list(dict.fromkeys(named))
    half = _MAX_ANCESTORS // 2
    return tuple(known if len(known) <= _MAX_ANCESTORS else known[:half] + known[-half:])


def _sent_at(headers: Headers) -> datetime | None:
    """In the zone the header names."""
    received = [value.rsplit(";", 1)[-1] for value in headers.all("received")[:1]]
    for text in [*headers.all("date"), *headers.all("resent-date"), *received]:
        try:
            found = parsedate_to_datetime(text.strip())
            found = found.replace(tzinfo=found.tzinfo or UTC)
            found.astimezone(UTC)  # the years 1 and 9999 have times that UTC has not
        except (*_BROKEN, OverflowError):
            continue
        if 1970 <= found.year < 2200:
            return found
    return None
