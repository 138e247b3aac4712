"""One mail from its bytes, in any state: broken headers and charsets, nested or missing parts.

Nothing here raises for what a mail contains. What cannot be understood is left out of the result,
never the mail.
"""

import hashlib
import re
from datetime import UTC, datetime, tzinfo
from email.utils import getaddresses
from typing import NamedTuple

from copilot.conversations.mail_bounds import BROKEN, MAX_BYTES, Part, parse_bounded
from copilot.conversations.mail_dates import sent_at
from copilot.conversations.mail_forwards import as_forward, says_nothing
from copilot.conversations.mail_headers import Headers
from copilot.conversations.mail_kind import is_automatic
from copilot.conversations.mail_parts import Body
from copilot.kernel.html_text import html_to_text
from copilot.kernel.text import storable

__all__ = ["MAX_BYTES", "Address", "Mail", "parse_mail"]

_MAX_TEXT = 2_000_000
_MAX_HTML = 5_000_000
_MAX_ANCESTORS = 100
_MAX_NAMES = 199
_MAX_PEOPLE = 1000
_MAX_DEPTH = 5
_MAX_EMPTY_HTML = 20_000
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,400})\s*>")
_BARE_ID = re.compile(r"[^<>\s,]{1,200}@[^<>\s,]{1,200}")
_ADDRESS = re.compile(r"[\w.+'=&/-]{1,64}@[\w.-]{1,255}")


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
        text: What it says as plain text. A mail that says nothing itself passes on what came
            attached to it: that stands here as a forward does.
        attachments: Names of the files that came with it; of what was left out, a line in brackets.
        zone: Of the clock that ``sent_at`` was read from; UTC when it is unknown.
        attached: The mails that came as parts of it.
        left_out: What of the mail was not read, because it is too much.
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
    attached: tuple["Mail", ...] = ()
    left_out: tuple[str, ...] = ()


def parse_mail(raw: bytes) -> Mail:
    """Read one mail. Never raises; what is left out of a very large one, the result says."""
    message, read, left_out = parse_bounded(raw)
    return _mail(message, _digest(read), left_out=left_out, depth=0)


def _digest(raw: bytes) -> str:
    """Of a mail's bytes, the same however its lines end and however many empty ones follow it.

    A server sends CRLF, a file mostly has LF, and an mbox parts its mails by empty lines.
    """
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.sha256(lines.rstrip(b"\n") + b"\n").hexdigest()[:32]


def _mail(message: Part, digest: str, *, left_out: tuple[str, ...], depth: int) -> Mail:
    headers = Headers(message)
    body = Body()
    body.read(message)
    inner = body.attached if depth < _MAX_DEPTH else []
    attached = tuple(
        _mail(one, f"{digest[:20]}.{at}", left_out=(), depth=depth + 1)
        for at, one in enumerate(inner)
    )
    sender = _addresses(headers, "from") or _addresses(headers, "sender", "return-path")
    moment = sent_at(headers)
    own_id = _ids(headers.get("message-id"))
    text, html = _said(body, attached)
    left_out = (*left_out, *dict.fromkeys(body.left_out))
    if len(text) > _MAX_TEXT or len(html) > _MAX_HTML:
        left_out = (*left_out, "the rest of a long text")
    return Mail(
        message_id=own_id[0] if own_id else digest,
        ancestors=_ancestors(headers),
        subject=(headers.get("subject") or body.subject)[:1000],
        sender=sender[0] if sender else Address("", ""),
        recipients=tuple(_addresses(headers, "to", "cc", "delivered-to")),
        sent_at=moment.astimezone(UTC) if moment else None,
        text=text[:_MAX_TEXT].strip("\n"),
        html=html[:_MAX_HTML] or None,
        attachments=_listed(body.attachments, left_out),
        auto_reply=is_automatic(headers),
        zone=(moment.tzinfo if moment else None) or UTC,
        attached=attached,
        left_out=left_out,
    )


def _said(body: Body, attached: tuple[Mail, ...]) -> tuple[str, str]:
    """The mail's text and HTML; without any, what other parts of it tell."""
    text, html = storable("\n\n".join(body.plain)), storable("\n".join(body.html))
    others = list(dict.fromkeys(body.fallback))
    if not (others or body.fallback_html or attached):
        return text, html
    own = text.strip()
    if not own and html:
        own = html_to_text(html) if len(html) < _MAX_EMPTY_HTML else html
    if not own and (others or body.fallback_html):
        html = "" if others else storable(body.fallback_html)
        own = text = storable("\n\n".join(others))
        if html:
            return text, html
    if attached and says_nothing(own):
        forwards = (as_forward(one, one.text or html_to_text(one.html or "")) for one in attached)
        text, html = "\n\n".join(filter(None, [own, *forwards])), ""
    return text, html


def _listed(names: list[str], left_out: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and before any that may be cut off what was not read."""
    if not left_out:
        return tuple(names)
    return (*names[:_MAX_NAMES], f"(left out: {'; '.join(left_out)})"[:255])


def _addresses(headers: Headers, *names: str) -> list[Address]:
    found: list[Address] = []
    for name in names:
        for raw in headers.raw(name):
            try:
                pairs = getaddresses([raw])
            except BROKEN:
                pairs = []
            read = [
                known for one, address in pairs if (known := _address(Headers.decode(one), address))
            ]
            if not read:
                read = [Address("", address) for address in _ADDRESS.findall(raw[:2000])[:20]]
            found += read
            if len(found) >= _MAX_PEOPLE:
                return found[:_MAX_PEOPLE]
    return found


def _address(name: str, email: str) -> Address | None:
    """None where ``email`` has nothing before or behind its ``@``."""
    # "Anna Ahola anna@b.example", without brackets.
    before, _, email = storable(email).strip().rpartition(" ")
    if not email.strip("@").count("@") or email.startswith("@"):
        return None
    return Address(_name(name or before), email[:320])


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
