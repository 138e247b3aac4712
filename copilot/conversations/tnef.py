"""What Outlook packs into winmail.dat (TNEF): subject, body and the names of its attachments.

Own reader of the few attributes that are wanted, in one pass over bytes that are never copied
([MS-OXTNEF], [MS-OXPROPS]). Nothing here raises.
"""

from collections.abc import Iterator
from typing import NamedTuple

from copilot.conversations.mail_headers import charset_text
from copilot.conversations.rtf import decompress, read_rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_ATTRIBUTES = 20_000
_MAX_PROPERTIES = 5_000
_MAX_NAMES = 200
_MAX_TEXT = 8_000_000
_BODY, _SUBJECT, _CODEPAGE, _PROPERTIES = 0x800C, 0x8004, 0x9007, 0x9003
_TITLE, _RENDERING, _ATTACHMENT = 0x8010, 0x9002, 0x9005
_P_SUBJECT, _P_BODY, _P_RTF, _P_HTML = 0x0037, 0x1000, 0x1009, 0x1013
_P_FILE, _P_LONG_FILE, _P_DISPLAY, _P_CPID = 0x3704, 0x3707, 0x3001, 0x3FDE
_FIXED = {0x0002: 4, 0x000B: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x0001: 4} | {
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_STRING, _UNICODE = 0x001E, 0x001F
_VARIABLE = frozenset({_STRING, _UNICODE, 0x0000, 0x000D, 0x0102})


class Packed(NamedTuple):
    """What a winmail.dat holds."""

    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]


class _Property(NamedTuple):
    name: int
    kind: int
    content: memoryview


def read_tnef(content: bytes) -> Packed:
    """Subject, body and attachments of a winmail.dat; empty as far as they cannot be read."""
    said = _Said()
    if content.startswith(SIGNATURE):
        for level, name, data in _attributes(memoryview(content)):
            said.add(level, name, data)
    return said.packed()


class _Said:
    def __init__(self) -> None:
        self._charset = "cp1252"
        self._html_charset = ""
        self._texts: dict[int, str] = {}
        self._html = b""
        self._rtf = b""
        self._names: list[str] = []

    def add(self, level: int, name: int, data: memoryview) -> None:
        if name == _CODEPAGE:
            self._charset = _charset(int.from_bytes(data[:4], "little"))
        elif name in {_BODY, _SUBJECT} and level == 1:
            read = self._text(bytes(data[:_MAX_TEXT]))
            self._texts.setdefault(_P_BODY if name == _BODY else _P_SUBJECT, read)
        elif name == _PROPERTIES:
            for one in _properties(data):
                self._property(one)
        elif name == _RENDERING and len(self._names) < _MAX_NAMES:
            self._names.append("")
        elif name in {_TITLE, _ATTACHMENT} and self._names:
            self._name(name, data)

    def _name(self, name: int, data: memoryview) -> None:
        if name == _TITLE:
            self._names[-1] = self._names[-1] or self._text(bytes(data[:1000]))
            return
        found = {one.name: one for one in _properties(data) if one.name in _FILE_NAMES}
        best = next((found[one] for one in _FILE_NAMES if one in found), None)
        if best is not None and (best.name == _P_LONG_FILE or not self._names[-1]):
            self._names[-1] = self._string(best) or self._names[-1]

    def _property(self, one: _Property) -> None:
        if one.name == _P_CPID:
            self._html_charset = _charset(int.from_bytes(one.content[:4], "little"))
        elif one.name == _P_HTML:
            text = self._string(one) if one.kind == _UNICODE else ""
            self._html = text.encode() if text else bytes(one.content[:_MAX_TEXT])
            self._html_charset = "utf-8" if text else self._html_charset
        elif one.name == _P_RTF:
            self._rtf = bytes(one.content[:_MAX_TEXT])
        elif one.name in {_P_SUBJECT, _P_BODY} and (text := self._string(one)):
            self._texts[one.name] = text

    def _string(self, one: _Property) -> str:
        content = bytes(one.content[:_MAX_TEXT])
        if one.kind == _UNICODE:
            return content.decode("utf-16-le", "replace").rstrip("\x00")
        return self._text(content)

    def _text(self, content: bytes) -> str:
        return charset_text(content.rstrip(b"\x00"), self._charset)

    def packed(self) -> Packed:
        html = charset_text(self._html.rstrip(b"\x00"), self._html_charset or self._charset)
        text = self._texts.get(_P_BODY, "")
        if not text.strip() and not html.strip() and self._rtf:
            rich = read_rtf(decompress(self._rtf), self._charset)
            text, html = ("", rich.text) if rich.is_html else (rich.text, "")
        names = tuple(one.strip() for one in self._names if one.strip())
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return Packed(self._texts.get(_P_SUBJECT, ""), text.strip("\n"), html, names)


_FILE_NAMES = (_P_LONG_FILE, _P_FILE, _P_DISPLAY)


def _charset(codepage: int) -> str:
    known = {65001: "utf-8", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 1200: "utf-16-le"}
    if 28591 <= codepage <= 28606:
        return f"iso-8859-{codepage - 28590}"
    return known.get(codepage, f"cp{codepage}" if 0 < codepage < 10_000 else "cp1252")


def _attributes(data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Level, name and content of each attribute: one byte, a name, a kind, a length, a checksum."""
    at = 6
    for _ in range(_MAX_ATTRIBUTES):
        if at + 9 > len(data):
            return
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        name = int.from_bytes(data[at + 1 : at + 3], "little")
        yield data[at], name, data[at + 9 : at + 9 + size]
        at += 9 + size + 2


def _properties(data: memoryview) -> Iterator[_Property]:
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MAX_PROPERTIES)):
        if at + 4 > len(data):
            return
        kind, name = _number(data, at, 2), _number(data, at + 2, 2)
        at += 4
        if name >= 0x8000:
            at = _after_own_name(data, at)
        several, kind = bool(kind & 0x1000), kind & 0x0FFF
        values = 1
        if several or kind in _VARIABLE:
            values, at = _number(data, at, 4), at + 4
        for _value in range(min(values, _MAX_PROPERTIES)):
            size = _FIXED.get(kind)
            if kind in _VARIABLE:
                size, at = _number(data, at, 4), at + 4
            if size is None or at > len(data):
                return
            yield _Property(name, kind, data[at : at + size])
            # Everything but the values of a list of short numbers begins at a multiple of four.
            at += 2 if several and kind in {0x0002, 0x000B} else -(-size // 4) * 4
        if several and kind in {0x0002, 0x000B} and values % 2:
            at += 2


def _after_own_name(data: memoryview, at: int) -> int:
    """After the name of a property that has no number of its own: a GUID and a number or text."""
    kind, value = _number(data, at + 16, 4), _number(data, at + 20, 4)
    return at + 24 + (0 if kind == 0 else -(-value // 4) * 4)


def _number(data: memoryview, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
