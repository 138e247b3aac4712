"""Characters that nobody sees: how they are taken out of text before a language model reads it.

What a person reads stays as it is: emoji that are joined or coloured, flags of countries, and the
joiners that Arabic, Persian and Indic scripts are written with. Ranges are Unicode 16's
(Default_Ignorable_Code_Point, Bidi_Control and Emoji_Tag_Sequence).
"""

import re
import unicodedata
from typing import NamedTuple

HIDDEN_MARK = "\u2064"
"""Left, unseen, where a page or mail held text that its reader does not see."""

_TAGS = "\U000e0000-\U000e007f"
# Regional flags are a black flag, letters as tags, and an end.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_ALWAYS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_ANY = re.compile(f"[{_ALWAYS}{_TAGS}{_JOINERS}{_SELECTORS}]")
_PIECE = re.compile(
    f"(?P<flag>{_FLAG})|(?P<run>[{_ALWAYS}{_TAGS}{_JOINERS}{_SELECTORS}]+)", re.DOTALL
)
# Between letters a word is cut with these to hide it from filters, or to hold a message in bits;
# what every mail program and page writes (marks of direction, a byte order mark) is no news.
_HARMLESS = frozenset(
    "\u00ad\u200e\u200f\u061c\ufeff\u2063\u202a\u202c\u2066\u2067\u2068\u2069\x0c"
)
_LEAST_HIDDEN = 3
_JOINING = (
    (0x0600, 0x08FF),
    (0x0900, 0x0DFF),
    (0x0E00, 0x109F),
    (0x1780, 0x18AF),
    (0x1A20, 0x1CFF),
    (0xA800, 0xABFF),
    (0xFB50, 0xFDCF),
    (0xFE70, 0xFEFC),
    (0x10A00, 0x11FFF),
)
_EMOJI_MARKS = frozenset("\ufe0f\u20e3")


class Unseen(NamedTuple):
    """What of a text nobody sees.

    Attributes:
        characters: How many characters tell that something was hidden.
        words: What they spell, where they are letters written as tags; else empty.
        marked: Whether a page or mail held more text than it shows.
    """

    characters: int
    words: str
    marked: bool


def clean_for_prompt(text: str) -> str:
    """``text`` without characters that nobody sees; nothing that is seen changes."""
    if text.isascii() and text.isprintable():
        return text
    if _ANY.search(text) is None:
        return text
    return _PIECE.sub(lambda found: found["flag"] or _kept(text, *found.span("run")), text)


def marked_unseen(text: str) -> str:
    """``text`` clean for search and display, with one mark in place of what was hidden in it.

    So that the marks of an article's hidden parts and characters outlive its cleaning.
    """
    if text.isascii():
        return text
    return HIDDEN_MARK.join(
        clean_for_prompt(piece) + (HIDDEN_MARK if unseen_in(piece) is not None else "")
        for piece in text.split(HIDDEN_MARK)
    )


def unseen_in(text: str) -> Unseen | None:
    """What :func:`clean_for_prompt` takes out of ``text``, where that is worth telling.

    A stray mark of direction or a soft hyphen is not.
    """
    if text.isascii():
        return None
    dropped: list[str] = []
    for found in _PIECE.finditer(text):
        if found["run"] is not None:
            kept = _kept(text, *found.span("run"))
            dropped += [one for one in found["run"] if one not in kept]
    spelled = "".join(
        chr(ord(one) - 0xE0000) for one in dropped if "\U000e0000" <= one <= "\U000e007f"
    )
    words = " ".join("".join(one for one in spelled if one.isprintable()).split())
    telling = [one for one in dropped if one not in _HARMLESS and one != HIDDEN_MARK]
    marked = HIDDEN_MARK in dropped
    if not marked and len(telling) < _LEAST_HIDDEN and not words:
        return None
    return Unseen(len(telling), words, marked)


def _kept(text: str, start: int, end: int) -> str:
    """What of a run of such characters belongs to what is seen: one joiner or one selector."""
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    run = text[start:end]
    if not before or before.isspace():
        return ""
    if run[0] in "\ufe0e\ufe0f" and (_is_symbol(before) or before in "#*0123456789"):
        joiner = "\u200d" if len(run) == 2 and run[1] == "\u200d" and _is_symbol(after) else ""
        return run[0] + joiner
    if run == "\u200d" and (_is_symbol(before) or before in _EMOJI_MARKS) and _is_symbol(after):
        return run
    if len(run) != 1:
        return ""
    if run in _JOINERS:
        return run if _joins(before) and (not after or not _is_plain(after)) else ""
    if run[0] in _JOINERS or not re.fullmatch(f"[{_SELECTORS}]", run):
        return ""
    return run if _takes_selector(before) else ""


def _is_symbol(character: str) -> bool:
    if not character:
        return False
    return unicodedata.category(character) in ("So", "Sk", "Sm", "Po") and ord(character) > 0xA0


def _joins(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _JOINING)


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _takes_selector(character: str) -> bool:
    code = ord(character)
    return 0x1800 <= code <= 0x18AF or 0x2190 <= code <= 0x2BFF or 0x2E80 <= code <= 0x3FFFF
