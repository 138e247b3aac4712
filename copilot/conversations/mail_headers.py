"""Reading mail headers that are not what the standards say they are."""

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as MimeMessage

from copilot.kernel.text import storable

_MAX_HEADER = 20_000
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"} | {
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
}
"""Charsets that mails name while they use the larger one that holds it."""


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
    stated = (charset or "").strip("\"' ").lower()
    for name in (_WIDER.get(stated, stated), stated, "utf-8", "cp1252"):
        try:
            if name:
                return storable(content.decode(name))
        except (LookupError, ValueError):
            continue
    return storable(content.decode("latin-1"))


def _unfolded(value: str) -> str:
    value = " ".join(value[:_MAX_HEADER].split("\n")).replace("\r", "")
    if value.isascii():
        return storable(value)
    # The parser keeps bytes that are not ASCII as surrogates.
    content = value.encode("utf-8", "surrogateescape")
    return charset_text(content, "utf-8")
