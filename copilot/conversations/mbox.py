"""Mails out of an mbox file, however badly it was cut."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from copilot.conversations.mail import MAX_BYTES

_ESCAPED = re.compile(rb"^>+From ", re.MULTILINE)
_HEADER = re.compile(rb"^[!-9;-~]{1,100}:")
_LONGEST_LINE = 1_000_000


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """Each mail of ``file``, read line by line.

    A mail begins at a line ``From …`` with a header line below it, at the start or after an empty
    line. What stands before the first such line is a mail too. Of a mail longer than 40 MB the
    rest is left out.
    """
    gathered: list[bytes] = []
    size = 0
    after_blank = True
    line = file.readline(_LONGEST_LINE)
    while line:
        below = file.readline(_LONGEST_LINE)
        if after_blank and line.startswith(b"From ") and _HEADER.match(below):
            if any(part.strip() for part in gathered):
                yield _unescaped(gathered)
            gathered, size = [], 0
        elif size <= MAX_BYTES:
            gathered.append(line)
            size += len(line)
        after_blank = line in {b"\n", b"\r\n"}
        line = below
    if any(part.strip() for part in gathered):
        yield _unescaped(gathered)


def _unescaped(lines: list[bytes]) -> bytes:
    return _ESCAPED.sub(lambda found: found.group()[1:], b"".join(lines))
