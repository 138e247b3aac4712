"""The bytes of a recording, as the decoder gets to see them."""

import os
import struct
from typing import BinaryIO, NamedTuple

_OPENING = 32 * 1024 * 1024
_MOST_CHUNKS = 1_000
_PLACEHOLDER = 0x7FFF_0000
_LARGEST_PAGE = 65_307
_ZERO_PADDING = bytes(64)

_OTHER_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "a text document"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"#EXTM3U", "a playlist, which names recordings and holds none"),
)
_ENCRYPTED = (b"-----BEGIN PGP", b"Salted__", b"age-encryption.org", b"\x85\x01", b"\x85\x02")


class BoundedFile:
    """A file up to ``end``, of which only so much may be read until it is known what it is.

    A few bytes can make a reader of containers look through gigabytes for a chunk that it knows.

    Args:
        file: Open, able to seek.
        end: Bytes behind it are not there.
    """

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self._end = end
        self._left: int | None = _OPENING
        file.seek(0)

    def opened(self) -> None:
        """From now on all of it may be read."""
        self._left = None

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        there = max(0, self._end - self._file.tell())
        content = self._file.read(there if size < 0 else min(size, there))
        if self._left is not None:
            self._left -= len(content)
            if self._left < 0:
                return b""  # as at its end: what is thrown here FFmpeg cannot pass on
        return content

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        if whence == os.SEEK_END:
            offset, whence = self._end + offset, os.SEEK_SET
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._file.tell()


class WavLayout(NamedTuple):
    """Where the samples of a WAV file are.

    Attributes:
        end: Where they end, or where the file does.
        stored: Seconds of them that there are, None where the header does not tell the rate.
        promised: Seconds by the header, None where it was written before the end was known.
        wrong_length: The header tells far too few bytes: recording went on after it was written.
    """

    end: int
    stored: float | None
    promised: float | None
    wrong_length: bool


def wav_layout(file: BinaryIO, size: int) -> WavLayout | None:
    """Where a WAV file (RIFF or RF64) of ``size`` bytes keeps its samples; None for other files.

    Sources: Microsoft's RIFF description, EBU Tech 3306 for RF64.
    """
    file.seek(0)
    head = file.read(12)
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:12] != b"WAVE":
        return None
    at, rate, long_size = 12, 0, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        chunk = file.read(8 + 16)
        if len(chunk) < 8:
            break
        length = int(struct.unpack_from("<I", chunk, 4)[0])
        if chunk[:4] == b"fmt " and len(chunk) == 24:
            rate = struct.unpack_from("<I", chunk, 16)[0]
        elif chunk[:4] == b"ds64" and len(chunk) == 24:
            long_size = struct.unpack_from("<Q", chunk, 16)[0]
        elif chunk[:4] == b"data":
            if head[:4] != b"RIFF" and length == 0xFFFF_FFFF:
                return _samples(file, size, at + 8, long_size, rate, 1 << 62)
            return _samples(file, size, at + 8, length, rate, _PLACEHOLDER)
        at += 8 + length + length % 2
    return WavLayout(min(at, size), None, None, wrong_length=False)


def _samples(
    file: BinaryIO, size: int, start: int, length: int, rate: int, placeholder: int
) -> WavLayout:
    there = size - start
    behind = start + length + length % 2
    if length == 0 or length >= placeholder:
        return WavLayout(size, there / rate if rate else None, None, wrong_length=False)
    if length > there:
        stored, promised = (there / rate, length / rate) if rate else (None, None)
        return WavLayout(size, stored, promised, wrong_length=False)
    file.seek(behind)
    if size - behind > rate > 0 and not _is_chunk(file.read(64), size - behind):
        return WavLayout(size, there / rate, None, wrong_length=True)
    seconds = length / rate if rate else None
    return WavLayout(min(behind, size), seconds, seconds, wrong_length=False)


def _is_chunk(content: bytes, left: int) -> bool:
    """Whether more of the file's parts follow, or nothing but padding."""
    if content == _ZERO_PADDING:
        return True
    name, length = content[:4], int(struct.unpack_from("<I", content, 4)[0])
    return all(0x20 <= byte < 0x7F for byte in name) and length <= left


def breaks_off(file: BinaryIO, size: int) -> bool:
    """Whether an Ogg file ends in the middle of a page (RFC 3533, section 6)."""
    file.seek(max(0, size - _LARGEST_PAGE - 1))
    tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return at >= 0
    lacing = tail[at + 27 : at + 27 + tail[at + 26]]
    return len(tail) < at + 27 + tail[at + 26] + sum(lacing)


def tells_length(head: bytes) -> bool:
    """Whether an MP3 file's first frame says how many follow, by its first bytes."""
    return any(tag in head for tag in (b"Xing", b"Info", b"VBRI"))


def other_kind(head: bytes) -> str | None:
    """What a file that holds no recording is, by its first bytes; None where it is not known."""
    plain = head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    for start, kind in _OTHER_KINDS:
        if head.startswith(start) or plain.startswith(start.lower()):
            return kind
    return None


def looks_encrypted(head: bytes) -> bool:
    """Whether a file that holds no recording is one that was encrypted, by its first bytes."""
    return head.startswith(_ENCRYPTED)
