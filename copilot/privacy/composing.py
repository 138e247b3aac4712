"""Letters and their marks as one character, so that a name is found however it is encoded."""

import unicodedata

_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Characters that take no room: inside a name or a number they would keep it from being found."""


def composed(text: str) -> tuple[str, list[int] | None]:
    """``text`` in normalisation form C without unseen characters, and where each one begins.

    Some systems write ``ä`` as two characters. The list has one more entry, for the end; it is
    None where nothing had to be changed.
    """
    if text.isascii() or (unicodedata.is_normalized("NFC", text) and _UNSEEN.isdisjoint(text)):
        return text, None
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (unicodedata.combining(text[end]) or text[end] in _UNSEEN):
            end += 1
        seen = "".join(one for one in text[start:end] if one not in _UNSEEN)
        piece = unicodedata.normalize("NFC", seen)
        pieces.append(piece)
        places += [min(start + number, end - 1) for number in range(len(piece))]
        start = end
    return "".join(pieces), [*places, len(text)]
