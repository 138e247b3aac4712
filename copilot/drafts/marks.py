"""Source marks such as ``[S1]`` in what an engine writes: taken out while it streams."""

import re
from typing import NamedTuple

# Possessive and from the first blank on: a long run of blanks is read once.
_MARK = re.compile(r"(?<![ \t])[ \t]*+\[\s?S\d{1,3}(?:\s?[,;]?\s?(?:and |ja )?S?\d{1,3})*\s?\]")
_NUMBER = re.compile(r"\d+")
# What may still become a mark when the next piece comes: blanks, then a bracket and a beginning.
_BEGUN = re.compile(r"(?<![ \t])[ \t]*+(?:\[(?:\s?(?:S[\dS,; andj]{0,40})?)?)?$")


class Mark(NamedTuple):
    """Which sources were named, and where in the clean text."""

    offset: int
    sources: tuple[int, ...]


class Marked(NamedTuple):
    """A text without its marks, and the marks."""

    text: str
    marks: list[Mark]


def take_out(written: str) -> Marked:
    """``written`` without source marks, trimmed, with the places where they stood."""
    pieces: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    written = written.strip()
    for match in _MARK.finditer(written):
        piece = written[position : match.start()]
        pieces.append(piece)
        length += len(piece)
        named = tuple(dict.fromkeys(int(one) for one in _NUMBER.findall(match.group())))
        marks.append(Mark(length, named))
        position = match.end()
    text = "".join([*pieces, written[position:]]).rstrip()
    before = len(text) - len(text.lstrip())
    moved = [one._replace(offset=max(0, one.offset - before)) for one in marks]
    return Marked(text[before:], moved)


class MarkStripper:
    """Takes source marks out of a stream of pieces, also where a mark is cut over two."""

    def __init__(self) -> None:
        self._held = ""
        self._started = False

    def feed(self, piece: str) -> str:
        """What of the text so far can be shown after ``piece`` has come."""
        text = _MARK.sub("", self._held + piece)
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        ready, self._held = text[:cut], text[cut:]
        return self._shown(ready)

    def end(self) -> str:
        """What is left when no more pieces come."""
        left, self._held = _MARK.sub("", self._held), ""
        return self._shown(left.rstrip())

    def _shown(self, ready: str) -> str:
        if not self._started:
            ready = ready.lstrip()
            self._started = bool(ready)
        return ready
