"""What of a mail's bytes is given to the parser: so much that it ends soon, and what was left out.

The standard parser takes time for every line and part, and a line of a few bytes costs as much as
a long one: the number of bytes alone bounds nothing.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from email.message import Message as MimeMessage
from email.parser import BytesParser
from email.policy import Compat32
from typing import NamedTuple

from copilot.conversations.mail_headers import charset_text

MAX_BYTES = 40_000_000
MAX_LINES = 1_000_000
MAX_PARTS = 500
_MAX_HEADER = 20_000
_MAX_PARAMETERS = 2_000
_MAX_BOUNDARIES = 200
_BOUNDARY = re.compile(rb"boundary\*?0?\*?\s?=\s?[\"']?([^\"'\s;]{1,200})", re.IGNORECASE)
_DELIMITER = re.compile(rb"^--([^\s]{1,200})", re.MULTILINE)
BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library raises for mail that is not what the standards say."""


class Parsed(NamedTuple):
    """A mail's parts, the bytes that they were read from, and what is not among them."""

    message: "Part"
    raw: bytes
    left_out: tuple[str, ...]


def parse_bounded(
    raw: bytes, *, most_bytes: int = MAX_BYTES, most_lines: int = MAX_LINES
) -> Parsed:
    """The parts of a mail; never raises.

    Of a boundary at most 500 parts are read.

    Args:
        raw: The mail; one of ``most_bytes`` or more is taken to go on behind them.
        most_bytes: How many of its bytes are read.
        most_lines: How many of its lines are read.
    """
    left_out = []
    if len(raw) >= most_bytes:
        raw = raw[:most_bytes]
        left_out.append(f"what comes after the first {most_bytes // 1_000_000} MB")
    raw = _bytes_of(raw).lstrip(b"\r\n\t ")
    shorter = _cut_lines(raw, most_lines)
    if len(shorter) < len(raw):
        left_out.append(f"what comes after {most_lines:,} lines")
    raw = _cut_parts(shorter)
    if len(raw) < len(shorter):
        left_out.append(f"what comes after {MAX_PARTS} parts")
    parser = BytesParser(Part, policy=BoundedHeaders())
    try:
        message = parser.parsebytes(raw)
    except BROKEN:
        # Parts nested deeper than the parser goes: the header and nothing else is understood.
        message = parser.parsebytes(raw, headersonly=True)
        message.set_payload("")
        left_out.append("parts that are nested too deeply")
    return Parsed(message if isinstance(message, Part) else Part(), raw, tuple(left_out))


class Part(MimeMessage):
    """A mail or a part of one."""

    @property
    def content(self) -> "list[Part] | str":
        """Its parts, or its content as it was sent, with surrogates for bytes beyond ASCII.

        ``get_payload`` is not that: it decodes such content by any codec that the part names.
        """
        payload = vars(self).get("_payload")
        if isinstance(payload, list):
            return [one for one in payload if isinstance(one, Part)]
        return payload if isinstance(payload, str) else ""


class BoundedHeaders(Compat32):
    """Cuts long headers: the parser takes the square of the length to read their parameters."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """See :class:`email.policy.Policy`."""
        name, value = super().header_source_parse(sourcelines)
        has_parameters = name.lower().startswith("content-")
        return name, value[: _MAX_PARAMETERS if has_parameters else _MAX_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        """See :class:`email.policy.Policy`; bytes beyond ASCII are read as in other headers."""
        if value.isascii():
            return value
        return charset_text(value.encode("utf-8", "surrogateescape"), "utf-8")


def _bytes_of(raw: bytes) -> bytes:
    """``raw`` as mail: editors save it with byte order marks, or as UTF-16."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace").encode()
    return raw.removeprefix(BOM_UTF8)


def _cut_lines(raw: bytes, most: int) -> bytes:
    if raw.count(b"\n") + raw.count(b"\r") <= most:
        return raw
    for count, found in enumerate(re.finditer(rb"\r\n?|\n", raw)):
        if count == most:
            return raw[: found.start()]
    return raw


def _cut_parts(raw: bytes) -> bytes:
    """``raw`` up to where a boundary that it declares begins its 500th part."""
    declared: set[bytes] = set()
    for found in _BOUNDARY.finditer(raw):
        declared.add(found[1])
        if len(declared) >= _MAX_BOUNDARIES:
            break
    seen: Counter[bytes] = Counter()
    for found in _DELIMITER.finditer(raw) if declared else ():
        name = found[1]
        # A delimiter may carry more than its boundary; the parser asks how the line begins.
        if name not in declared:
            continue
        seen[name] += 1
        if seen[name] > MAX_PARTS:
            return raw[: found.start()]
    return raw
