"""The mails that a mail quotes, as far as their header lines tell them apart."""

import re
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from copilot.conversations import quote_marks as marks
from copilot.conversations.mail_words import labels
from copilot.conversations.quoted_author import quoted_author
from copilot.conversations.quoted_dates import find_stamp
from copilot.conversations.quotes import attribution_length, split_reply

_DEEPEST = 40
_QUOTE = re.compile(r"^\s?>\s?")
_LABEL = re.compile(r"^[\s*]{0,5}([^:：*]{1,30}?)\s?\*?[:：]\s?\*?\s{0,5}(.{0,500})$")
_DATES = labels("sent")
_SUBJECTS = labels("subject")
_LINKED = re.compile(r"<(?:mailto|tel|https?):[^<>\s]{1,300}>")


class QuotedMail(NamedTuple):
    """A mail as another one quotes it; what its header lines do not tell is None."""

    author: str | None
    sent_at: datetime | None
    subject: str | None
    text: str
    signature: str | None


def unfold(quoted_text: str | None, zone: tzinfo = UTC) -> list[QuotedMail]:
    """The mails in a mail's history, oldest first.

    Args:
        quoted_text: What :func:`copilot.conversations.quotes.split_reply` cut off.
        zone: The zone of the mail that quotes it: lines above quotes seldom name the zone of
            their clock, and it is that of whoever answered.
    """
    found: list[QuotedMail] = []
    for _ in range(_DEEPEST):
        if not quoted_text or not quoted_text.strip():
            break
        header, body = _header_and_body(quoted_text.split("\n"))
        parts = split_reply("\n".join(body))
        if header or parts.text:
            author, sent_at, subject = _read(header, zone)
            found.append(QuotedMail(author, sent_at, subject, parts.text, parts.signature))
        quoted_text = parts.quoted_text
    return found[::-1]


def _header_and_body(lines: list[str]) -> tuple[list[str], list[str]]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    if lines and _marked(lines[0]):
        lines = _less_quoted(lines)
    length = attribution_length(lines, 0) if lines else 0
    at = 0
    if not length:
        while at < len(lines) and at < 5 and _is_banner(lines[at]):
            at += 1
        start = at
        while at < len(lines) and lines[at].strip() and at < start + 12:
            at += 1
        length = at if start or marks.FROM_LABEL.match(lines[0][:1000] if lines else "") else 0
    header, body = lines[:length], lines[length:]
    said = [line for line in body if line.strip()]
    if said and _marked(said[0]):
        body = _less_quoted(body)
    return header, body


def _is_banner(line: str) -> bool:
    short = line[:1000]
    patterns = (marks.ORIGINAL, marks.FORWARDED, marks.BANNER, marks.DASHES, marks.ABOVE)
    return not short.strip() or any(one.match(short) for one in patterns)


def _marked(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _less_quoted(lines: list[str]) -> list[str]:
    return [_QUOTE.sub("", line, count=1) for line in lines]


def _read(header: list[str], zone: tzinfo) -> tuple[str | None, datetime | None, str | None]:
    told: dict[str, str] = {}
    sender = None
    for line in map(_plain, header):
        found = _LABEL.match(line)
        if found is None:
            continue
        if sender is None and marks.FROM_LABEL.match(line):
            sender = found[2].strip()
        told.setdefault(found[1].strip(" *_").casefold(), found[2].strip())
    if sender is not None and len(told) > 1:
        dates = (f"{name}: {text}" for name, text in told.items() if name in _DATES)
        stamp = find_stamp(next(dates, ""), zone)
        subject = next((text for name, text in told.items() if name in _SUBJECTS and text), None)
        return _sender(sender), stamp.sent_at if stamp else None, subject
    joined = " ".join(line.strip() for line in header)[:1000]
    stamp = find_stamp(joined, zone)
    return quoted_author(joined, stamp), stamp.sent_at if stamp else None, None


def _plain(line: str) -> str:
    """A header line without the links and stars that a mail program made of its looks."""
    return _LINKED.sub("", line[:1000]).strip(" \t|").replace("*", "")


def _sender(said: str) -> str | None:
    """``Anna Aho <anna@example.org>``, also of ``Anna Aho [mailto:anna@example.org]``."""
    return quoted_author(said, None) if "@" in said else said.strip("\"' ") or None
