"""Reading mail headers that are not what the standards say they are."""

import codecs
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as MimeMessage

from copilot.kernel.text import storable

_MAX_HEADER = 20_000
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"} | {
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}
"""Charsets that mails name while they use the larger one that holds it."""
_ALIASES = {"ks_c_5601-1987": "euc_kr", "x-sjis": "shift_jis", "utf8mb4": "utf-8"} | {
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "ansi": "cp1252",
    "x-gbk": "gbk",
    "x-user-defined": "cp1252",
}
_SINGLE_BYTE = frozenset(
    {"ascii", "koi8-r", "koi8-u", "mac-roman", "tis-620"}
    | {f"iso8859-{number}" for number in range(1, 17)}
    | {f"cp{number}" for number in (437, 850, 852, 866, 874, *range(1250, 1259))}
)
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "unicode_escape", "undefined"}
    | {"raw_unicode_escape", "mbcs", "oem", "rot13", "base64", "bz2", "hex", "quopri", "uu", "zlib"}
)


class Headers:
    """The headers of one mail, decoded; a header that is missing is an empty text."""

    def __init__(self, message: MimeMessage) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(_unfolded(str(value)))

    def raw(self, name: str) -> list[str]:
        """Every value of the header, unfolded, with its encoded words as they stand."""
        return self._values.get(name, [])

    def all(self, name: str) -> list[str]:
        """Every value of the header, decoded."""
        return [self.decode(value) for value in self.raw(name)]

    def get(self, name: str) -> str:
        """The first value of the header, decoded."""
        return self.decode(self.raw(name)[0]) if self.raw(name) else ""

    @staticmethod
    def decode(value: str) -> str:
        """``value`` with its encoded words (``=?utf-8?q?…?=``) read; broken ones stay."""
        value = _unfolded(value)
        if "=?" not in value:
            return value.strip()
        try:
            parts = decode_header(value)
        except (HeaderParseError, ValueError, LookupError):
            return value.strip()
        read = (
            charset_text(part, charset) if isinstance(part, bytes) else part
            for part, charset in parts
        )
        return storable("".join(read)).strip()


def charset_text(content: bytes, charset: str | None) -> str:
    """``content`` in ``charset``, or in the likeliest one when that is wrong or unknown."""
    stated = _codec((charset or "").strip("\"' ").split("*")[0].lower())
    if not content.isascii() and (not stated or stated in _SINGLE_BYTE) and _utf8(content):
        return storable(content.decode())
    wider = _WIDER.get(stated, stated)
    for name in filter(None, (wider, stated)):
        try:
            return storable(content.decode(name))
        except (LookupError, ValueError):
            continue
    for name in dict.fromkeys(filter(None, ("utf-8", wider))):
        read = content.decode(name, "replace")
        if _hardly_broken(read):
            return storable(read)
    try:
        return storable(content.decode("cp1252"))
    except ValueError:
        return storable(content.decode("latin-1"))


def _codec(name: str) -> str:
    """The usual name of a charset; empty when it is unknown, or a codec that is no charset."""
    try:
        # Some of Python's other codecs take the square of the length.
        found = codecs.lookup(_ALIASES.get(name, name)).name if name.isprintable() else ""
    except (LookupError, ValueError):
        return ""
    return "" if found in _NO_CHARSETS else found


def _utf8(content: bytes) -> bool:
    """Text of another charset hardly ever reads as UTF-8: its letters would stand in its order."""
    try:
        content.decode()
    except ValueError:
        return False
    return True


def _hardly_broken(read: str) -> bool:
    broken = read.count("\ufffd")
    return broken * 10 <= len(read) - sum(map(str.isascii, read)) - broken


def _unfolded(value: str) -> str:
    value = " ".join(value[:_MAX_HEADER].split("\n")).replace("\r", "")
    if value.isascii():
        return storable(value)
    # The parser keeps bytes that are not ASCII as surrogates.
    content = value.encode("utf-8", "surrogateescape")
    return charset_text(content, "utf-8")
