"""One way of writing digits and letters, of the same length: patterns need know no other."""

import re

_FULL_WIDTH = {0xFF01 + place: chr(0x21 + place) for place in range(94)}
_DIGITS = {
    zero + value: chr(0x30 + value)
    for zero in (0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0E50)
    for value in range(10)
}
_SPACES = dict.fromkeys((0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x3000), "\u00a0")
_TABLE = _FULL_WIDTH | _DIGITS | _SPACES
UNSPACED = re.compile(r"[\u0e00-\u0e4f\u0e5a-\u0e7f\u2e80-\u2fff\u3001-\u9fff\uac00-\ud7af]")
"""Letters of scripts without spaces: a name or number stands right beside other words."""

_BETWEEN = "\x00"


def plain(text: str) -> str:
    """``text`` of the same length, with the digits 0 to 9, and letters of full width made narrow.

    Letters of scripts that are written without spaces become a character that is in no word.
    """
    if text.isascii():
        return text
    return UNSPACED.sub(_BETWEEN, text.translate(_TABLE))
