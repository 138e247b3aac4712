"""Letters and their marks as one character, so that a name is found however it is encoded."""

import unicodedata


def composed(text: str) -> tuple[str, list[int] | None]:
    """``text`` in normalisation form C, and where each of its characters begins in ``text``.

    Some systems write ``ä`` as two characters. The list has one more entry, for the end; it is
    None where nothing had to be changed.
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        places += [min(start + number, end - 1) for number in range(len(piece))]
        start = end
    return "".join(pieces), [*places, len(text)]
