"""What the service and its index process tell each other: length, then a pickle of plain values.

Both ends are our own code of the same version on one socket pair: nobody else can write to it.
"""

import pickle
import struct
from collections.abc import Iterator
from typing import Any

HEADER = struct.Struct("!Q")


def frame(value: Any) -> bytes:
    """``value`` as bytes with their length before them."""
    body = pickle.dumps(value, protocol=5)
    return HEADER.pack(len(body)) + body


def unframed(body: bytes | bytearray | memoryview) -> Any:
    """The value of a frame's body."""
    return pickle.loads(body)  # noqa: S301 - only our own process writes here


class Frames:
    """Puts frames together from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, piece: bytes) -> Iterator[Any]:
        """The values that ``piece`` completes."""
        self._held += piece
        while len(self._held) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._held)
            end = HEADER.size + length
            if len(self._held) < end:
                return
            with memoryview(self._held)[HEADER.size : end] as body:
                value = unframed(body)
            del self._held[:end]
            yield value
