"""Text out of rich text (RTF), as Outlook puts it into winmail.dat: bounded, never raising.

The compressed form is that of [MS-OXRTFCP], HTML within rich text that of [MS-OXRTFEX].
"""

import codecs
import re
from typing import NamedTuple

MAX_RTF = 1_000_000
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|"
    r"[\r\n]+|([^\\{}\r\n]+)"
)
_SILENT = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable"}
    | {"listoverridetable", "rsidtbl", "generator", "themedata", "datastore", "xmlnstbl", "fldinst"}
    | {"latentstyles", "mmathPr", "filetbl", "revtbl", "pntext", "bkmkstart", "bkmkend"}
)
_WORDS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t"} | {
    "cell": "  ",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "endash": "–",
    "emdash": "—",
}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254"} | {
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


class RichText(NamedTuple):
    """What rich text says: plain text, or the HTML that it was made from."""

    text: str
    is_html: bool


def decompress(content: bytes) -> bytes:
    """Rich text out of its compressed form; at most a million bytes, empty when it is none."""
    if len(content) < 16:
        return b""
    kind, size = content[8:12], int.from_bytes(content[4:8], "little")
    if kind == b"MELA":
        return content[16 : 16 + min(size, MAX_RTF)]
    if kind != b"LZFu":
        return b""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\x00"))
    write, out, at = len(_DICTIONARY), bytearray(), 16
    limit = min(size, MAX_RTF)
    while at < len(content) and len(out) < limit:
        control, at = content[at], at + 1
        for bit in range(8):
            run = b""
            if not control >> bit & 1:
                run, at = content[at : at + 1], at + 1
            elif at + 1 < len(content):
                offset = content[at] << 4 | content[at + 1] >> 4
                length, at = (content[at + 1] & 15) + 2, at + 2
                if offset == write % _WINDOW:
                    return bytes(out)
                run = _run(window, offset, length, write)
            if not run:
                return bytes(out[:limit])
            for one in run:
                window[write % _WINDOW] = one
                write += 1
            out += run
    return bytes(out[:limit])


def _run(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """``length`` bytes from ``offset``, which may reach into what they write themselves."""
    ready = min(length, (write - offset) % _WINDOW or _WINDOW)
    got = bytes(window[(offset + n) % _WINDOW] for n in range(ready))
    return (got * length)[:length]


class _Group(NamedTuple):
    silent: bool
    in_tag: bool
    skipped: int
    charset: str


class _Reader:
    """Reads tokens one after another, with a stack of what each open group has set."""

    def __init__(self, charset: str) -> None:
        self.out: list[str] = []
        self.html = False
        self._charset = charset
        self._fonts: dict[str, str] = {}
        self._font = ""
        self._pending = bytearray()
        self._group = _Group(silent=False, in_tag=False, skipped=1, charset=charset)
        self._stack: list[_Group] = []
        self._rtf_only = False
        self._skip = 0
        self._star = False

    def read(self, rtf: str) -> None:
        for token in _TOKEN.finditer(rtf):
            word, number, code, symbol, brace, text = token.groups()
            if code is not None:
                self._byte(int(code, 16))
                continue
            self._flush()
            if word is not None:
                self._word(word, number)
            elif symbol is not None:
                self._symbol(symbol)
            elif brace is not None:
                self._brace(brace)
            elif text is not None:
                self._say(text)
        self._flush()

    def _brace(self, brace: str) -> None:
        self._skip = 0
        if brace == "{" and len(self._stack) < 10_000:
            self._stack.append(self._group)
        elif brace == "}" and self._stack:
            self._group = self._stack.pop()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._star = True
        elif symbol in "\\{}":
            self._say(symbol)
        elif symbol == "~":
            self._say("\xa0")
        elif symbol == "_":
            self._say("-")
        elif symbol in "\r\n":
            self._say("\n")

    def _word(self, word: str, number: str | None) -> None:
        star, self._star = self._star, False
        value = int(number or 0)
        if word == "fromhtml":
            self.html = True
        elif word == "ansicpg":
            self._group = self._group._replace(charset=_codepage(value))
            self._charset = self._group.charset
        elif word == "htmltag":
            self._group = self._group._replace(in_tag=True, silent=False)
        elif word == "htmlrtf":
            self._rtf_only = number != "0"
        elif word == "fcharset":
            self._fonts[self._font] = _CHARSETS.get(value, self._charset)
        elif word == "f":
            self._font = number or ""
            self._group = self._group._replace(charset=self._fonts.get(self._font, self._charset))
        elif word == "uc":
            self._group = self._group._replace(skipped=min(max(value, 0), 8))
        elif word == "u":
            self._say(chr(value % 65536))
            self._skip = self._group.skipped
        elif word in _SILENT or (star and word != "shppict"):
            self._group = self._group._replace(silent=True)
        elif word in _WORDS and not (self.html and self._group.in_tag):
            self._say(_WORDS[word])

    def _byte(self, one: int) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._group.silent and not self._rtf_only:
            self._pending.append(one)

    def _flush(self) -> None:
        if self._pending:
            self.out.append(self._pending.decode(self._group.charset, "replace"))
            self._pending.clear()

    def _say(self, text: str) -> None:
        if self._skip and len(text) >= self._skip:
            text, self._skip = text[self._skip :], 0
        if not self._group.silent and not self._rtf_only:
            self.out.append(text)


def _codepage(number: int) -> str:
    return _known("utf-8" if number == 65001 else f"cp{number}")


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "cp1252"


def read_rtf(rtf: bytes, charset: str = "cp1252") -> RichText:
    """What ``rtf`` says; of more than a million bytes the rest is left out.

    Args:
        rtf: Rich text, not compressed.
        charset: Of its bytes, where it does not say so itself.
    """
    reader = _Reader(_known(charset))
    reader.read(rtf[:MAX_RTF].decode("latin-1"))
    text = "".join(reader.out)
    return RichText(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), reader.html)
