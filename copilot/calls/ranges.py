"""Range requests (RFC 9110, section 14) of a stored recording: seeking in a player."""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from copilot.calls.errors import RangeNotSatisfiableError
from copilot.kernel.blobs import Blobs

_PART = 1_000_000
_ONE_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")


class ByteRange(NamedTuple):
    """Bytes ``start`` to ``end`` (exclusive)."""

    start: int
    end: int


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """The bytes that a ``Range`` header asks for; None where all are to be sent.

    A header of another unit, of several ranges or without sense is ignored, as the standard
    allows.

    Args:
        header: As it was sent.
        size: Of the whole, in bytes.

    Raises:
        RangeNotSatisfiableError: The range begins behind the end.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), size if not last else min(size, int(last) + 1)
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiableError(
            f"The recording has {size} bytes.", headers={"Content-Range": f"bytes */{size}"}
        )
    return ByteRange(start, end)


async def read_bytes(blobs: Blobs, name: str, wanted: ByteRange) -> AsyncIterator[bytes]:
    """The bytes ``wanted`` of a blob, a megabyte at a time."""
    for start in range(wanted.start, wanted.end, _PART):
        yield await blobs.get(name, start=start, end=min(wanted.end, start + _PART))
