"""The text of one part of a mail, when its labels may be wrong.

What is encoded within the text is read as well: RFC 3676 (format=flowed), uuencoded files, and
inline PGP armour, which is no part of what is said.
"""

import base64
import binascii
import quopri
import re
from typing import NamedTuple

from copilot.conversations.mail_bounds import BROKEN, Part
from copilot.conversations.mail_headers import charset_text
from copilot.kernel.text import storable

ENCRYPTED = "(This mail is encrypted and cannot be read here.)"
_MAX_ENCODED = 20_000_000
_MAX_ENCODED_TEXT = 8_000_000
_BROKEN_SOFT_BREAK = re.compile(rb"=[ \t]{1,20}(\r?\n)")
_ESCAPE = re.compile(rb"=[0-9A-Fa-f]{2}|=\r?\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=_\s-]")
_UU_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (\S[^\n]{0,254})$")
_ARMOUR = re.compile(r"^-----(BEGIN|END) PGP ([A-Z ,0-9/]{3,40})-----\s*$")
_ARMOUR_HEADER = re.compile(r"^(?:Hash|Charset|Version|Comment|NotDashEscaped)\s?:")


class Text(NamedTuple):
    """A part's text, the names of the files that stood in it, and whether it goes on."""

    text: str
    files: tuple[str, ...] = ()
    cut: bool = False


def content_type(part: Part) -> str:
    """``text/plain`` where it is none."""
    try:
        return part.get_content_type()
    except BROKEN:
        return "text/plain"


def part_charset(part: Part) -> str | None:
    """What the part says its characters are written in."""
    try:
        return part.get_content_charset()
    except BROKEN:
        return None


def decoded_bytes(part: Part, *, most: int = _MAX_ENCODED) -> bytes:
    """A part's content without its transfer encoding, as far as that is what it says it is.

    Args:
        part: One without parts of its own.
        most: Characters of its encoded content that are read.
    """
    payload = part.content
    if not isinstance(payload, str):
        return b""
    raw = payload[:most].encode("utf-8", "surrogateescape")
    encoding = str(part.get("content-transfer-encoding", "")).split(";")[0].strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(_BROKEN_SOFT_BREAK.sub(rb"=\1", raw))
    if encoding == "base64":
        return _from_base64(raw)
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _from_uu(raw)
    return raw


def part_text(part: Part) -> Text:
    """The text of a part of kind ``text/…``, its line ends as they are in Python."""
    text = charset_text(decoded_bytes(part, most=_MAX_ENCODED_TEXT), part_charset(part))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cut = len(part.content) > _MAX_ENCODED_TEXT
    if content_type(part) == "text/html":
        return Text(text, cut=cut)
    if str(_parameter(part, "format")).lower() == "flowed":
        text = unflow(text, delete_space=str(_parameter(part, "delsp")).lower() == "yes")
    return _without_files(_without_armour(text))._replace(cut=cut)


def unflow(text: str, *, delete_space: bool) -> str:
    """Paragraphs as they were before they were broken into lines (RFC 3676).

    Args:
        text: Lines, of which those that end in a blank go on in the next one.
        delete_space: Whether that blank was put there by the mail program (``DelSp=yes``).
    """
    found: list[str] = []
    flowing, depth_above = False, 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flows and delete_space:
            content = content[:-1]
        if flowing and depth == depth_above and content != "-- ":
            found.append(content)
        else:
            found.append("\n" if found else "")
            found.append(">" * depth + " " * bool(depth and content) + content)
        flowing, depth_above = flows, depth
    return "".join(found)


def _parameter(part: Part, name: str) -> object:
    try:
        return part.get_param(name) or ""
    except BROKEN:
        return ""


def _from_base64(raw: bytes) -> bytes:
    """Base64, also among other characters and before a footer; text that is none of it stays."""
    lines = raw.strip().splitlines()
    # A mailing list adds its footer as it is; a blank within a line is in no base64.
    plain = next((at for at, line in enumerate(lines) if b" " in line.strip()), len(lines))
    end = plain
    while end and plain < len(lines) and _ruled(lines[end - 1].strip()):
        end -= 1
    encoded, rest = lines[:end], lines[end:]
    if not encoded and rest:
        return _maybe_quoted(raw)
    joined = _NOT_BASE64.sub(b"", b"".join(encoded)).translate(_URL_SAFE, b"\r\n\t \x0b\x0c")
    content = b"".join(_chunks(joined))
    return content + b"\n\n" + b"\n".join(rest).strip() if rest else content


_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def _ruled(line: bytes) -> bool:
    """Whether it is empty, or a line across the page above a footer."""
    return set(line) <= set(b"_-=*")


def _chunks(joined: bytes) -> list[bytes]:
    """Decoded piece by piece: padding may stand in the middle where two were put together."""
    found = []
    for piece in re.findall(rb"[^=]+=*", joined)[:10_000]:
        bare = piece.rstrip(b"=")
        bare = bare[: len(bare) - (len(bare) % 4 == 1)]
        try:
            found.append(base64.b64decode(bare + b"=" * (-len(bare) % 4)))
        except (binascii.Error, ValueError):
            continue
    return found


def _from_uu(raw: bytes) -> bytes:
    found = []
    for line in raw.splitlines():
        if line.strip() == b"end":
            break
        if not line.startswith(b"begin "):
            try:
                found.append(binascii.a2b_uu(line))
            except binascii.Error:
                continue
    return b"".join(found)


def _maybe_quoted(raw: bytes) -> bytes:
    return quopri.decodestring(raw) if len(_ESCAPE.findall(raw)) > 2 else raw


def _without_files(text: str) -> Text:
    """``text`` without the files that stand uuencoded in it."""
    if "begin" not in text:
        return Text(text)
    kept: list[str] = []
    names: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begun = _UU_BEGIN.match(lines[at][:300])
        end = _uu_end(lines, at + 1) if begun else at
        if begun and end > at + 1:
            names.append(storable(begun[1]).strip())
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return Text("\n".join(kept), tuple(names[:100]))


def _uu_end(lines: list[str], at: int) -> int:
    """After the last line of a uuencoded file whose first is ``at``; ``at`` when it is none."""
    start = at
    while at < len(lines) and lines[at].rstrip() not in {"end", "===="}:
        line = lines[at].rstrip("\r")
        size = (ord(line[0]) - 32) & 63 if line else 0
        # Blanks at the end of a line get lost on the way.
        if line.strip("` ") and not (size and len(line) - 1 <= -(-size // 3) * 4 + 1):
            return at if at > start + 1 else start
        at += 1
    return at + 1 if at < len(lines) else at


def _without_armour(text: str) -> str:
    """``text`` without PGP's lines and signatures; of what is encrypted only that it is."""
    if "-----BEGIN PGP " not in text:
        return text
    kept: list[str] = []
    inside, in_header = "", False
    for line in text.split("\n"):
        mark = _ARMOUR.match(line[:100])
        if mark:
            begins = mark[1] == "BEGIN"
            inside = mark[2] if begins else ""
            in_header = begins and inside == "SIGNED MESSAGE"
            if begins and inside.startswith("MESSAGE"):
                kept.append(ENCRYPTED)
        elif inside == "SIGNED MESSAGE":
            if in_header and (not line.strip() or _ARMOUR_HEADER.match(line[:100])):
                in_header = bool(line.strip())
                continue
            in_header = False
            kept.append(line.removeprefix("- "))
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
