"""Mails out of an mbox file, however badly it was cut."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from copilot.conversations.mail import MAX_BYTES

_ESCAPED = re.compile(rb"^>+From ", re.MULTILINE)
_HEADER = re.compile(rb"^[!-9;-~]{1,100}:")
# "From anna@home.example Sun Mar  1 08:00:00 2026", as every writer of such files has it.
_DATED = re.compile(rb"^From .{0,300}\b\d{1,2}:\d\d(?::\d\d)?\b.{0,40}\b\d{4}\b")
_USUAL = re.compile(
    rb"^(?:from|to|cc|bcc|date|subject|message-id|received|return-path|reply-to|sender|"
    rb"delivered-to|mime-version|content-[a-z-]+|in-reply-to|references|x-[!-9;-~]+|arc-[a-z-]+|"
    rb"dkim-signature|authentication-results|envelope-to|status|list-[a-z-]+):",
    re.IGNORECASE,
)
_LONGEST_LINE = 1_000_000


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """Each mail of ``file``, read line by line from where it stands.

    A mail begins at a line ``From …`` with a header line below it, at the start or after an empty
    line; where the line names no time, the header must be one that mails have, or a sentence
    that begins so would. What stands before the first such line is a mail too. Of a mail longer
    than 40 MB the rest is left out.
    """
    return (raw for _, raw in split_mbox_at(file))


def split_mbox_at(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The same with the byte at which each mail begins, so that it can be read again alone."""
    gathered: list[bytes] = []
    size = 0
    after_blank = True
    start = at = file.tell()
    line = file.readline(_LONGEST_LINE)
    while line:
        below = file.readline(_LONGEST_LINE)
        if after_blank and _begins(line, below):
            if any(part.strip() for part in gathered):
                yield start, _unescaped(gathered)
            gathered, size, start = [], 0, at
        elif size <= MAX_BYTES:
            gathered.append(line)
            size += len(line)
        after_blank = line in {b"\n", b"\r\n"}
        at += len(line)
        line = below
    if any(part.strip() for part in gathered):
        yield start, _unescaped(gathered)


def _begins(line: bytes, below: bytes) -> bool:
    if not line.startswith(b"From "):
        return False
    return (_HEADER if _DATED.match(line) else _USUAL).match(below) is not None


def _unescaped(lines: list[bytes]) -> bytes:
    return _ESCAPED.sub(lambda found: found.group()[1:], b"".join(lines))
