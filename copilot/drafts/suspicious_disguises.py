"""What orders to a language model look like in disguise, read plainly.

Letters set apart, words cut with hyphens, and Base64. What is read out of them is searched for the
same words as the text itself.
"""

import base64
import binascii
import re
from collections.abc import Iterator

_APART = re.compile(r"(?<!\w)(?:\w[ .\-_*]){2,}\w(?!\w)")
_BETWEEN = re.compile(r"[ .\-_*]")
_BLANKS = re.compile(r"[ \t\u00a0]{2,}")
_SIGNS = re.compile(r"[.\-_*]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-_\u2010\u2011](?=[^\W\d_])")
_MOST_HYPHENS = 4000
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{24,8000}={0,2}(?![\w+/=-])")
_MOST_DECODED = 20
_PRINTABLE = 0.95
_RUN_TOGETHER = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)(?:all|any|the|your|my|of|every|previous|prior|"
    r"above"
    r"|these|those|system|earlier)*(?:instruct|rule|prompt|guideline|order)|"
    r"(?:unohda|ohita|sivuuta|hylkää)(?:kaikki|aiemmat|edelliset|sinun|nämä|omat|annetut)*"
    r"(?:ohje|sään|kehot)|(?:glöm|ignorera)(?:alla|dina|tidigare)*(?:instruk|regler)|"
    r"(?:vergiss|ignoriere)(?:alle|deine|bisherigen|vorherigen)*(?:anweis|regeln|vorgab)",
    re.IGNORECASE,
)


def together(text: str) -> str:
    """``text`` with letters that were set apart as words; words stay apart where two signs tell."""
    return _BLANKS.sub(" ", _APART.sub(lambda run: _joined(run[0]), text))


def run_together(text: str) -> re.Match[str] | None:
    """An order in words that :func:`together` could not part."""
    return _RUN_TOGETHER.search(text)


def readings(text: str) -> Iterator[str]:
    """Other ways to read ``text``, if it has any: without hyphens, and what its Base64 says."""
    hyphens = sum(1 for _ in _HYPHEN.finditer(text[:_MOST_HYPHENS]))
    if hyphens > 1:
        yield _HYPHEN.sub("", text)
        yield _HYPHEN.sub(" ", text)
    for number, match in enumerate(_BASE64.finditer(text)):
        if number == _MOST_DECODED:
            return
        if (told := _decoded(match[0])) is not None:
            yield told


def _joined(run: str) -> str:
    if " " in run and _SIGNS.search(run):
        return _SIGNS.sub("", run)
    return _BETWEEN.sub("", run)


def _decoded(written: str) -> str | None:
    """What Base64 (RFC 4648) says, if that is text of several words."""
    whole = written.rstrip("=")
    try:
        told = base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    seen = sum(one.isprintable() or one.isspace() for one in told)
    return told if len(told.split()) > 2 and seen >= _PRINTABLE * len(told) else None
